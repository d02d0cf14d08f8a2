// Reads the mails named on standard input (a path a line) with mailparser or postal-mime and prints one JSON line of fields for each.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const load = createRequire(`${process.env.PEER_PACKAGES}/package.json`);
const collapse = text => (text ?? '').replace(/\s+/g, ' ').trim();
const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');
const addresses = list => list.filter(Boolean).map(address => address.toLowerCase());

async function mailparser(bytes) {
  const { simpleParser } = load('mailparser');
  const mail = await simpleParser(bytes, { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true, skipTextLinks: true });
  const flat = field => [field].flat().filter(Boolean).flatMap(part => part.value).flatMap(entry => entry.group ?? [entry]).map(entry => entry.address);
  return {
    subject: mail.subject === undefined ? null : collapse(mail.subject),
    from: addresses(flat(mail.from)), to: addresses(flat(mail.to)), cc: addresses(flat(mail.cc)),
    message_id: mail.messageId?.replace(/^<|>$/g, '') ?? null,
    date: mail.headers.has('date') && mail.date ? mail.date.toISOString().slice(0, 19) : null,
    text_prefix: collapse(mail.text).slice(0, 200),
    has_html: Boolean(mail.html),
    attachment_names: mail.attachments.map(file => file.filename ?? '').sort(),
    attachment_sha256: mail.attachments.map(file => sha256(file.content)).sort(),
  };
}

async function postalMime(bytes) {
  const PostalMime = load('postal-mime').default ?? load('postal-mime');
  const mail = await PostalMime.parse(bytes, { attachmentEncoding: 'arraybuffer' });
  const flat = list => (list ?? []).flatMap(entry => entry.group ?? [entry]).map(entry => entry.address);
  const date = mail.date ? new Date(mail.date) : null;
  return {
    subject: mail.subject === undefined ? null : collapse(mail.subject),
    from: addresses(flat(mail.from ? [mail.from] : [])), to: addresses(flat(mail.to)), cc: addresses(flat(mail.cc)),
    message_id: mail.messageId?.replace(/^<|>$/g, '') ?? null,
    date: date && !Number.isNaN(date.getTime()) ? date.toISOString().slice(0, 19) : null,
    text_prefix: collapse(mail.text).slice(0, 200),
    has_html: Boolean(mail.html),
    attachment_names: mail.attachments.map(file => file.filename ?? '').sort(),
    attachment_sha256: mail.attachments.map(file => sha256(Buffer.from(file.content))).sort(),
  };
}

const parse = { 'mailparser': mailparser, 'postal-mime': postalMime }[process.argv[2]];
for (const file of readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  let fields;
  try {
    fields = await parse(readFileSync(file));
  } catch (error) {
    fields = { error: String(error.message ?? error) };
  }
  console.log(JSON.stringify({ file, ...fields }));
}
