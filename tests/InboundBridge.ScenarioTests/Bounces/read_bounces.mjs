// Reads bounces with npm email-bounce-parser, as read_bounces.py does with Python's email. Its text comes from npm mailparser.
// The parser wants re2, a native module that is not built here; JavaScript's own expressions answer the same.
import Module from 'node:module';
import { load, readInput, say } from '../Peers/node/packages.mjs';

class Expression {
  constructor(source) { this.expression = source instanceof RegExp ? source : new RegExp(source); }
  match(text) { return text.match(this.expression); }
  replace(text, by) { return text.replace(this.expression, by); }
  split(text) { return text.split(this.expression); }
  get [Symbol.replace]() { return (text, by) => text.replace(this.expression, by); }
}

const original = Module._load;
Module._load = (name, ...rest) => name === 're2' ? Expression : original(name, ...rest);
const Parser = load('email-bounce-parser');
const { simpleParser } = load('mailparser');

for (const line of (await readInput()).toString().split('\n').filter(Boolean)) {
  const { number, mail } = JSON.parse(line);
  const { text } = await simpleParser(Buffer.from(mail, 'base64'));
  const { bounce, data } = new Parser().read(text);
  say({ number, bounce, recipient: data?.recipient ?? null, code: data?.error?.code ?? null, permanent: data?.error?.permanent ?? null });
}
