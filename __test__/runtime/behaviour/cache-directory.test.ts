// Tests of the cache directory: found by the next process, and rejected if unusable.
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { fixture } from '#guests';
import { Engine } from '../../../src/index.js';
import { child } from '../child.js';
import { failure } from '../failure.js';

const calculator = JSON.stringify(fixture('calculator.wat').href);

async function directory(t: ExecutionContext): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'airssys-wasm-'));
  t.teardown(() => rm(made, { recursive: true, force: true }));
  return made;
}

/** What a child process compiles and reads, given this directory. */
async function compilations(cacheDirectory: string): Promise<unknown> {
  const { stdout, stderr } = await child(`
    const engine = new wasm.Engine({ cacheDirectory: ${JSON.stringify(cacheDirectory)} });
    const module = await engine.compileModule(new URL(${calculator}));
    if (module.instantiateSync({ limits: { memoryBytes: wasm.MiB } }).call('add', [1, 2]) !== 3) throw new Error('wrong');
    const { compilations, directoryHits } = wasm.Engine.cacheStatistics();
    console.log(JSON.stringify({ compilations, directoryHits }));`);
  return stdout === '' ? stderr : JSON.parse(stdout);
}

/** The files that hold code, without Wasmtime's notes. */
async function files(directory: string): Promise<string[]> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile() && !entry.name.includes('.'))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

test('a second process compiles nothing', async (t) => {
  const made = path.join(await directory(t), 'made', 'where', 'absent');
  t.deepEqual(await compilations(made), { compilations: 1, directoryHits: 0 });
  t.is((await files(made)).length, 1);
  t.deepEqual(await compilations(made), { compilations: 0, directoryHits: 1 });
  t.deepEqual(await compilations(pathToFileURL(made).href), { compilations: 0, directoryHits: 1 });
});

const unlessWindows = process.platform === 'win32' ? test.skip : test;

unlessWindows('a created directory is its owner’s alone, whatever the umask', async (t) => {
  const made = path.join(await directory(t), 'made');
  const { stderr } = await child(`
    process.umask(0);
    new wasm.Engine({ cacheDirectory: ${JSON.stringify(made)} });`);
  t.is(stderr, '');
  t.is((await stat(made)).mode & 0o777, 0o700);
});

test('a file that is cut off or holds something else is compiled anew', async (t) => {
  const made = await directory(t);
  await compilations(made);
  const [file = ''] = await files(made);
  const good = await readFile(file);
  for (const bad of [good.subarray(0, good.length / 2), 'garbage', '']) {
    await writeFile(file, bad);
    t.deepEqual(await compilations(made), { compilations: 1, directoryHits: 0 });
  }
});

test('a path and a URL name the same directory', async (t) => {
  const made = await directory(t);
  for (const cacheDirectory of [made, pathToFileURL(made), pathToFileURL(made).href]) {
    t.notThrows(() => new Engine({ cacheDirectory }));
  }
});

test('a path that is not a directory is rejected with a RangeError naming it and the reason', async (t) => {
  const file = path.join(await directory(t), 'file');
  await writeFile(file, '');
  const cases = [
    ['somewhere', /'somewhere' is relative; give an absolute path/],
    ['', /'' is relative/],
    [file, /file' cannot be created as a directory: /],
    [path.join(file, 'below'), /below' cannot be created as a directory: /],
    ['file:relative/../%2F', /expected an absolute path or a file: URL, got .*: .*encoded/],
    [new URL('https://example.com/cache'), /a file: URL, got "https:\/\/example.com\/cache"/],
    [`${path.sep}nul\0inside`, /cannot be created as a directory/],
  ] as const;
  for (const [cacheDirectory, told] of cases) {
    const error = failure(t, 'BAD_OPTION', () => new Engine({ cacheDirectory }));
    t.is(error.option, 'cacheDirectory');
    t.regex(error.message, told);
  }
});

test('a value that is neither a string nor a URL is rejected with a TypeError', (t) => {
  for (const cacheDirectory of [null, 5, true, {}, ['/tmp'], Buffer.from('/tmp')]) {
    const error = failure(t, 'BAD_OPTION', () => new Engine({ cacheDirectory } as never));
    t.true(error instanceof TypeError);
    t.is(error.option, 'cacheDirectory');
  }
});
