// Tests of the loader: the right addon is loaded, and a wrong one rejected.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { loadAddon } from '../../src/addon/load.js';
import { platformName, thisMachine } from '../../src/addon/platform.js';

const root = new URL('../../../', import.meta.url);
const own = `airssys-wasm-${platformName(thisMachine())}`;
const version = '9.9.9';

/** A project with an installed package, as far as the loader looks; its files are written by `add`. */
function installed(
  packages: Readonly<Record<string, string>>,
  manifest: object = { name: 'airssys-wasm', version },
): string {
  const modules = join(mkdtempSync(join(tmpdir(), 'airssys-wasm-')), 'node_modules');
  const write = (name: string, file: string, text: string): void => {
    mkdirSync(join(modules, name), { recursive: true });
    writeFileSync(join(modules, name, file), text);
  };
  write('airssys-wasm', 'package.json', JSON.stringify(manifest));
  for (const [name, code] of Object.entries(packages)) {
    write(name, 'package.json', '{ "main": "addon.js" }');
    write(name, 'addon.js', code);
  }
  return pathToFileURL(join(modules, 'airssys-wasm', 'dist', 'src', 'native.js')).href;
}

const code = (version: string): string => `exports.version = () => '${version}';`;

function fails(t: ExecutionContext, from: string | undefined, code: string, message: RegExp, named?: string): Error {
  return t.throws(() => loadAddon(from, named), { name: 'AddonError', code, message });
}

test('the package of this platform is loaded', (t) => {
  t.is(loadAddon(installed({ [own]: code(version) })).version(), version);
});

test('the addon of this clone is of its version', (t) => {
  const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };
  const named = process.env['NAPI_RS_NATIVE_LIBRARY_PATH'];
  t.is(loadAddon(new URL('dist/src/native.js', root).href, named).version(), manifest.version);
});

test('a missing package is named, and the resolver’s error is the cause', (t) => {
  const error = fails(t, installed({}), 'ADDON_MISSING', new RegExp(`the package ${own} is not installed: either`));
  t.like(error.cause, { code: 'MODULE_NOT_FOUND' });
});

test('an installed package of another platform is named', (t) => {
  const other = 'airssys-wasm-win32-arm64-msvc';
  fails(
    t,
    installed({ [other]: code(version) }),
    'ADDON_MISSING',
    new RegExp(`${own} is not installed; installed is ${other}`),
  );
});

test('a package without its binary is named', (t) => {
  const from = installed({ [own]: code(version) });
  writeFileSync(new URL(`../../../${own}/package.json`, from), '{ "main": "missing.node" }');
  fails(t, from, 'ADDON_MISSING', /is installed without its binary/);
});

test('a binary of another version is rejected with both versions', (t) => {
  fails(
    t,
    installed({ [own]: code('1.0.0') }),
    'ADDON_VERSION',
    new RegExp(`9\\.9\\.9 found ${own} of version 1\\.0\\.0`),
  );
});

test('a binary that does not load has its own error, with the system’s error as the cause', (t) => {
  const from = installed({ [own]: '' });
  writeFileSync(new URL(`../../../${own}/package.json`, from), '{ "main": "addon.node" }');
  writeFileSync(new URL(`../../../${own}/addon.node`, from), 'no binary');
  const error = fails(t, from, 'ADDON_UNLOADABLE', new RegExp(`cannot load ${own} on `));
  t.like(error.cause, { code: 'ERR_DLOPEN_FAILED' });
});

test('the error for a named binary that does not load has its path and the origin of the path', (t) => {
  const message = /cannot load '\/no\/such\.node', which NAPI_RS_NATIVE_LIBRARY_PATH names/;
  fails(t, installed({ [own]: code(version) }), 'ADDON_UNLOADABLE', message, '/no/such.node');
});

test('the error in a bundle asks to leave the package outside, for any URL', (t) => {
  fails(t, undefined, 'ADDON_BUNDLED', /--external:airssys-wasm for esbuild/);
  fails(t, 'file:///srv/app/out/bundle.mjs', 'ADDON_BUNDLED', /keep it outside/);
  const error = fails(t, installed({}, { name: 'their-app', version: '1.0.0' }), 'ADDON_BUNDLED', /keep it outside/);
  t.regex((error.cause as Error).message, /is the manifest of 'their-app'/);
});
