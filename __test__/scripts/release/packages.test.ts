// Tests of the check of packages before their publication.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

interface Packed {
  readonly path: string;
  readonly name: string;
  readonly version: string;
}

interface PackagesModule {
  readonly readPackages: (directory: string, tag?: string) => Packed[];
}

const script = new URL('../../../../scripts/release/packages.mjs', import.meta.url);
const { readPackages } = (await import(script.href)) as PackagesModule;

const VERSION = '1.2.3';

/** A directory with the package, and with those of the platforms in these versions. */
function packed(
  t: ExecutionContext,
  platforms: Readonly<Record<string, string>>,
  required = ['linux-x64-gnu'],
): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'packages-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const write = (name: string, manifest: object) => {
    mkdirSync(path.join(directory, name));
    writeFileSync(path.join(directory, name, 'package.json'), JSON.stringify({ name, ...manifest }));
  };
  const optionalDependencies = Object.fromEntries(required.map((platform) => [`airssys-wasm-${platform}`, VERSION]));
  write('airssys-wasm', { version: VERSION, optionalDependencies });
  for (const [platform, version] of Object.entries(platforms)) write(`airssys-wasm-${platform}`, { version });
  return directory;
}

test('the packages of the platforms go first', (t) => {
  const directory = packed(t, { 'linux-x64-gnu': VERSION, 'win32-x64-msvc': VERSION }, [
    'linux-x64-gnu',
    'win32-x64-msvc',
  ]);
  const found = readPackages(directory, `v${VERSION}`);
  t.deepEqual(
    found.map(({ name, version }) => `${name}@${version}`),
    [`airssys-wasm-linux-x64-gnu@${VERSION}`, `airssys-wasm-win32-x64-msvc@${VERSION}`, `airssys-wasm@${VERSION}`],
  );
  t.is(found[2]?.path, path.join(directory, 'airssys-wasm'));
});

for (const [what, platforms, tag, message] of [
  ['a missing platform', {}, undefined, /^airssys-wasm-linux-x64-gnu is missing/],
  [
    'a platform of another version',
    { 'linux-x64-gnu': '1.2.2' },
    undefined,
    /^airssys-wasm-linux-x64-gnu has version 1\.2\.2/,
  ],
  [
    'a platform that the package does not depend on',
    { 'linux-x64-gnu': VERSION, sunos: VERSION },
    undefined,
    /^airssys-wasm-sunos is not a dependency/,
  ],
  [
    'another tag',
    { 'linux-x64-gnu': VERSION },
    'v1.2.4',
    /^the tag is v1\.2\.4, but airssys-wasm has version 1\.2\.3$/,
  ],
] as const) {
  test(`${what} is rejected`, (t) => {
    const directory = packed(t, platforms);
    t.throws(() => readPackages(directory, tag), { message });
  });
}
