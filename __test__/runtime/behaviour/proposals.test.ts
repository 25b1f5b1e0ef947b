// Tests of proposals: what compiles when they are on or off.
import test from 'ava';
import { Engine, type Proposal } from '../../../src/index.js';
import { rejection } from '../failure.js';

const uses: Record<Proposal, string> = {
  bulkMemory: '(module (memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 1))))',
  customPageSizes: '(module (memory 1 (pagesize 1)))',
  exceptions: '(module (tag $t) (func (throw $t)))',
  extendedConst: '(module (global i32 (i32.add (i32.const 1) (i32.const 2))))',
  functionReferences: '(module (type $f (func)) (func (param (ref $f)) (call_ref $f (local.get 0))))',
  gc: '(module (type (struct (field i32))))',
  memory64: '(module (memory i64 1))',
  multiMemory: '(module (memory 1) (memory 1))',
  multiValue: '(module (func (result i32 i32) (i32.const 1) (i32.const 2)))',
  referenceTypes: '(module (table 1 externref))',
  relaxedSimd: '(module (func (param v128 v128) (result v128) (i8x16.relaxed_swizzle (local.get 0) (local.get 1))))',
  simd: '(module (func (param v128) (result v128) (local.get 0)))',
  tailCall: '(module (func $f (return_call $f)))',
  threads: '(module (memory 1 1 shared))',
  wideArithmetic: '(module (func (param i64 i64) (result i64 i64) (i64.mul_wide_u (local.get 0) (local.get 1))))',
};

/** What has to be off as well, since it stands on the proposal. */
const standsOn: Partial<Record<Proposal, readonly Proposal[]>> = {
  simd: ['relaxedSimd'],
  referenceTypes: ['functionReferences', 'gc', 'exceptions'],
  functionReferences: ['gc', 'exceptions'],
  gc: ['exceptions'],
};

/** What has to be on as well. */
const needs: Partial<Record<Proposal, readonly Proposal[]>> = { gc: ['functionReferences'] };

function switched(proposal: Proposal, enable: boolean): Engine {
  const others = (enable ? needs : standsOn)[proposal] ?? [];
  return new Engine({ proposals: Object.fromEntries([proposal, ...others].map((name) => [name, enable])) });
}

for (const [name, wat] of Object.entries(uses) as [Proposal, string][]) {
  test(`a module that uses ${name} compiles if it is on`, async (t) => {
    await t.notThrowsAsync(() => switched(name, true).compileModule(wat));
  });

  test(`a module that uses ${name} is rejected if it is off`, async (t) => {
    const engine = switched(name, false);
    await rejection(t, 'COMPILE', () => engine.compileModule(wat));
  });
}

test('threads are off by default, since a shared memory escapes the limits', async (t) => {
  await rejection(t, 'COMPILE', () => new Engine().compileModule(uses.threads));
});

test('a proposal on one engine is not on another', async (t) => {
  const on = new Engine({ proposals: { wideArithmetic: true } });
  const off = new Engine({ proposals: { wideArithmetic: false } });
  await t.notThrowsAsync(() => on.compileModule(uses.wideArithmetic));
  await rejection(t, 'COMPILE', () => off.compileModule(uses.wideArithmetic));
});
