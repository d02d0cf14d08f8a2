// A webhook receiver. Arguments: folder for the bodies, secret ('' = unsigned).
// Prints `open PORT`, then a JSON line a request; takes orders as JSON lines:
//   {"status": N, "headers": {}, "body": ""} answers so from now on; {"status": N, "times": K} does it K times and then 200s again
//   {"raw": "octets"} sends these octets and closes the connection; {"delay": MS} waits before it answers
//   {"mixed": true} answers by webhook-id: one mail in four gets 422, one in four 503 the first time, the others 200
//   {"hang": true} answers nothing; {"close": true} goes down; {"open": true} comes back on the same port
// and says `done` after each.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createWriteStream, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { load, onOrders, say } from './packages.mjs';

const [folder, secret] = process.argv.slice(2);
const { Webhook } = load('standardwebhooks');
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const good = { status: 200, headers: {}, body: '', hang: false, raw: null, delay: 0, mixed: false, times: Infinity };
const known = new Map();
let answer = { ...good };
let count = 0;
let port = 0;

function isText(body) {
  try {
    utf8.decode(body);
    return true;
  } catch {
    return false;
  }
}

// standardwebhooks decodes the body as UTF-8 before it hashes; other octets (a raw mail in Latin-1) are checked here, as the specification says.
function verifyOctets(body, headers) {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`).update(body).digest();
  const given = (headers['webhook-signature'] ?? '').split(' ').filter(one => one.startsWith('v1,')).map(one => Buffer.from(one.slice(3), 'base64'));
  if (!given.some(one => one.length === expected.length && timingSafeEqual(one, expected))) throw new Error('No matching signature found');
}

function verify(body, headers) {
  if (!secret) return { verified: null, verifiedBy: null };
  const verifiedBy = isText(body) ? 'standardwebhooks' : 'crypto';
  try {
    if (verifiedBy === 'standardwebhooks') new Webhook(secret).verify(body, headers, { jsonParse: false });
    else verifyOctets(body, headers);
    return { verified: true, verifiedBy };
  } catch (error) {
    return { verified: false, verifiedBy, problem: error.message };
  }
}

// The same for every request with an id, but for the one that is told to come again.
function mixed(id) {
  const times = (known.get(id) ?? 0) + 1;
  known.set(id, times);
  const kind = createHash('sha256').update(id ?? '').digest()[0] % 4;
  return kind === 0 ? 422 : kind === 1 && times === 1 ? 503 : 200;
}

const server = createServer(async (request, response) => {
  const number = count++;
  const bodyFile = join(folder, `${number}.body`);
  const file = createWriteStream(bodyFile);
  const arrived = Date.now();
  try {
    for await (const chunk of request) file.write(chunk);
  } catch {
    // The sender went away in the middle: not a request. What is still being written fails then, and an error that nobody hears ends Node.js.
    file.on('error', () => {});
    file.destroy();
    return;
  }
  file.end();
  await finished(file);
  const body = readFileSync(bodyFile);
  const now = { ...answer };
  if (--answer.times <= 0) answer = { ...good };
  if (now.mixed) Object.assign(now, { status: mixed(request.headers['webhook-id']), headers: { 'content-type': 'text/plain' }, body: 'as agreed' });
  say({
    number, arrived, method: request.method, path: request.url, headers: request.headers, bodyFile, size: body.length,
    sha256: createHash('sha256').update(body).digest('hex'), status: now.hang || now.raw !== null || now.delay > 0 ? 0 : now.status, ...verify(body, request.headers),
  });
  if (now.hang) return;
  if (now.delay > 0) await new Promise(resolve => setTimeout(resolve, now.delay));
  if (now.raw !== null) request.socket.end(now.raw);
  else response.writeHead(now.status, now.headers).end(now.body);
});

server.keepAliveTimeout = 60_000;
const open = () => new Promise((resolve, reject) => {
  server.once('error', reject);
  server.listen(port, '127.0.0.1', () => {
    port = server.address().port;
    resolve();
  });
});
const close = () => new Promise(resolve => {
  server.close(resolve);
  server.closeAllConnections();
});

let orders = Promise.resolve();
onOrders(order => {
  orders = orders.then(async () => {
    if (order.close) await close();
    else if (order.open) await open();
    else answer = { ...good, ...order };
    say('done');
  });
});

await open();
say(`open ${port}`);
