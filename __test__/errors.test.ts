// Tests of errors: classes and codes, also after JSON and structured cloning.
import test from 'ava';
import { inspect } from 'node:util';
import { fixture } from '#guests';
import { ComponentError, Engine, MiB, WasmError, type WasmErrorData } from '../src/index.js';

const limits = { memoryBytes: 64 * MiB };
const engine = new Engine();
const types = await engine.compileComponent(fixture('guests/c/types.wasm'));
const calculator = await engine.compileModule(fixture('calculator.wat'));

function thrown(run: () => unknown): Error & WasmErrorData {
  try {
    run();
  } catch (error) {
    return error as Error & WasmErrorData;
  }
  throw new Error('nothing was thrown');
}

const instance = types.instantiateSync({ limits });
const core = calculator.instantiateSync({ limits });

const unknownOption = thrown(() => new Engine({ fule: 1 } as never));

const failures: Record<string, { error: Error & WasmErrorData; type: new (...args: never[]) => Error; name: string }> =
  {
    BAD_OPTION: { error: thrown(() => new Engine({ maxStackBytes: 1 })), type: RangeError, name: 'RangeError' },
    'BAD_OPTION of an unknown name': { error: unknownOption, type: TypeError, name: 'TypeError' },
    BAD_VALUE: { error: thrown(() => instance.call('echo-s32', ['x'])), type: TypeError, name: 'TypeError' },
    RESULT: { error: thrown(() => instance.call('divide', [1, 0])), type: ComponentError, name: 'ComponentError' },
    TRAP: { error: thrown(() => core.call('div', [1, 0])), type: WasmError, name: 'WasmError' },
    UNKNOWN_EXPORT: { error: thrown(() => core.call('nope')), type: WasmError, name: 'WasmError' },
  };

for (const [code, { error, type, name }] of Object.entries(failures)) {
  test(`${code} is a ${name}, a WasmError and an Error`, (t) => {
    t.is(error.code, code.split(' ')[0] as never);
    t.is(error.name, name);
    t.true(error instanceof type && error instanceof WasmError && error instanceof Error);
    t.is(error instanceof ComponentError, code === 'RESULT');
    t.is(Object.prototype.toString.call(error), '[object Error]');
  });

  test(`${code} survives JSON`, (t) => {
    const again = WasmError.from(JSON.parse(JSON.stringify(error)));
    t.true(again instanceof type && again instanceof WasmError);
    t.deepEqual(again?.toJSON(), (error as unknown as WasmError).toJSON());
    t.is(again?.message, error.message);
  });

  test(`${code} survives structured cloning`, (t) => {
    const clone: unknown = structuredClone(error);
    t.true(clone instanceof Error && clone.message === error.message);
    t.false(clone instanceof WasmError);
    const again = WasmError.from(clone);
    t.true(again instanceof type && again instanceof WasmError);
    t.deepEqual(again?.toJSON(), (error as unknown as WasmError).toJSON());
  });

  test(`${code} prints its message once, and its code`, (t) => {
    t.true(error.stack?.startsWith(`${name}: ${error.message}\n`), error.stack);
    t.regex(inspect(error), new RegExp(`code: '${code.split(' ')[0]}'`));
  });
}

test('JSON has code and message first, and then the code’s data', (t) => {
  const trap = JSON.parse(JSON.stringify(failures['TRAP']?.error)) as WasmErrorData;
  t.deepEqual(Object.keys(trap), ['code', 'message', 'trap', 'frames']);
  t.is(trap.trap, 'IntegerDivisionByZero');
  t.deepEqual(Object.keys(JSON.parse(JSON.stringify(failures['BAD_OPTION']?.error)) as object), [
    'code',
    'message',
    'option',
  ]);
  t.deepEqual(Object.keys(JSON.parse(JSON.stringify(failures['RESULT']?.error)) as object), [
    'code',
    'message',
    'payload',
  ]);
});

test('a payload survives cloning with its type', async (t) => {
  const payload = { bytes: Uint8Array.of(1, 2), big: 5n };
  const error = new ComponentError({ code: 'RESULT', message: 'm', payload });
  t.deepEqual(WasmError.from(structuredClone(error))?.payload, payload);
});

test('an error is recreated from an error', (t) => {
  const again = WasmError.from(failures['TRAP']?.error);
  t.is(again?.trap, 'IntegerDivisionByZero');
});

test('WasmError.from returns undefined for anything else', (t) => {
  for (const value of [
    undefined,
    null,
    5,
    'text',
    {},
    [],
    new Error('x'),
    new TypeError('x', { cause: new Error('y') }),
    { code: 'TRAP' },
    { message: 'm' },
  ]) {
    t.is(WasmError.from(value), undefined);
    t.false((value as object) instanceof WasmError);
  }
});

// Any object with a code and a message passes; so have the errors of Node itself.
test('an error of another package is not a WasmError', (t) => {
  const foreign = Object.assign(new Error('no such file'), { code: 'ENOENT' });
  t.is(WasmError.from(foreign), undefined);
  t.is(WasmError.from(new Error('wrapped', { cause: foreign })), undefined);
});

test('the stack of a failed call begins at its caller', (t) => {
  const callsTheGuest = (): Error => thrown(() => core.exports['unreachable']());
  const [first = '', second = ''] = stackOf(callsTheGuest());
  t.regex(first, /errors\.test/);
  t.regex(second, /thrown/);
});

test('the stack of rejected options leads to the caller', (t) => {
  function asksForTooMuch(): unknown {
    return new Engine({ maxStackBytes: '1' } as never);
  }
  t.true(stackOf(thrown(asksForTooMuch)).some((line) => line.includes('asksForTooMuch')));
});

test('the stack of a compilation that fails on another thread leads to the caller', async (t) => {
  async function compilesGarbage(): Promise<unknown> {
    return await engine.compileModule('(garbage)');
  }
  const error = await t.throwsAsync(compilesGarbage);
  t.true(
    stackOf(error).some((line) => line.includes('compilesGarbage')),
    error?.stack,
  );
});

function stackOf(error: Error): string[] {
  return error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
}
