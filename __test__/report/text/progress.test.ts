import { PassThrough } from 'node:stream';

import test from 'ava';

import { createProgress } from '../../../src/report/text/progress.js';

const POSITION = { id: 'a/b', number: 3, total: 42 };
const PLAN = { mode: 'linear', iterations: [1, 2, 3], expectedNs: 5e9 } as const;

function capture(isTTY: boolean): { stream: PassThrough & { isTTY: boolean; columns: number }; text: () => string } {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 100 });
  const chunks: string[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  return { stream, text: () => chunks.join('') };
}

test('without a terminal there is one plain line per benchmark', (t) => {
  const { stream, text } = capture(false);
  const progress = createProgress(stream, () => 0);
  progress.warmingUp(POSITION);
  progress.sampling(POSITION, PLAN, 0);
  progress.clear();
  t.is(text(), '[3/42] a/b …\n');
});

test('on a terminal one line is overwritten, at most every tenth of a second, and taken away', (t) => {
  const { stream, text } = capture(true);
  let nowNs = 0;
  const progress = createProgress(stream, () => nowNs);
  progress.warmingUp(POSITION);
  progress.sampling(POSITION, PLAN, 0);
  nowNs = 50e6;
  progress.sampling(POSITION, PLAN, 1);
  nowNs = 150e6;
  progress.sampling(POSITION, PLAN, 2);
  t.true(text().includes('[3/42] a/b: warming up'));
  t.true(text().includes('[3/42] a/b: sample 1 of 3, about 5.0s in all'));
  t.false(text().includes('sample 2 of 3'));
  t.true(text().includes('sample 3 of 3'));
  const before = text().length;
  progress.clear();
  t.true(text().slice(before).includes('\u001B['));
});
