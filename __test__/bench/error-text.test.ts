import { runInNewContext } from 'node:vm';

import test from 'ava';

import { presentable, stackOf, textOf } from '../../src/bench/error-text.js';

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
  ['an object that refuses to be text', { toString: null }, '{ toString: null }'],
  [
    'a proxy that throws',
    new Proxy({}, { getPrototypeOf: () => { throw new Error('trap'); } }), // prettier-ignore
    '{}',
  ],
];

for (const [what, thrown, text] of TEXTS) {
  test(`the text of ${what}`, (t) => {
    t.is(textOf(thrown), text);
    const shown = presentable(thrown);
    t.is(textOf(shown), text);
    t.notThrows(() => String(shown));
  });
}

test('what has a text of its own is presented as it is, and all else as an error that it caused', (t) => {
  const error = new TypeError('bad');
  t.is(presentable(error), error);
  t.is(presentable('nope'), 'nope');
  const thrown = { a: 1 };
  const shown = presentable(thrown) as Error;
  t.like(shown, { message: '{ a: 1 }', cause: thrown, stack: 'Error: { a: 1 }' });
});

test('a stack has those of its causes, and a cause that is its own ends it', (t) => {
  const cause = new Error('deep\ndown');
  t.regex(stackOf(new Error('outer', { cause })), /^Error: outer\n {4}at [^]*\ncaused by: Error: deep\ndown\n {4}at /);
  t.is(stackOf('two\nlines'), 'two\nlines');
  const own = new Error('own');
  own.cause = own;
  t.is(stackOf(own).match(/Error: own/g)?.length, 5);
});
