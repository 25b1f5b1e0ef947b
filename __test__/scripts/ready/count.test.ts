// Tests of the counts of passed and failed tests.
import { readFileSync } from 'node:fs';
import test from 'ava';

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

interface CountModule {
  readonly countCargo: (output: string) => Counts;
  readonly countTap: (output: string) => Counts;
}

const script = new URL('../../../../scripts/ready/count.mjs', import.meta.url);
const { countCargo, countTap } = (await import(script.href)) as CountModule;

test('the counts of cargo are summed over its test binaries, with or without colours', (t) => {
  const output = `
running 3 tests
test result: \u001B[32mok\u001B[0m. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s
test result: FAILED. 4 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.20s\r
`;
  t.deepEqual(countCargo(output), { passed: 7, failed: 2 });
});

test('the counts of TAP are read from its last lines', (t) => {
  const output = 'TAP version 13\nok 1 - # pass 9\nnot ok 2 - x\n\n1..2\n# tests 2\n# pass 1\n# fail 1\n';
  t.deepEqual(countTap(output), { passed: 1, failed: 1 });
});

test('output without counts has no tests', (t) => {
  t.deepEqual(countCargo('error: could not compile'), { passed: 0, failed: 0 });
  t.deepEqual(countTap(readFileSync(script, 'utf8')), { passed: 0, failed: 0 });
});
