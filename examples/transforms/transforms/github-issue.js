// An issue on GitHub: https://docs.github.com/rest/issues/issues#create-an-issue
// A title has 1 to 256 characters, a body at most 65,536. Inside of a code block "@somebody" notifies nobody, "#1" links nothing, and HTML
// and Markdown stay text. The token is in the configuration (auth), not here.

const Fence = '````';

function transform(message) {
  // Answers of machines would open an issue for each other.
  if (message.kind.includes('auto_reply') || message.kind.includes('bounce'))
    return { skip: true };
  const sender = message.from[0] || { address: message.sender || 'nobody' };
  const files = message.attachments.map(file => `${plain(file.filename) || file.content_type} (${file.size} octets)`).slice(0, 50);
  const lines = [
    `From: ${line(sender.name ? `${sender.name} <${sender.address}>` : sender.address, 400)}`,
    `To: ${line(message.recipient, 400)}`,
    `Message-ID: ${line(message.message_id || 'none', 400)}`,
    ...files.map(file => `Attachment: ${line(file, 300)}`),
    '',
    cut(plain(message.text), 40000).trim() || '(no text)',
  ];
  // The fence has to be longer than any run of backticks in it.
  const quoted = lines.join('\n').replace(/`{4,}/g, '```');
  return {
    headers: { Accept: 'application/vnd.github+json' },
    body: { title: line(message.subject || '', 256).trim() || '(no subject)', body: `${Fence}text\n${quoted}\n${Fence}`, labels: ['mail'] },
  };
}

function plain(text) {
  return (text || '').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
}

function line(text, most) {
  return cut(plain(text).replace(/\s+/g, ' '), most);
}

function cut(text, most) {
  return text.length <= most ? text : text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '') + '…';
}
