// A ticket in Zendesk: https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#create-ticket
// A comment must not be empty and has at most 64 KB. Zendesk makes no second ticket for a repeated Idempotency-Key. The agent's token is in
// the configuration (auth), not here.

function transform(message) {
  const sender = message.from[0] || { name: null, address: message.sender };
  // Without an address there is nobody to answer: a bounce, say.
  if (!sender.address)
    return { skip: true };
  const files = message.attachments.map(file => file.url ? `${plain(file.filename)}: ${file.url}` : plain(file.filename) || file.content_type);
  const text = cut(literal(plain(message.text)).trim() || '(no text)', 15000);
  const list = files.length > 0 ? `\n\nAttachments:\n${cut(literal(files.slice(0, 20).join('\n')), 5000)}` : '';
  return {
    headers: { 'Idempotency-Key': message.id },
    body: {
      ticket: {
        subject: cut(literal(plain(message.subject)).replace(/\s+/g, ' ').trim(), 150) || '(no subject)',
        comment: { body: text + list, public: true },
        requester: { name: cut(literal(plain(sender.name || sender.address)), 100).trim() || sender.address, email: sender.address },
        external_id: message.id,
        tags: ['mail', ...message.tags.map(tag => tag.replace(/[^A-Za-z0-9_-]/g, '_'))],
      },
    },
  };
}

function plain(text) {
  return (text || '').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
}

// Zendesk fills {{placeholders}}, which would show an agent's view to whoever writes them.
function literal(text) {
  return text.replace(/\{(?=\{)/g, '{ ');
}

function cut(text, most) {
  return text.length <= most ? text : text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '') + '…';
}
