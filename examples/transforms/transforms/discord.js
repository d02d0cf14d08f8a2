// A webhook of Discord: https://discord.com/developers/docs/resources/webhook#execute-webhook
// content has at most 2,000 characters, an embed's title 256, its description 4,096, all embeds together 6,000. allowed_mentions keeps
// @everyone and <@123> in a mail from calling anybody.

function transform(message) {
  const sender = message.from[0] || { address: message.sender || 'nobody' };
  const from = plain(sender.name ? `${sender.name} (${sender.address})` : sender.address);
  const embed = {
    title: cut(literal(plain(message.subject).trim()) || '(no subject)', 256),
    description: cut(literal(plain(message.reply_text || message.text).trim()) || '(no text)', 4000),
    author: { name: cut(from, 256) },
    footer: { text: cut(`to ${plain(message.recipient)}`, 300) },
  };
  const files = message.attachments.map(file => plain(file.filename) || file.content_type).slice(0, 20).join(', ');
  if (files)
    embed.fields = [{ name: 'Attachments', value: cut(literal(files), 1000) }];
  return { body: { content: 'New mail', embeds: [embed], allowed_mentions: { parse: [] } } };
}

function plain(text) {
  return (text || '').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
}

// Markdown would hide where a link leads.
function literal(text) {
  return text.slice(0, 5000).replace(/[\\`*_~|<>[\]()#]/g, '\\$&');
}

// Never cut within an escape or a character.
function cut(text, most) {
  return text.length <= most ? text : text.slice(0, most - 1).replace(/\\$|[\ud800-\udbff]$/, '') + '…';
}
