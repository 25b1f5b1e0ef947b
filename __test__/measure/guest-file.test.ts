// Which files are guests, and what are their benchmarks called?
import * as fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import test from 'ava';
import { fixture } from '#guests';

import { MeasureError } from '../../src/measure/errors.js';
import { nameOf, readGuest } from '../../src/measure/guest-file.js';

const NOWHERE = path.parse(process.cwd()).root;

test('components and modules are told apart, as binaries and as text', async (t) => {
  const kind = async (name: string) => (await readGuest(fileURLToPath(fixture(name)), NOWHERE)).isComponent;
  t.true(await kind('guests/c/types.wasm'));
  t.true(await kind('minimal.wat'));
  t.false(await kind('guests/c/algorithms.wasm'));
  t.false(await kind('calculator.wat'));
});

test('a relative path starts from the directory', async (t) => {
  const directory = path.dirname(fileURLToPath(fixture('minimal.wat')));
  t.deepEqual([...(await readGuest('minimal.wat', directory)).binary.subarray(0, 4)], [0, 97, 115, 109]);
});

const BAD: [name: string, content: Uint8Array | string | undefined, message: RegExp][] = [
  ['missing.wasm', undefined, /^cannot read missing\.wasm: there is no such file$/],
  ['.', undefined, /^cannot read \.: it is a directory$/],
  ['empty.wasm', '', /^empty\.wasm is no WebAssembly, neither binary nor text: it is empty$/],
  ['prose.wat', 'hello\n', /^prose\.wat is no WebAssembly, neither binary nor text: expected .* at line 1, column 1$/],
  ['zip.wasm', new Uint8Array([0x50, 0x4b, 0xff, 0xfe]), /: it does not begin with 00 61 73 6d$/],
];

for (const [name, content, message] of BAD) {
  test(`'${name}' is refused: ${message.source}`, async (t) => {
    const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'measure-'));
    t.teardown(() => fs.rm(directory, { recursive: true, force: true }));
    if (content !== undefined) await fs.writeFile(path.join(directory, name), content);
    const error = await t.throwsAsync(readGuest(name, directory), { instanceOf: MeasureError, message });
    t.is(error.code, 'BAD_GUEST');
  });
}

test('a file that is larger than an engine accepts is refused, and not read to its end', async (t) => {
  const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'measure-'));
  t.teardown(() => fs.rm(directory, { recursive: true, force: true }));
  await fs.writeFile(path.join(directory, 'large.wasm'), '');
  await fs.truncate(path.join(directory, 'large.wasm'), 64 * 2 ** 20 + 1);
  const endless = process.platform === 'win32' ? [] : ['/dev/zero'];
  for (const file of ['large.wasm', ...endless]) {
    const message = `${file} is too large: engines compile 64 MiB at most`;
    const error = await t.throwsAsync(readGuest(file, directory), { instanceOf: MeasureError, message });
    t.is(error.code, 'BAD_GUEST');
  }
});

test('a name is that of the file, made safe', (t) => {
  t.is(nameOf('some/where/guest.wasm'), 'guest');
  t.is(nameOf('Größe.v2.WAT'), 'Größe.v2');
  t.is(nameOf('my guest (1).wasm'), 'my_guest_1_');
  t.is(nameOf('.wasm'), 'guest');
  t.is(nameOf('..'), 'guest');
});
