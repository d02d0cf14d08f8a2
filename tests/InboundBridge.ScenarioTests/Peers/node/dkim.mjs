// DKIM by npm mailauth. Arguments: sign DOMAIN SELECTOR KEYFILE OUTPUTFILE | verify NAME TXT. Standard input: the mail.
// `sign` writes the mail with its signature on top; `verify` prints the results as one JSON line.
import { readFileSync, writeFileSync } from 'node:fs';
import { load, readInput, say } from './packages.mjs';

const { dkimSign, dkimVerify } = load('mailauth');
const [what, ...rest] = process.argv.slice(2);
const mail = await readInput();

if (what === 'sign') {
  const [signingDomain, selector, keyFile, outputFile] = rest;
  const { signatures, errors } = await dkimSign(mail, {
    canonicalization: 'relaxed/simple', // one changed octet of the body breaks it; mailauth can't always verify its own signatures with simple headers
    algorithm: 'rsa-sha256',
    signatureData: [{ signingDomain, selector, privateKey: readFileSync(keyFile, 'utf8') }],
  });
  if (errors.length) throw errors[0].err ?? errors[0];
  writeFileSync(outputFile, Buffer.concat([Buffer.from(signatures), mail]));
} else {
  const [name, text] = rest;
  const resolver = async (asked, type) => {
    if (asked === name && type === 'TXT') return [[text]];
    throw Object.assign(new Error(`no ${type} for ${asked}`), { code: 'ENOTFOUND' });
  };
  const { results } = await dkimVerify(mail, { resolver });
  say(results.map(one => ({ result: one.status.result, comment: one.status.comment ?? null, bodyHash: one.bodyHash, expected: one.bodyHashExpecting ?? null })));
}
