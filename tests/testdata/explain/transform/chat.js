function transform({ subject, recipient, envelope }) {
  if (recipient.startsWith('skip'))
    return { skip: true };
  if (recipient.startsWith('broken'))
    return { body: envelope.nothing.here };
  return {
    url: `https://chat.example.com/threads/${encodeURIComponent(envelope.sender)}`,
    headers: { 'X-Subject': subject },
    body: { text: subject, to: recipient },
  };
}
