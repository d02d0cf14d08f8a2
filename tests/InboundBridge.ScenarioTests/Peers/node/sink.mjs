// An SMTP or LMTP server that keeps what it gets (npm smtp-server). Argument: JSON
//   {folder, port, lmtp, auth: {user, pass}, certificate, key, requireTls, refuse: {"address": [code, "text"]}}
// Prints `open PORT`, then a JSON line a message. Orders: {"refuse": {…}} replaces the refusals; says `done`.
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, onOrders, say } from './packages.mjs';

const { SMTPServer } = load('smtp-server');
const options = JSON.parse(process.argv[2]);
let refuse = options.refuse ?? {};
let count = 0;

const refusal = address => {
  const entry = refuse[address];
  return entry && Object.assign(new Error(entry[1]), { responseCode: entry[0] });
};

const server = new SMTPServer({
  lmtp: options.lmtp ?? false,
  size: 100 * 1024 * 1024,
  disableReverseLookup: true,
  authOptional: !options.auth,
  hideSTARTTLS: !options.certificate,
  disabledCommands: options.auth ? [] : ['AUTH'],
  ...(options.certificate && { cert: readFileSync(options.certificate), key: readFileSync(options.key) }),
  onAuth: (given, session, callback) =>
    given.username === options.auth.user && given.password === options.auth.pass
      ? callback(null, { user: given.username })
      : callback(Object.assign(new Error('no'), { responseCode: 535 })),
  onMailFrom: (address, session, callback) =>
    callback(options.requireTls && !session.secure ? Object.assign(new Error('STARTTLS first'), { responseCode: 530 }) : null),
  onRcptTo: (address, session, callback) => callback(refusal(address.address)),
  onData(stream, session, callback) {
    const number = count++;
    const file = join(options.folder, `${number}.eml`);
    const output = createWriteStream(file);
    stream.pipe(output);
    output.on('finish', () => {
      say({
        number, file, from: session.envelope.mailFrom.address, to: session.envelope.rcptTo.map(one => one.address),
        user: session.user || null, secure: session.secure, helo: session.hostNameAppearsAs, arrived: Date.now(),
      });
      callback(null, options.lmtp ? session.envelope.rcptTo.map(() => 'kept') : 'kept');
    });
  },
});
server.on('error', error => say(`error ${error.message}`));

onOrders(order => {
  if (order.refuse) refuse = order.refuse;
  say('done');
});
server.listen(options.port ?? 0, '127.0.0.1', () => say(`open ${server.server.address().port}`));
