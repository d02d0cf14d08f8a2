function convert(message) { return {}; }
