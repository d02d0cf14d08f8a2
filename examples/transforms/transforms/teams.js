// A workflow of Microsoft Teams, "When a Teams webhook request is received": a message with an Adaptive Card, at most 28 KB as JSON.
// Text runs know no Markdown, and without an entity for it "<at>" mentions nobody.

function transform(message) {
  const sender = message.from[0] || { address: message.sender || 'nobody' };
  const from = plain(sender.name ? `${sender.name} (${sender.address})` : sender.address);
  const files = message.attachments.map(file => plain(file.filename) || file.content_type).slice(0, 20).join(', ');
  const body = [
    run(cut(plain(message.subject).trim(), 250) || '(no subject)', { weight: 'Bolder', size: 'Medium' }),
    run(cut(`${from} to ${plain(message.recipient)}`, 400), { isSubtle: true }),
    // A character takes up to six octets of JSON.
    run(cut(plain(message.reply_text || message.text).trim(), 3500) || '(no text)', {}),
  ];
  if (files)
    body.push(run(cut(`Attachments: ${files}`, 300), { isSubtle: true }));
  const card = { $schema: 'http://adaptivecards.io/schemas/adaptive-card.json', type: 'AdaptiveCard', version: '1.4', body };
  return {
    body: {
      type: 'message',
      attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }],
    },
  };
}

function run(text, style) {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...style }] };
}

function plain(text) {
  return (text || '').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
}

function cut(text, most) {
  return text.length <= most ? text : text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '') + '…';
}
