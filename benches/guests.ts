// Guests of the suites: files of `fixtures/`, and generated guests of a given size.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ensureJavaScriptGuest, fixture } from '#guests';
import { native } from '../src/native.js';

const text = (path: string): string => readFileSync(fixture(path), 'utf8');

/** A component whose only export is the function `add`. */
export const minimal: string = text('minimal.wat');

/** A core module: `add`, `div`, `fib`, `fill`, `grow`, … */
export const calculator: string = text('calculator.wat');

/** The same as a component. */
export const calculatorComponent: string = text('calculator-component.wat');

/** C compiled by clang with wasi-libc: SHA-256, sorting, compression. */
export const algorithms: Uint8Array = readFileSync(fixture('guests/c/algorithms.wasm'));

/** AssemblyScript with a garbage-collected heap: a sieve and other algorithms. */
export const assemblyScript: Uint8Array = readFileSync(fixture('guests/assemblyscript/algorithms.wasm'));

/** A component in JavaScript with an embedded engine, 12 MB; built on first use. */
export async function javaScript(): Promise<Uint8Array> {
  return readFile(await ensureJavaScriptGuest());
}

/** A core module for call benchmarks: numeric functions, without memory. */
export const arithmetic = `(module
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1))))`;

/** A component whose only function divides, without a memory. */
export const divider = `(component
  (core module $module
    (func (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1))))
  (core instance $instance (instantiate $module))
  (func (export "div") (param "a" s32) (param "b" s32) (result s32) (canon lift (core func $instance "div"))))`;

/** The same with one page of memory. */
export const dividerWithMemory: string = divider.replace(
  '(func (export "div") (param i32',
  '(memory 1) (func (export "div") (param i32',
);

/** A core module that grows its memory, which has no maximum. */
export const grower = `(module (memory 1)
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))`;

/** A component that returns the bytes or text that it receives. */
export const echo = `(component
  (core module $module
    (memory (export "memory") 32)
    (func (export "allocate") (param i32 i32 i32 i32) (result i32) i32.const 1024)
    (func (export "echo") (param i32 i32) (result i32)
      (i32.store (i32.const 0) (local.get 0)) (i32.store (i32.const 4) (local.get 1)) i32.const 0))
  (core instance $instance (instantiate $module))
  (func (export "bytes") (param "value" (list u8)) (result (list u8))
    (canon lift (core func $instance "echo") (memory (core memory $instance "memory"))
      (realloc (core func $instance "allocate"))))
  (func (export "text") (param "value" string) (result string)
    (canon lift (core func $instance "echo") (memory (core memory $instance "memory"))
      (realloc (core func $instance "allocate")))))`;

/** A component with a memory of `pages` × 64 KiB; its function `touch` writes to every 4 KiB of it. */
export function withMemory(pages: number): string {
  return `(component
  (core module $module
    (memory ${pages})
    (func (export "touch") (local $address i32)
      (loop $next
        (i32.store (local.get $address) (i32.const 1))
        (br_if $next (i32.lt_u
          (local.tee $address (i32.add (local.get $address) (i32.const 4096)))
          (i32.const ${pages * 65_536}))))))
  (core instance $instance (instantiate $module))
  (func (export "touch") (canon lift (core func $instance "touch"))))`;
}

/** A core module of `bytes` bytes, nearly all in a custom section, which is hashed but not compiled. */
export function padded(bytes: number): Uint8Array {
  // The section's size as LEB128, padded to five bytes.
  const sized = (rest: number): number[] =>
    [0, 7, 14, 21, 28].map((shift) => ((rest >>> shift) & 127) | (shift < 28 ? 128 : 0));
  const preamble = [0, 97, 115, 109, 1, 0, 0, 0];
  const binary = new Uint8Array(bytes).map((_, index) => index * 31);
  binary.set([...preamble, 0, ...sized(bytes - preamble.length - 6), 1, 97]);
  return binary;
}

/** Maximum relative deviation of a generated binary from its nominal size. */
const SIZE_TOLERANCE = 0.05;

/**
 * A component whose binary has `bytes` bytes (±5 %), filled with functions.
 *
 * @throws Error if no number of functions comes close enough.
 */
export function ofSize(bytes: number): Uint8Array {
  const sizeOf = (functions: number): Uint8Array => native.parseText(manyFunctions(functions));
  const [none, hundred] = [sizeOf(0).length, sizeOf(100).length];
  const functions = Math.max(1, Math.round((bytes - none) / ((hundred - none) / 100)));
  const binary = sizeOf(functions);
  if (Math.abs(binary.length - bytes) > SIZE_TOLERANCE * bytes) {
    throw new Error(`a guest of ${functions} functions has ${binary.length} bytes, not ${bytes}`);
  }
  return binary;
}

/** A component with `count` different functions, so the compiler cannot merge them. */
function manyFunctions(count: number): string {
  const one = (index: number): string => `(func (param $n i32) (result i32) (local $sum i32)
    (block $done (loop $next
      (br_if $done (i32.eqz (local.get $n)))
      (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const ${100 + (index % 900)})) (local.get $n)))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br $next)))
    (i32.xor (local.get $sum) (i32.const ${1000 + (index % 7000)})))`;
  const functions = Array.from({ length: count }, (_, index) => one(index)).join('\n');
  return `(component
  (core module $module
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    ${functions})
  (core instance $instance (instantiate $module))
  (func (export "add") (param "a" s32) (param "b" s32) (result s32) (canon lift (core func $instance "add"))))`;
}
