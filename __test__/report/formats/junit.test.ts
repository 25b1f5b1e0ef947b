import test from 'ava';
import { SaxesParser } from 'saxes';

import { renderJunit } from '../../../src/report/formats/junit.js';
import { escaped } from '../../../src/report/markup.js';
import { NASTY, wholeRun } from '../compared.js';
import { finishedRun } from '../run.js';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** The root of `xml`; the parser throws at whatever is not well-formed XML 1.0. */
function parsed(xml: string): Element {
  const parser = new SaxesParser();
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element: Element = { name, attributes, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    (open.at(-1) as Element).text += text;
  });
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  return root.children[0] as Element;
}

function casesOf(xml: string): Element[] {
  return parsed(xml).children.flatMap(({ children }) => children);
}

function failuresOf(xml: string): string[][] {
  return casesOf(xml).flatMap(({ attributes, children }) =>
    children
      .filter(({ name }) => name === 'failure' || name === 'error')
      .map((failure) => [attributes['name'] ?? '', failure.name, failure.attributes['type'] ?? '']),
  );
}

test('any run is well-formed, with a suite for each category and a case for each benchmark', (t) => {
  const root = parsed(renderJunit(wholeRun()));
  t.is(root.name, 'testsuites');
  t.deepEqual(
    root.children.map(({ name, attributes }) => [name, attributes['name']]),
    ['execution', 'memory', 'slow', 'runtime', 'nasty', 'a', 'b', 'c'].map((name) => ['testsuite', name]),
  );
  const names = casesOf(renderJunit(wholeRun())).map(({ attributes }) => attributes['name']);
  // A parser reads line ends and tabs in attributes as spaces.
  for (const name of NASTY) t.true(names.includes(`nasty/${escapedOnce(name)}`), name);
});

function escapedOnce(text: string): string {
  return text.replaceAll(/[\u0000\u001B]|\uD83E(?![\uDC00-\uDFFF])/g, '\uFFFD').replaceAll(/\r\n|[\r\n\t]/g, ' ');
}

test('failed benchmarks, regressions and missed targets are told apart', (t) => {
  t.deepEqual(failuresOf(renderJunit(wholeRun())), [
    ['execution/compute_heavy/fib_10', 'failure', 'regression'],
    ['execution/compute_heavy/fib_20', 'failure', 'regression'],
    ['execution/compute_heavy/fib_30', 'failure', 'regression'],
    ['execution/compute_heavy/fib_10: target < 1.0000 ns', 'failure', 'missed-target'],
    ['memory/fill/fill_memory', 'failure', 'regression'],
    ['nasty/<failed>', 'error', 'RangeError'],
    ['nasty/row', 'error', 'string'],
    ['b: target ≥ 98 %', 'failure', 'missed-target'],
  ]);
});

test('counts are those of the cases', (t) => {
  const root = parsed(renderJunit(wholeRun()));
  const cases = root.children.flatMap(({ children }) => children);
  const count = (name: string) => cases.filter(({ children }) => children.some((child) => child.name === name)).length;
  const expected = { failures: count('failure'), errors: count('error'), skipped: count('skipped') };
  t.like(root.attributes, { tests: String(cases.length) });
  for (const [name, number] of Object.entries(expected)) {
    t.is(root.attributes[name], String(number));
    const sum = root.children.reduce((total, { attributes }) => total + Number(attributes[name]), 0);
    t.is(sum, number);
  }
  t.deepEqual(expected, { failures: 6, errors: 2, skipped: 2 });
});

test('a failure tells the change or the bound, a case its figures', (t) => {
  const xml = renderJunit(wholeRun());
  const [first] = casesOf(xml) as [Element];
  const [failure, output] = first.children as [Element, Element];
  t.regex(
    failure.attributes['message'] ?? '',
    /^change against a: \[\+[\d.]+% \+[\d.]+% \+[\d.]+%\] \(p = 0\.\d\d\)\. Performance has regressed\.$/,
  );
  t.regex(
    output.text,
    /^time: \[[\d.]+ ns [\d.]+ ns [\d.]+ ns\]\nchange against a: .*\nfuel per iteration 1,204 \(no change\)\n/,
  );
  const missed = casesOf(xml).find(({ attributes }) => attributes['name']?.endsWith('fib_10: target < 1.0000 ns'));
  t.is(missed?.children[0]?.attributes['message'], 'measured 40.000 ns, the target is < 1.0000 ns (<1ns)');
});

test('what was thrown is there in full, but for what XML forbids', (t) => {
  const failed = casesOf(renderJunit(wholeRun())).find(({ attributes }) => attributes['name'] === 'nasty/<failed>');
  t.is(failed?.children[0]?.text, 'broken: <b>\uFFFD "&" ]]>\nsecond line');
  t.true(renderJunit(wholeRun()).includes(escaped('"&" ]]>')));
});

test('a run of nothing, or of failures alone, is well-formed too', (t) => {
  t.deepEqual(casesOf(renderJunit(finishedRun({ results: [], targets: [] }))), []);
  const failed = renderJunit(
    finishedRun({ results: [], targets: [], failures: [{ id: 'x/y', error: new Error('') }] }),
  );
  t.deepEqual(failuresOf(failed), [['x/y', 'error', 'Error']]);
});
