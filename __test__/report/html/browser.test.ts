// Do the pages hold in a real browser?
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import test, { type ExecutionContext } from 'ava';
import axe from 'axe-core';
import { type Browser, chromium, type Page as BrowserPage } from 'playwright-core';

import { type Page, renderHtml } from '../../../src/report/html/html.js';
import { INDEX } from '../../../src/report/html/link.js';
import { NASTY, wholeRun } from '../compared.js';

/** The browser that `CHROMIUM` names, else the first of the usual names that the system knows. */
function findBrowser(): string | undefined {
  const names = [process.env['CHROMIUM'], 'chromium', 'chromium-browser', 'google-chrome'];
  return names.find((name) => {
    if (name === undefined || name === '') return false;
    try {
      return execFileSync(name, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] }).length > 0;
    } catch {
      return false;
    }
  });
}

const executable = findBrowser();

/** The pages of `wholeRun` on disk, and a browser that must ask nobody else for anything. */
async function opened(t: ExecutionContext): Promise<{ browser: Browser; pages: Page[]; root: string }> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'report-'));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  const pages = renderHtml(wholeRun());
  for (const page of pages) {
    mkdirSync(path.join(root, path.dirname(page.path)), { recursive: true });
    writeFileSync(path.join(root, page.path), page.text);
  }
  return { browser: await sharedBrowser(), pages, root };
}

let launched: Promise<Browser> | undefined;

/** One for all tests: each takes a second to start, and a core of its own. */
function sharedBrowser(): Promise<Browser> {
  const args = ['--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update'];
  const executablePath = execFileSync('which', [executable as string], { encoding: 'utf8' }).trim();
  launched ??= chromium.launch({ executablePath, args, chromiumSandbox: false });
  return launched;
}

test.after.always(async () => (await launched)?.close());

/** What a page complains about or asks for, apart from files. */
function complaints(page: BrowserPage): string[] {
  const heard: string[] = [];
  page.on('console', (message) => heard.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => heard.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) heard.push(`request: ${request.url()}`);
  });
  return heard;
}

// Runs in the browser, as text: the types of its document are not those of Node.
const LAYOUT = `({
  width: document.documentElement.scrollWidth,
  room: document.documentElement.clientWidth,
  outside: [...document.querySelectorAll('main *')]
    .filter((element) => !element.closest('svg, caption, thead') && element.getBoundingClientRect().right > innerWidth + 1)
    .map((element) => element.outerHTML.slice(0, 100)),
  background: getComputedStyle(document.body).backgroundColor,
  colour: getComputedStyle(document.body).color,
  heading: document.querySelector('h1').textContent,
})`;

interface Layout {
  readonly width: number;
  readonly room: number;
  readonly outside: string[];
  readonly background: string;
  readonly colour: string;
  readonly heading: string;
}

/** The sum of red, green and blue. */
function brightness(colour: string): number {
  return (colour.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
}

const inBrowser = executable === undefined && !process.env['CI'] ? test.skip : test;
const reason = executable === undefined ? ' (no Chromium found: set CHROMIUM to one)' : '';

inBrowser(
  `every page fits wide and narrow screens by day and night, and asks nobody for anything${reason}`,
  async (t) => {
    t.timeout(300_000);
    if (executable === undefined) return t.fail('CI needs a Chromium: install one, or set CHROMIUM');
    const { browser, pages, root } = await opened(t);
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1200, 390]) {
        const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
        const heard = complaints(page);
        for (const { path: name } of pages) {
          await page.goto(pathToFileURL(path.join(root, name)).href);
          const layout: Layout = await page.evaluate(LAYOUT);
          const where = `${name} at ${width}, ${colorScheme}`;
          t.true(layout.width <= layout.room, `${where} is ${layout.width} wide`);
          t.deepEqual(layout.outside, [], where);
          const isDark = brightness(layout.background) < brightness(layout.colour);
          t.is(isDark, colorScheme === 'dark', where);
        }
        t.deepEqual(heard, []);
        await page.close();
      }
    }
  },
);

inBrowser(`links lead from the index to each benchmark and back, whatever it is called${reason}`, async (t) => {
  t.timeout(300_000);
  if (executable === undefined) return t.fail('CI needs a Chromium: install one, or set CHROMIUM');
  const { browser, root } = await opened(t);
  const page = await browser.newPage();
  const index = pathToFileURL(path.join(root, INDEX)).href;
  await page.goto(index);
  const links = await page.getByRole('rowheader').getByRole('link').all();
  const hrefs = await Promise.all(links.map((link) => link.getAttribute('href')));
  const headings: string[] = [];
  for (const href of new Set(hrefs)) {
    await page.goto(new URL(href as string, index).href);
    headings.push((await page.evaluate<Layout>(LAYOUT)).heading);
    await page.getByRole('link', { name: 'All benchmarks' }).click();
    t.is(page.url(), index);
  }
  t.is(headings.length, wholeRun().results.length);
  t.true(headings.includes(`nasty/${NASTY[0]}`));
  t.true(headings.includes(`nasty/${NASTY[5]}`));
});

inBrowser(`axe finds nothing that keeps anybody out, by day or by night, wide or narrow${reason}`, async (t) => {
  t.timeout(300_000);
  if (executable === undefined) return t.fail('CI needs a Chromium: install one, or set CHROMIUM');
  const { browser, root } = await opened(t);
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1200, 390]) {
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
      for (const name of [INDEX, 'execution_compute_heavy/fib_10/report/index.html']) {
        await page.goto(pathToFileURL(path.join(root, name)).href);
        await page.evaluate(axe.source);
        const { violations, passes }: axe.AxeResults = await page.evaluate('axe.run()');
        t.true(passes.length > 10);
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
        t.deepEqual(found, [], `${name} at ${width}, ${colorScheme}`);
      }
      await page.close();
    }
  }
});
