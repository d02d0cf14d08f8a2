// The npm packages lie outside the checkout's sources (./test installs them), where a plain import would not look.
import { createRequire } from 'node:module';

export const load = createRequire(`${process.env.PEER_PACKAGES}/package.json`);

/** Calls back with each JSON line of standard input; ends the program with its input. */
export function onOrders(callback) {
  let rest = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', chunk => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines.filter(Boolean)) callback(JSON.parse(line));
  });
  process.stdin.on('end', () => process.exit(0));
}

export const say = value => process.stdout.write(`${typeof value === 'string' ? value : JSON.stringify(value)}\n`);

/** The whole of standard input, for scripts with one job. */
export async function readInput() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}
