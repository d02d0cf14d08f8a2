// A receiver whose path says which library judges the request: /standardwebhooks, /svix, /ed25519, /cloudevents, /form, /mailgun,
// /sendgrid.
// Arguments: secret, public key (base64) for /ed25519. Prints `open PORT`, then a JSON line a request; answers 200, or 400 with the reason.
import { createHash, createHmac, createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const load = createRequire(`${process.env.CLIENT_PACKAGES}/package.json`);
const [secret, publicKey] = process.argv.slice(2);
const say = value => process.stdout.write(`${typeof value === 'string' ? value : JSON.stringify(value)}\n`);
const sha256 = octets => createHash('sha256').update(octets).digest('hex');

function verifyEd25519(body, headers) {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey, 'base64').toString('base64url') }, format: 'jwk' });
  const signed = Buffer.concat([Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`), body]);
  const given = headers['webhook-signature'].split(' ').filter(one => one.startsWith('v1a,')).map(one => Buffer.from(one.slice(4), 'base64'));
  if (!given.some(one => verify(null, signed, key, one))) throw new Error('no v1a signature is right');
  return {};
}

function parseForm(body, headers, withContent = false) {
  return new Promise((resolve, reject) => {
    const fields = {};
    const files = {};
    const form = load('busboy')({ headers, defParamCharset: 'utf8', limits: { fieldSize: 1e8 } });
    form.on('field', (name, value) => { fields[name] ??= value; });
    form.on('file', (name, stream, info) => {
      const chunks = [];
      stream.on('data', chunk => chunks.push(chunk)).on('end', () => {
        const content = Buffer.concat(chunks);
        const file = { ...info, sha256: sha256(content), ...withContent && { content } };
        // Of files with one name (attachments[]) the test looks at the document.
        if (!(name in files) || info.mimeType === 'application/pdf') files[name] = file;
      });
    });
    form.on('close', () => resolve({ fields, files })).on('error', reject);
    form.end(body);
  });
}

async function verifyMailgun(body, headers) {
  const form = await parseForm(body, headers);
  const { timestamp, token, signature } = form.fields;
  if (createHmac('sha256', secret).update(timestamp + token).digest('hex') !== signature) throw new Error('wrong signature');
  if (Math.abs(Date.now() / 1000 - timestamp) > 120) throw new Error('stale');
  if (token.length !== 50) throw new Error('a token has 50 characters');
  return form;
}

// SendGrid's parser takes what a form parser like multer has read: fields, and files on disk.
async function parseSendGrid(body, headers) {
  const { fields, files } = await parseForm(body, headers, true);
  const folder = mkdtempSync(join(tmpdir(), 'ib-parse-'));
  try {
    const stored = Object.entries(files).map(([name, { filename, mimeType, content }]) => {
      writeFileSync(join(folder, name), content);
      return { path: join(folder, name), originalname: filename, mimetype: mimeType };
    });
    const keys = ['to', 'from', 'cc', 'subject', 'text', 'html', 'envelope', 'charsets', 'attachments', 'SPF', 'dkim', 'sender_ip'];
    const parse = new (load('@sendgrid/inbound-mail-parser'))({ keys }, { body: fields, files: stored });
    const attachments = await new Promise(resolve => parse.attachments(resolve));
    return {
      fields: parse.keyValues(),
      attachments: attachments.map(({ filename, type, content }) => ({ filename, type, sha256: sha256(Buffer.from(content, 'base64')) })),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const judges = {
  standardwebhooks: (body, headers) => ({ payload: new (load('standardwebhooks').Webhook)(secret).verify(body.toString(), headers) }),
  svix: (body, headers) => ({ payload: new (load('svix').Webhook)(secret).verify(body.toString(), headers) }),
  ed25519: verifyEd25519,
  cloudevents(body, headers) {
    const event = load('cloudevents').HTTP.toEvent({ headers, body: body.toString() });
    event.validate();
    return { event };
  },
  form: parseForm,
  mailgun: verifyMailgun,
  sendgrid: parseSendGrid,
};

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    say({ ok: true, ...await judges[request.url.split('/')[1]](Buffer.concat(chunks), request.headers) });
    response.writeHead(200).end();
  } catch (error) {
    say({ ok: false });
    response.writeHead(400, { 'content-type': 'text/plain' }).end(String(error?.message ?? error));
  }
}).listen(0, '127.0.0.1', function () { say(`open ${this.address().port}`); });
process.stdin.on('end', () => process.exit(0)).resume();
