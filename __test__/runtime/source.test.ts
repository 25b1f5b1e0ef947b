// Tests of sources: which ones compile, and how others are rejected.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { fixture } from '#guests';
import { Engine, KiB, MiB, type Module } from '../../src/index.js';
import { child } from './child.js';
import { failure, rejection } from './failure.js';

const engine = new Engine();
const limits = { memoryBytes: MiB };

/** `(module (func (export "answer") (result i32) i32.const 42))` */
const answer = Uint8Array.of(
  0,
  0x61,
  0x73,
  0x6d,
  1,
  0,
  0,
  0,
  1,
  5,
  1,
  0x60,
  0,
  1,
  0x7f,
  3,
  2,
  1,
  0,
  7,
  10,
  1,
  6,
  0x61,
  0x6e,
  0x73,
  0x77,
  0x65,
  0x72,
  0,
  0,
  10,
  6,
  1,
  4,
  0,
  0x41,
  42,
  0x0b,
);

function answers(module: Module): number {
  using instance = module.instantiateSync<{ answer(): number }>({ limits });
  return instance.exports.answer();
}

const scratch = mkdtempSync(join(tmpdir(), 'source #1 ü-'));
const inScratch = (name: string, content: Uint8Array | string): URL => {
  writeFileSync(join(scratch, name), content);
  return pathToFileURL(join(scratch, name));
};
test.after.always(() => rmSync(scratch, { recursive: true }));

const surrounded = new Uint8Array(answer.length + 20).fill(7);
surrounded.set(answer, 13);
const shared = new Uint8Array(new SharedArrayBuffer(answer.length));
shared.set(answer);

const accepted: Record<string, Uint8Array | ArrayBuffer | URL | string> = {
  'a Uint8Array': answer,
  'an ArrayBuffer': answer.slice().buffer,
  'a Buffer of the pool': Buffer.from(answer),
  'a view with a byte offset': surrounded.subarray(13, 13 + answer.length),
  'a Buffer with a byte offset': Buffer.from(surrounded.buffer, 13, answer.length),
  'a view of shared memory': shared,
  'the URL of a binary': inScratch('answer.wasm', answer),
  'the URL of a text': inScratch('answer.wat', '(module (func (export "answer") (result i32) i32.const 42))'),
  'a text': ';; a comment\n(module (func (export "answer") (result i32) i32.const 42))',
  'the bytes of a text': new TextEncoder().encode('(module (func (export "answer") (result i32) i32.const 42))'),
};

for (const [name, source] of Object.entries(accepted)) {
  test(`${name} compiles`, async (t) => {
    t.is(answers(await engine.compileModule(source)), 42);
  });
}

test('bytes that change while a thread compiles them do not change what is compiled', async (t) => {
  const bytes = answer.slice();
  const compiling = new Engine().compileModule(bytes);
  bytes.fill(0);
  t.is(answers(await compiling), 42);
});

test('detaching bytes while a thread compiles them has no effect', async (t) => {
  const bytes = answer.slice();
  const compiling = new Engine().compileModule(bytes);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  t.is(answers(await compiling), 42);
});

// The bytes are copied when the compilation starts, which is later than the call if others are in progress.
test('bytes that change while their compilation waits for its turn do not change what is compiled', async (t) => {
  const narrow = new Engine({ limits: { concurrentCompilations: 1 } });
  const first = narrow.compileModule(answer);
  const bytes = answer.slice();
  const second = narrow.compileModule(bytes);
  bytes[37] = 43;
  t.deepEqual([answers(await first), answers(await second)], [42, 42]);
});

test('a binary cut off anywhere is rejected, unless an empty module is left', async (t) => {
  for (let length = 0; length < answer.length; length += 1) {
    const prefix = answer.subarray(0, length);
    if (length === 8 || length === 15) await t.notThrowsAsync(() => engine.compileModule(prefix));
    else await rejection(t, 'COMPILE', () => engine.compileModule(prefix), `${length} bytes`);
  }
});

test('a binary with any single bit flipped compiles or is rejected', async (t) => {
  for (let bit = 0; bit < answer.length * 8; bit += 1) {
    const bytes = answer.slice();
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    try {
      t.truthy(await engine.compileModule(bytes));
    } catch (error) {
      failure(t, 'COMPILE', () => {
        throw error;
      });
    }
  }
});

