// Tests of the text of thrown values.
import { runInNewContext } from 'node:vm';

import test from 'ava';

import { toReportable, errorStack, errorText } from '../../src/bench/error-text.js';

const TEXTS: [what: string, thrown: unknown, text: string][] = [
  ['an error', new TypeError('bad'), 'bad'],
  ['an error without a message', new RangeError(), 'RangeError'],
  ['an error whose message is none', Object.assign(new Error('x'), { message: { a: 1 } }), 'Error'],
  ['an error of another realm', runInNewContext("new Error('far')"), 'far'],
  ['a text', 'nope', 'nope'],
  ['an empty text', '', "''"],
  ['nothing', undefined, 'undefined'],
  ['a symbol', Symbol('s'), 'Symbol(s)'],
  ['an object', { a: 1 }, '{ a: 1 }'],
  ['an object without a prototype', Object.create(null), '[Object: null prototype] {}'],
  ['an object that cannot be converted to text', { toString: null }, '{ toString: null }'],
  [
    'a proxy that throws',
    new Proxy({}, { getPrototypeOf: () => { throw new Error('trap'); } }), // prettier-ignore
    '{}',
  ],
];

for (const [what, thrown, text] of TEXTS) {
  test(`the text of ${what}`, (t) => {
    t.is(errorText(thrown), text);
    const reportable = toReportable(thrown);
    t.is(errorText(reportable), text);
    t.notThrows(() => String(reportable));
  });
}

test('a value with a text is reported unchanged, any other as the cause of an error', (t) => {
  const error = new TypeError('bad');
  t.is(toReportable(error), error);
  t.is(toReportable('nope'), 'nope');
  const thrown = { a: 1 };
  const reportable = toReportable(thrown) as Error;
  t.like(reportable, { message: '{ a: 1 }', cause: thrown, stack: 'Error: { a: 1 }' });
});

test('a stack includes those of its causes, and stops if an error is its own cause', (t) => {
  const cause = new Error('deep\ndown');
  t.regex(
    errorStack(new Error('outer', { cause })),
    /^Error: outer\n {4}at [^]*\ncaused by: Error: deep\ndown\n {4}at /,
  );
  t.is(errorStack('two\nlines'), 'two\nlines');
  const own = new Error('own');
  own.cause = own;
  t.is(errorStack(own).match(/Error: own/g)?.length, 5);
});
