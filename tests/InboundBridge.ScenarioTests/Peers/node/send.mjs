// Sends one mail with nodemailer. Standard input: {transport, mail}, where mail.rawFile names a file to be sent as it is.
import { readFileSync } from 'node:fs';
import { load, readInput, say } from './packages.mjs';

const nodemailer = load('nodemailer');
const { transport, mail } = JSON.parse(await readInput());
if (mail.rawFile) mail.raw = readFileSync(mail.rawFile);
try {
  const { accepted, rejected, response } = await nodemailer.createTransport(transport).sendMail(mail);
  say({ accepted, rejected, response });
} catch (error) {
  say({ error: error.message, code: error.responseCode ?? null, response: error.response ?? null });
  process.exitCode = 1;
}