const garbage: Record<string, Uint8Array | string> = {
  nothing: new Uint8Array(),
  'an empty text': '',
  'blank text': ' \n\t ',
  'bytes that are neither': Uint8Array.of(0xff, 0xfe, 0xfd),
  'a path': '/tmp/guest.wasm',
  'a text that is not WAT': '{"module": true}',
  'WAT with a type error': '(module (func (result i32) i64.const 1))',
  'an unfinished text': '(module (func',
  'a million parentheses': '('.repeat(1_000_000),
  'a million comments in each other': '(;'.repeat(1_000_000),
  'a NUL': '\0',
};

for (const [name, source] of Object.entries(garbage)) {
  test(`${name} is rejected with COMPILE, as a module and as a component`, async (t) => {
    await rejection(t, 'COMPILE', () => engine.compileModule(source));
    await rejection(t, 'COMPILE', () => engine.compileComponent(source));
  });
}

test('an error in WAT has line and column', async (t) => {
  const error = await rejection(t, 'COMPILE', () => engine.compileModule('(module\n  (fund))'));
  t.regex(error.message, /:2:4/);
});

// The whole line is quoted, however long: a megabyte of text gives a message of a megabyte.
test('the message about a text of one long line stays short', async (t) => {
  const error = await rejection(t, 'COMPILE', () => engine.compileModule('('.repeat(1_000_000)));
  t.true(error.message.length < 10_000, `${error.message.length} characters`);
});

test('a component passed as a module says which method compiles it', async (t) => {
  const error = await rejection(t, 'COMPILE', () => engine.compileModule(fixture('minimal.wat')));
  t.regex(error.message, /a component.*'compileComponent'/);
});

test('a module passed as a component says which method compiles it', async (t) => {
  const error = await rejection(t, 'COMPILE', () => engine.compileComponent(answer));
  t.regex(error.message, /a core module.*'compileModule'/);
});

test('compiled code is rejected as a source', async (t) => {
  const module = await engine.compileModule(answer);
  for (const compile of [
    () => engine.compileModule(module.serialize()),
    () => engine.compileComponent(module.serialize()),
  ]) {
    t.regex((await rejection(t, 'COMPILE', compile)).message, /compiled code.*unsafeDeserialize/);
  }
});

test('a file that does not exist, or is a directory, is rejected with IO naming it', async (t) => {
  const missing = await rejection(t, 'IO', () => engine.compileModule(new URL('file:///missing/guest.wasm')));
  t.regex(missing.message, /'\/missing\/guest\.wasm'/);
  await rejection(t, 'IO', () => engine.compileModule(pathToFileURL(scratch)));
  await rejection(t, 'IO', () => engine.compileModule(new URL('file:///a%00b')));
});

for (const href of [
  'http://127.0.0.1/x.wasm',
  'https://example.org/',
  'data:application/wasm,',
  'file://host/x',
  'file:///a%2Fb',
]) {
  test(`the URL ${href} is rejected with BAD_VALUE naming it`, async (t) => {
    const error = await rejection(t, 'BAD_VALUE', () => engine.compileModule(new URL(href)));
    t.true(error instanceof TypeError && error.message.includes(href));
  });
}

test('the error for a file URL that names no file says what is wrong with it', async (t) => {
  const error = await rejection(t, 'BAD_VALUE', () => engine.compileModule(new URL('file:///a%2Fb')));
  t.regex(error.message, /^the source 'file:\/\/\/a%2Fb' names no file: .*encoded/);
});

const wrong: Record<string, unknown> = {
  undefined: undefined,
  null: null,
  'a number': 5,
  'an object': {},
  'an array': [0, 0x61, 0x73, 0x6d],
  'a String object': new String('(module)'),
  'a Uint16Array': new Uint16Array(4),
  'a DataView': new DataView(new ArrayBuffer(8)),
  'a SharedArrayBuffer': new SharedArrayBuffer(8),
  'a promise': Promise.resolve(answer),
};

for (const [name, source] of Object.entries(wrong)) {
  test(`${name} is rejected as a source with a TypeError`, async (t) => {
    const error = await rejection(t, 'BAD_VALUE', () => engine.compileComponent(source as never));
    t.true(error instanceof TypeError);
  });
}

