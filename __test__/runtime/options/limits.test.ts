// Tests of limits: names, types and ranges.
import test from 'ava';
import { Engine, GiB, MiB, type Limits } from '../../../src/index.js';
import { failure } from '../failure.js';

const wat = '(module (memory 1) (table 1 funcref) (func (export "f") (result i32) (i32.const 7)))';
const module = await new Engine().compileModule(wat);
const limits = { memoryBytes: MiB };

const accepted: readonly Partial<Limits>[] = [
  { memoryBytes: 65_536 },
  { memoryBytes: 4 * GiB },
  { fuel: 2 ** 53 - 1 },
  { fuel: 2n ** 64n - 1n },
  { fuel: 'unlimited' },
  { fuel: 'unlimited', timeoutMs: 'unlimited' },
  { timeoutMs: 2 ** 31 - 1 },
  { timeoutMs: 'unlimited' },
  { onMemoryLimit: 'trap' },
  { onMemoryLimit: 'refuse' },
  { tableElements: 1, instances: 1, memories: 1, tables: 1, transferBytes: 0 },
  {
    tableElements: 2 ** 53 - 1,
    instances: 2 ** 32 - 1,
    memories: 2 ** 32 - 1,
    tables: 2 ** 32 - 1,
    transferBytes: 2 ** 53 - 1,
  },
  { fuel: undefined, timeoutMs: undefined, tables: undefined } as never,
];

for (const [index, more] of accepted.entries()) {
  test(`valid limits are accepted (${index})`, (t) => {
    using instance = module.instantiateSync({ limits: { ...limits, ...more } });
    t.is(instance.call('f'), 7);
  });
}

const wholes = ['memoryBytes', 'tableElements', 'instances', 'memories', 'tables', 'transferBytes'] as const;
const senseless: readonly (readonly [name: string, values: readonly unknown[]])[] = [
  ...wholes.map((name) => [name, [-1, 0.5, NaN, Infinity, -Infinity]] as const),
  ['memoryBytes', [0, -0, 4 * GiB + 1, 2 ** 53]],
  ['fuel', [0, -0, -1, 0.5, NaN, Infinity, 2 ** 53, 0n, -1n, 2n ** 64n]],
  ['timeoutMs', [0, -1, 0.5, NaN, Infinity, 2 ** 31]],
  ['onMemoryLimit', ['', 'Trap', 'abort']],
  ['instances', [2 ** 32]],
];

for (const [name, values] of senseless) {
  test(`${name} rejects ${values.map((value) => (typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? String(value)))).join(', ')} (${values.length})`, (t) => {
    for (const value of values) {
      const error = failure(
        t,
        'BAD_OPTION',
        () => module.instantiateSync({ limits: { ...limits, [name]: value } }),
        String(value),
      );
      t.true(error instanceof RangeError);
      t.is(error.option, `limits.${name}`);
    }
  });
}

for (const name of [...wholes, 'fuel', 'timeoutMs', 'onMemoryLimit']) {
  test(`${name} of a wrong type is rejected with a TypeError`, (t) => {
    for (const value of [
      null,
      true,
      {},
      [1],
      () => 1,
      Symbol('1'),
      ...(name === 'onMemoryLimit' ? [1] : ['1', '']),
      ...(name === 'fuel' ? [] : [1n]),
    ]) {
      const error = failure(
        t,
        'BAD_OPTION',
        () => module.instantiateSync({ limits: { ...limits, [name]: value } }),
        typeof value,
      );
      t.true(error instanceof TypeError);
      t.is(error.option, `limits.${name}`);
    }
  });
}

test('limits and their memoryBytes are mandatory', (t) => {
  for (const options of [undefined, null, 5, []])
    failure(t, 'BAD_OPTION', () => module.instantiateSync(options as never));
  for (const options of [{}, { limits: undefined }])
    t.regex(failure(t, 'BAD_OPTION', () => module.instantiateSync(options as never)).message, /mandatory/);
  for (const given of [null, 5, []]) failure(t, 'BAD_OPTION', () => module.instantiateSync({ limits: given } as never));
  for (const given of [{}, { memoryBytes: undefined }])
    t.regex(
      failure(t, 'BAD_OPTION', () => module.instantiateSync({ limits: given } as never)).message,
      /memoryBytes.*mandatory/,
    );
});

test('unknown names are rejected, with a similar name if any', (t) => {
  t.regex(
    failure(t, 'BAD_OPTION', () => module.instantiateSync({ limits: { ...limits, timeout_ms: 5 } } as never)).message,
    /did you mean 'timeoutMs'/,
  );
  t.is(
    failure(t, 'BAD_OPTION', () => module.instantiateSync({ limits: { ...limits, seconds: 5 } } as never)).option,
    'limits.seconds',
  );
  t.is(failure(t, 'BAD_OPTION', () => module.instantiateSync({ limits, wasi: {} } as never)).option, 'wasi');
});

test('fuel on an engine that does not count it is rejected with the fix', async (t) => {
  const epochs = await new Engine({ interruption: 'epoch' }).compileModule(wat);
  const error = failure(t, 'BAD_OPTION', () => epochs.instantiateSync({ limits: { ...limits, fuel: 5n } }));
  t.is(error.option, 'limits.fuel');
  t.regex(error.message, /interruption 'fuel' or 'both'/);
});

for (const [name, code] of [
  ['instances', '(module)'],
  ['memories', '(module (memory 0))'],
  ['tables', '(module (table 0 funcref))'],
] as const) {
  // Wasmtime counts these itself, and its error has no type: it passes for a link error that names no option.
  test(`more ${name} than the limit are rejected naming the limit`, async (t) => {
    const guest = await new Engine().compileModule(code);
    try {
      guest.instantiateSync({ limits: { ...limits, [name]: 0 } });
      t.fail('nothing was thrown');
    } catch (error) {
      t.regex((error as Error).message, new RegExp(`limits\\.${name}`));
    }
  });
}

// The check reads own and inherited properties, the copy that the addon gets has own ones only.
test('limits whose memoryBytes is inherited are accepted, or rejected with BAD_OPTION', (t) => {
  const inherited = Object.create(limits) as Limits;
  try {
    t.is(module.instantiateSync({ limits: inherited }).call('f'), 7);
  } catch (error) {
    t.is((error as { code: string }).code, 'BAD_OPTION');
  }
});

test('limits are read at instantiation: later changes have no effect', (t) => {
  const mutable = { memoryBytes: MiB, fuel: 1_000n };
  using instance = module.instantiateSync({ limits: mutable });
  mutable.fuel = 0n;
  t.is(instance.call('f'), 7);
});
