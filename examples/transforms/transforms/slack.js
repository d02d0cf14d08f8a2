// An incoming webhook of Slack: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
// A header has at most 150 characters, a section 3,000, the notification's text 40,000. "<!channel>", "<@U123>" and links are written with
// angle brackets, so a mail without them can't mention anybody.

function transform(message) {
  const sender = message.from[0] || { address: message.sender || 'nobody' };
  const subject = plain(message.subject).trim() || '(no subject)';
  const text = plain(message.reply_text || message.text).trim() || '(no text)';
  const files = message.attachments.map(file => plain(file.filename) || file.content_type).slice(0, 20).join(', ');
  const from = plain(sender.name ? `${sender.name} (${sender.address})` : sender.address);
  const blocks = [
    { type: 'header', text: { type: 'plain_text', text: escaped(subject, 150), emoji: false } },
    { type: 'context', elements: [{ type: 'plain_text', text: escaped(`${from} to ${plain(message.recipient)}`, 500), emoji: false }] },
    { type: 'section', text: { type: 'plain_text', text: escaped(text, 3000), emoji: false } },
  ];
  if (files)
    blocks.push({ type: 'context', elements: [{ type: 'plain_text', text: escaped(`Attachments: ${files}`, 1000), emoji: false }] });
  return { body: { text: escaped(`${from}: ${subject}`, 1000), blocks, unfurl_links: false, unfurl_media: false } };
}

// Without control characters, and without those that turn the direction of writing.
function plain(text) {
  return (text || '').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
}

// What Slack wants escaped; never cut within an escape.
function escaped(text, most) {
  const whole = text.slice(0, most).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return whole.length <= most && text.length <= most ? whole : whole.slice(0, most - 1).replace(/&[a-z]*$|[\ud800-\udbff]$/, '') + '…';
}
