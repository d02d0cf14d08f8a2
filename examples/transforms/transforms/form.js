// A form post, for an application that takes what a browser sends. The first file that is small enough travels in it as base64.

function transform(message) {
  const sender = message.from[0] || { name: null, address: message.sender };
  const file = message.attachments.find(each => each.content !== null);
  const fields = {
    from: sender.address || '',
    name: sender.name || '',
    to: message.recipient,
    subject: message.subject || '',
    text: cut(message.text || '', 80000),
    message_id: message.message_id || '',
    attachments: String(message.attachments.length),
    ...file && { file_name: file.filename || '', file_content: file.content },
  };
  return {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: Object.entries(fields).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&'),
  };
}

function cut(text, most) {
  return text.length <= most ? text : text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
}
