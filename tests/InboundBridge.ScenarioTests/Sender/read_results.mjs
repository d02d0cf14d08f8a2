// Reads Authentication-Results fields with npm mailauth, as read_results.py does with python3-authres. mailauth keeps one result of each
// method but DKIM.
import { readInput, say } from '../Peers/node/packages.mjs';
import { load } from '../Peers/node/packages.mjs';

const parse = load('mailauth/lib/parse-dkim-headers');

const properties = entry => Object.fromEntries(Object.entries(entry)
  .filter(([, value]) => typeof value === 'object')
  .flatMap(([type, values]) => Object.entries(values).map(([name, value]) => [`${type}.${name}`, value])));

for (const line of (await readInput()).toString().split('\n').filter(Boolean)) {
  const { header, value, none, ...methods } = parse(Buffer.from(JSON.parse(line))).parsed;
  say([value, Object.entries(methods).flatMap(([method, entries]) => [entries].flat()
    .map(entry => [method, entry.value, entry.reason ?? null, properties(entry)]))]);
}
