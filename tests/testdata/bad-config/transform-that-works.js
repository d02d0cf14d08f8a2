function transform(message) { return { body: message.subject }; }
