// Fuzz tests: random and damaged binaries end in typed errors alone. From a fixed seed, so that failures recur.
import { readFileSync } from 'node:fs';

import test, { type ExecutionContext } from 'ava';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { fixture } from '#guests';
import { Engine, type Component, type Module, MiB, WasmError, type EngineOptions } from '../../../src/index.js';

const limits = { memoryBytes: 8 * MiB, fuel: 1_000_000n, timeoutMs: 1000, tableElements: 10_000 };
const expected = new Set([
  'COMPILE',
  'LINK',
  'TRAP',
  'OUT_OF_FUEL',
  'TIMEOUT',
  'MEMORY_LIMIT',
  'BAD_VALUE',
  'UNSUPPORTED',
  'RESULT',
  'POISONED',
  'UNKNOWN_EXPORT',
]);

interface Fuzzed {
  compiled: number;
  rejected: number;
}

/** Compiles, instantiates and calls what comes of `bytes`; every failure must be one of those expected of a guest. */
async function run(
  t: ExecutionContext,
  engine: Engine,
  bytes: Uint8Array,
  kind: 'compileModule' | 'compileComponent',
  seen: Fuzzed,
): Promise<void> {
  try {
    const compiled: Module | Component = await engine[kind](bytes);
    seen.compiled += 1;
    using instance = compiled.instantiateSync({ limits });
    for (const { name, kind, params = [] } of compiled.exports) {
      if (kind !== 'function' || name === 'infinite') continue;
      attempt(t, () =>
        instance.call(
          name,
          params.map(({ type }) => (type.endsWith('64') && !type.startsWith('f') ? 1n : 1)),
        ),
      );
    }
  } catch (error) {
    seen.rejected += 1;
    judge(t, error, bytes);
  }
}

function attempt(t: ExecutionContext, call: () => unknown): void {
  try {
    call();
  } catch (error) {
    judge(t, error);
  }
}

function judge(t: ExecutionContext, error: unknown, bytes?: Uint8Array): void {
  const { code, message } = error as WasmError;
  if (!(error instanceof WasmError) || !expected.has(code)) {
    t.fail(`${code}: ${message} ${bytes === undefined ? '' : Buffer.from(bytes).toString('base64').slice(0, 4000)}`);
  }
}

/** Whole numbers from 0 below a bound. Each test has its own, so that what runs beside it does not matter. */
type Below = (bound: number) => number;

function seeded(seed: number): Below {
  const random = xoroshiro128plus(seed);
  return (bound) => uniformInt(random, 0, bound - 1);
}

test('random bytes behind each preamble are rejected', async (t) => {
  const below = seeded(1);
  const engine = new Engine();
  const seen = { compiled: 0, rejected: 0 };
  for (let round = 0; round < 400; round += 1) {
    const bytes = Uint8Array.from({ length: 8 + below(200) }, () => below(256));
    const isComponent = round % 2 === 1;
    bytes.set([0, 0x61, 0x73, 0x6d, isComponent ? 13 : 1, 0, isComponent ? 1 : 0, 0]);
    await run(t, engine, bytes, isComponent ? 'compileComponent' : 'compileModule', seen);
  }
  t.true(seen.rejected > 300);
});

const guests = [
  ['compileModule', 'guests/assemblyscript/algorithms.wasm', 150],
  ['compileModule', 'guests/c/debug.wasm', 300],
  ['compileComponent', 'guests/c/types.wasm', 60],
] as const;
const engines: readonly EngineOptions[] = [
  {},
  { traps: 'explicit', interruption: 'both' },
  { compiler: 'winch' },
  { allocation: 'pooling', limits: { instances: 2 } },
];

for (const [kind, path, rounds] of guests) {
  test(`${path} with bytes changed, cut out and repeated runs under its limits or is rejected`, async (t) => {
    const below = seeded(rounds);
    const original = readFileSync(fixture(path));
    const pool = engines.map((options) => new Engine({ ...options, backtraceFrames: 3 }));
    const seen = { compiled: 0, rejected: 0 };
    for (let round = 0; round < rounds; round += 1) {
      await run(t, pool[round % pool.length]!, mutate(original, below), kind, seen);
    }
    t.log(seen);
    t.true(seen.compiled > 0 && seen.rejected > 0);
    for (const engine of pool) t.is(engine.liveInstances, 0);
  });
}

function mutate(original: Uint8Array, below: Below): Uint8Array {
  const bytes = Uint8Array.from(original);
  for (let change = below(3) + 1; change > 0; change -= 1) {
    const at = 8 + below(bytes.length - 8);
    switch (below(4)) {
      case 0:
        bytes[at] = below(256);
        break;
      case 1:
        bytes[at]! ^= 1 << below(8);
        break;
      case 2:
        bytes.copyWithin(at, 8 + below(bytes.length - 8), bytes.length);
        break;
      default:
        bytes[at] = [0, 1, 0x7f, 0x80, 0xff][below(5)]!;
    }
  }
  return bytes;
}

test('random text is rejected', async (t) => {
  const below = seeded(2);
  const engine = new Engine();
  const words = [
    '(',
    ')',
    'module',
    'component',
    'func',
    '$f',
    '"a"',
    'i32',
    'export',
    'param',
    'memory',
    '1',
    'core',
    'instance',
    ' ',
    '\n',
    ';;',
    '(;',
    '\0',
    'ü',
  ];
  const seen = { compiled: 0, rejected: 0 };
  for (let round = 0; round < 300; round += 1) {
    const text = `(${Array.from({ length: below(40) }, () => words[below(words.length)]).join(' ')}`;
    await run(t, engine, new TextEncoder().encode(text), round % 2 ? 'compileModule' : 'compileComponent', seen);
  }
  t.true(seen.rejected > 200);
});