// `instanceof` sees through a proxy, the addon does not: its own error has no code of this package.
test('a proxy of bytes is rejected with BAD_VALUE', async (t) => {
  await rejection(t, 'BAD_VALUE', () => engine.compileModule(new Proxy(answer, {})));
});

// `new Uint8Array(detached)` throws V8's own TypeError.
test('a detached ArrayBuffer is rejected with BAD_VALUE', async (t) => {
  const buffer = answer.slice().buffer;
  structuredClone(buffer, { transfer: [buffer] });
  await rejection(t, 'BAD_VALUE', () => engine.compileModule(buffer));
});

// `instanceof` only knows the classes of the current realm; test runners and vm contexts have others.
test('bytes of another realm compile', async (t) => {
  const bytes = runInNewContext(`Uint8Array.of(${answer.join()})`) as Uint8Array;
  await t.notThrowsAsync(() => engine.compileModule(bytes));
});

// The size is that of the directory entry; what is read is not bounded, so that /dev/zero would fill the memory.
(process.platform === 'win32' ? test.skip : test)(
  'a file that contains more than its size says is read no further than limits.binaryBytes',
  async (t) => {
    const { stdout, signal } = await child(`
    import { execFileSync, spawn } from 'node:child_process';
    const pipe = ${JSON.stringify(join(scratch, 'pipe'))};
    execFileSync('mkfifo', [pipe]);
    const writer = spawn(process.execPath, ['-e', 'const fs = require("fs"); let n = 0; process.on("SIGPIPE", () => {});'
      + 'try { const fd = fs.openSync(process.argv[1], "w"); for (; n < 64; n++) fs.writeSync(fd, Buffer.alloc(1 << 20)) } catch {} console.log(n)', pipe]);
    let written = ''; writer.stdout.on('data', (text) => written += text);
    const ended = new Promise((resolve) => writer.on('close', resolve));
    const engine = new wasm.Engine({ limits: { binaryBytes: 1 << 20 } });
    await engine.compileModule(new URL('file://' + encodeURI(pipe).replaceAll('#', '%23'))).catch((error) => console.log(error.code));
    await ended; console.log(Number(written));`);
    t.is(signal, null);
    const [code, mebibytes] = stdout.trim().split('\n');
    t.is(code, 'BINARY_TOO_LARGE');
    t.true(Number(mebibytes) < 8, `${mebibytes} MiB were read`);
  },
);

test("blocks nested a hundred thousand deep do not overflow the compiler's stack", async (t) => {
  const depth = 100_000;
  const body = [
    0,
    ...Array.from({ length: depth }, () => [2, 0x40]).flat(),
    ...new Array<number>(depth + 1).fill(0x0b),
  ];
  const code = [1, ...leb(body.length), ...body];
  const bytes = [...answer.subarray(0, 8), 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, ...leb(code.length), ...code];
  await t.notThrowsAsync(() => engine.compileModule(Uint8Array.from(bytes)));
});

test('types nested a thousand deep are rejected, not followed', async (t) => {
  const depth = 1000;
  const types = [0x70, 0x7d, ...Array.from({ length: depth - 1 }, (_, index) => [0x70, ...signedLeb(index)]).flat()];
  const section = [...leb(depth), ...types];
  const bytes = [0, 0x61, 0x73, 0x6d, 13, 0, 1, 0, 7, ...leb(section.length), ...section];
  const error = await rejection(t, 'COMPILE', () => engine.compileComponent(Uint8Array.from(bytes)));
  t.regex(error.message, /nesting/);
});

test('components nested a thousand deep compile', async (t) => {
  const preamble = [0, 0x61, 0x73, 0x6d, 13, 0, 1, 0];
  const sizes = [preamble.length];
  for (let depth = 1; depth <= KiB; depth += 1) {
    const inner = sizes[depth - 1] ?? 0;
    sizes.push(preamble.length + 1 + leb(inner).length + inner);
  }
  const sections = sizes
    .slice(0, -1)
    .toReversed()
    .flatMap((size) => preamble.concat(4, leb(size)));
  const bytes = [...sections, ...preamble];
  await t.notThrowsAsync(() => engine.compileComponent(Uint8Array.from(bytes)));
});

function leb(number: number): number[] {
  return number < 128 ? [number] : [(number & 127) | 128, ...leb(number >>> 7)];
}

function signedLeb(number: number): number[] {
  return number < 64 ? [number] : [(number & 127) | 128, ...signedLeb(number >>> 7)];
}
