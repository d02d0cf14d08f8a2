// Debian's chromium as an operator's browser. Reads one order from standard input: the address, the mode and the steps. Answers with what
// the steps saw, and with whatever a page must never do: run a foreign script, leave the origin, break its policy, open a dialog.
import { readFileSync, mkdirSync } from 'node:fs';
import { load, readInput, say } from './packages.mjs';

const order = JSON.parse(await readInput());
const { chromium } = load('playwright-core');
const browser = await chromium.launch({ executablePath: order.chromium, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
const context = await browser.newContext({
  javaScriptEnabled: order.script ?? true,
  colorScheme: order.scheme ?? 'light',
  viewport: { width: order.width ?? 1280, height: order.height ?? 860 },
});
const page = await context.newPage();
page.setDefaultTimeout(60_000);
const offences = [];
page.on('console', (message) => { if (message.type() === 'error') offences.push(`console: ${message.text()}`); });
page.on('pageerror', (fault) => offences.push(`page error: ${fault.message}`));
page.on('dialog', async (dialog) => { offences.push(`dialog: ${dialog.message()}`); await dialog.dismiss(); });
context.on('request', (request) => {
  if (!request.url().startsWith(`${order.base}/`) && !request.url().startsWith('data:')) offences.push(`request: ${request.url()}`);
});

const seen = [];
const axe = order.steps.some((step) => step.axe)
  ? readFileSync(`${process.env.PEER_PACKAGES}/node_modules/axe-core/axe.min.js`, 'utf8') : '';
const judge = async (path) => {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => axe.run(document));
  for (const violation of violations) offences.push(`axe: ${path}: ${violation.id}: ${violation.nodes[0].html.slice(0, 200)}`);
};

try {
  for (const step of order.steps) {
    if (step.go) {
      const answer = await page.goto(order.base + step.go);
      if (answer.status() !== (step.status ?? 200)) offences.push(`status: ${step.go}: ${answer.status()}`);
    }
    for (const [selector, value] of Object.entries(step.fill ?? {})) await page.fill(selector, value);
    for (const [selector, value] of Object.entries(step.select ?? {})) await page.selectOption(selector, value);
    for (const selector of step.check ?? []) await page.check(selector);
    if (step.click) {
      await page.click(step.click);
      await page.waitForLoadState('load');
    }
    if (step.press) await page.keyboard.press(step.press);
    if (step.wait) await page.waitForSelector(step.wait);
    if (step.axe) await judge(step.go ?? page.url());
    const wide = order.script === false ? 0 : await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) offences.push(`layout: ${page.url()} is ${wide} wider than the window`);
    if (step.shot) {
      mkdirSync(order.shots, { recursive: true });
      await page.screenshot({ path: `${order.shots}/${step.shot}.png` });
    }
    if (step.tell) seen.push({ step: step.tell, url: page.url().slice(order.base.length), text: await page.innerText('body') });
  }
} catch (fault) {
  offences.push(`step: ${fault.message.split('\n')[0]} at ${page.url()}`);
}
if (order.script ?? true) {
  for (const frame of page.frames()) {
    if (await frame.evaluate(() => globalThis.hostile ?? false).catch(() => false)) offences.push(`ran: ${frame.url()}`);
  }
}
await browser.close();
say({ seen, offences });
