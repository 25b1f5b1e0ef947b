import test from 'ava';

import { type Page, renderHtml } from '../../../src/report/html/html.js';
import { wholeRun } from '../compared.js';
import { finishedRun } from '../run.js';

const INDEX = 'report/index.html';

function pageOf(pages: readonly Page[], name: string): string {
  return pages.find((page) => page.path === name)?.text ?? '';
}

test('there is an index, and a page in the directory of each benchmark', (t) => {
  const pages = renderHtml(finishedRun());
  t.deepEqual(
    pages.map((page) => page.path),
    [INDEX, 'runtime/engine_creation/report/index.html', 'execution_add/core_call/report/index.html'],
  );
});

test('the index tells bounds, change, target and exact metrics, and links to each page', (t) => {
  const index = pageOf(renderHtml(wholeRun()), INDEX);
  t.regex(
    index,
    /<a href="\.\.\/execution_compute_heavy\/fib_10\/report\/index\.html">execution\/<wbr>compute_<wbr>heavy\/<wbr>fib_<wbr>10<\/a>/,
  );
  t.regex(index, /<strong>[\d.]+ ns<\/strong> <small>[\d.]+ ns to [\d.]+ ns<\/small>/);
  t.regex(
    index,
    /\+[\d.]+% <small><span class="badge bad"><span aria-hidden="true">▲<\/span> regressed<\/span><\/small>/,
  );
  t.true(index.includes('</span> missed</span>'));
  t.true(index.includes('fuel per iteration 1,204 → 1,205 (+1)'));
});

test('a page draws density, samples, comparison and change, each with words for those who cannot see', (t) => {
  const page = pageOf(renderHtml(wholeRun()), 'execution_compute_heavy/fib_10/report/index.html');
  for (const title of [
    'Density of the batch means',
    'Total time over iterations',
    'Densities of both',
    'Relative change',
  ]) {
    t.regex(page, new RegExp(`<figcaption>${title}</figcaption>\\s*<svg [^>]*role="img" aria-labelledby=`));
  }
  t.is(page.match(/<svg /g)?.length, page.match(/<desc id=/g)?.length);
  t.true(page.includes('Performance has regressed.'));
});

test('a flat sample is drawn batch by batch, and what was not compared has no comparison', (t) => {
  const pages = renderHtml(wholeRun());
  t.true(pageOf(pages, 'slow/sort_1e6/report/index.html').includes('Time of each batch'));
  t.false(pageOf(pages, 'runtime/engine_creation/report/index.html').includes('Relative change'));
});

test('an outlier that would squeeze all else into a line is named instead of drawn', (t) => {
  const page = pageOf(renderHtml(finishedRun()), 'runtime/engine_creation/report/index.html');
  t.true(page.includes('Outside: 3.5250 µs'));
});

test('every colour of a dot is told, and only those that are there', (t) => {
  const marks = ['point', 'mild-outlier', 'severe-outlier'];
  for (const { path, text } of renderHtml(wholeRun()).filter((page) => page.path !== INDEX)) {
    const figures = [...text.matchAll(/<figure>[\s\S]*?<\/figure>/g)].map(([figure]) => figure);
    for (const figure of figures.filter((each) => each.includes('<circle class="point"'))) {
      const drawn = marks.filter((mark) => figure.includes(`<circle class="${mark}"`));
      const told = marks.filter((mark) => figure.includes(`class="swatch ${mark}"`));
      t.deepEqual(told, drawn, path);
    }
  }
});

test('nothing from a name or a message becomes markup', (t) => {
  for (const { text } of renderHtml(wholeRun())) {
    t.notRegex(text, /<script|<b>|=HYPERLINK\("/);
    t.notRegex(text, /[\u0000\u001B]/);
  }
  t.true(pageOf(renderHtml(wholeRun()), INDEX).includes('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;'));
});

test('a run of nothing says so', (t) => {
  const pages = renderHtml(finishedRun({ results: [], derived: [], targets: [] }));
  t.is(pages.length, 1);
  t.true(pages[0]?.text.includes('No benchmark was measured.'));
});
