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
page.on('console', (message) => { if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) offences.push(`console: ${message.text()}`); });
page.on('pageerror', (fault) => offences.push(`page error: ${fault.message}`));
page.on('dialog', async (dialog) => { offences.push(`dialog: ${dialog.message()}`); await dialog.dismiss(); });
context.on('request', (request) => {
  if (![`${order.base}/`, order.also ?? 'data:', 'data:'].some((own) => request.url().startsWith(own))) offences.push(`request: ${request.url()}`);
});

context.on('page', (other) => { if (other !== page) offences.push(`window: ${other.url()}`); });
const scripted = order.script !== false;
/** Nothing of a page may run that a stranger wrote, nothing may be wider than the window, nothing may move. */
const inspect = async () => {
  if (!scripted) return;
  if (await page.evaluate(() => globalThis.hostile ?? false)) offences.push(`ran: ${page.url()}`);
  // How much the page moved by itself while it was being built, as browsers measure it for real users. Nothing is put into the frame with a
  // mail: its sandbox would report our own script.
  const moved = await page.evaluate(() => new Promise((resolve) => {
    const all = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries().filter((each) => !each.hadRecentInput && each.value > 0)) {
        const parts = entry.sources.map(({ node }) => (node?.outerHTML ?? node?.parentElement?.outerHTML ?? '').slice(0, 120));
        all.push(`by ${entry.value}: ${parts.join(' and ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => resolve(all), 50);
  }));
  for (const each of moved) offences.push(`moved: ${page.url()} ${each}`);
  for (const width of order.widths ?? [order.width ?? 1280]) {
    if (order.widths) await page.setViewportSize({ width, height: 860 });
    const wide = await page.evaluate(() => {
      const over = document.documentElement.scrollWidth - innerWidth;
      if (over <= 0) return null;
      const part = [...document.querySelectorAll('body *')].findLast((each) => each.getBoundingClientRect().right > innerWidth + 0.5);
      return `${over} wider than ${innerWidth}, by ${part?.outerHTML.slice(0, 200)}`;
    });
    if (wide) offences.push(`layout: ${page.url()} is ${wide}`);
  }
};

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
    await inspect();
    if (step.shot) {
      mkdirSync(order.shots, { recursive: true });
      await page.screenshot({ path: `${order.shots}/${step.shot}.png` });
    }
    if (step.tell) seen.push({ step: step.tell, url: page.url().slice(order.base.length), text: await page.innerText('body') });
  }
} catch (fault) {
  offences.push(`step: ${fault.message.split('\n')[0]} at ${page.url()}`);
}
await browser.close();
say({ seen, offences });
