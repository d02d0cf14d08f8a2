// DKIM by npm mailauth; the orders and answers of signatures.py.
import { load, readInput, say } from '../Peers/node/packages.mjs';

const { authenticate, dkimSign, dkimVerify } = load('mailauth');

async function sign(order) {
  const mail = Buffer.from(order.sign, 'base64');
  const { signatures, errors } = await dkimSign(mail, {
    canonicalization: `${order.header}/${order.body}`,
    algorithm: order.ed25519 ? 'ed25519-sha256' : 'rsa-sha256',
    signTime: new Date(),
    signatureData: [{ signingDomain: order.domain, selector: order.selector, privateKey: order.ed25519_pem ?? order.rsa, ...(order.length ? { maxBodyLength: 20 } : {}) }],
  });
  if (errors.length) throw errors[0].err ?? errors[0];
  return { mail: Buffer.concat([Buffer.from(signatures), mail]).toString('base64') };
}

const resolverOf = zone => async (name, type) => {
  if (type === 'TXT' && zone[name]) return [[zone[name]]];
  throw Object.assign(new Error(`no ${type} for ${name}`), { code: 'ENOTFOUND' });
};

async function verify(order) {
  const { results } = await dkimVerify(Buffer.from(order.verify, 'base64'), { resolver: resolverOf(order.zone) });
  return { results: results.map(one => one.status.result === 'pass') };
}

async function arc(order) {
  const result = await authenticate(Buffer.from(order.arc, 'base64'), {
    resolver: resolverOf(order.zone), ip: '192.0.2.1', helo: 'mx.test', sender: '', mta: 'mx.test', disableDmarc: true, disableBimi: true,
  });
  return { arc: result.arc.status.result };
}

for (const line of (await readInput()).toString().split('\n').filter(Boolean)) {
  const order = JSON.parse(line);
  try {
    say(order.sign !== undefined ? await sign(order) : order.arc !== undefined ? await arc(order) : await verify(order));
  } catch (error) {
    say({ error: String(error) });
  }
}
