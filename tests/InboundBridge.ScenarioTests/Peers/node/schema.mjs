// Reads {"schemas": {NAME: FILE}, "documents": [{"name", "schema", "text"}]} and says for each document what npm ajv finds, after npm yaml has read it.
import { readFileSync } from 'node:fs';
import { load, readInput, say } from './packages.mjs';

const Ajv = load('ajv/dist/2020').default;
const yaml = load('yaml');
const { schemas, documents } = JSON.parse(await readInput());
// strict: a schema with a keyword that no one knows is refused, too.
const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });
const validators = Object.fromEntries(Object.entries(schemas).map(([name, file]) => [name, ajv.compile(JSON.parse(readFileSync(file, 'utf8')))]));

for (const { name, schema, text } of documents) {
  const document = yaml.parseDocument(text, { version: '1.2', uniqueKeys: true });
  let problems = document.errors.map(error => error.message.split('\n')[0]);
  if (!problems.length && !validators[schema](document.toJS()))
    problems = validators[schema].errors.map(error => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
  say({ name, problems });
}
