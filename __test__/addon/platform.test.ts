// Tests of platform names: those of the packages.
import { readFileSync } from 'node:fs';
import test from 'ava';
import { parseTriple } from '@napi-rs/cli';
import { isPlatform, platformName, PLATFORMS, thisMachine } from '../../src/addon/platform.js';

test('a platform has napi-rs’s name', (t) => {
  t.is(platformName({ system: 'linux', architecture: 'x64', libc: 'glibc' }), 'linux-x64-gnu');
  t.is(platformName({ system: 'linux', architecture: 'arm64', libc: 'musl' }), 'linux-arm64-musl');
  t.is(platformName({ system: 'darwin', architecture: 'arm64' }), 'darwin-arm64');
  t.is(platformName({ system: 'win32', architecture: 'x64' }), 'win32-x64-msvc');
  t.is(platformName({ system: 'freebsd', architecture: 'x64' }), 'freebsd-x64');
});

test('the platforms are those that package.json has binaries built for', (t) => {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    napi: { targets: string[] };
  };
  t.deepEqual(
    manifest.napi.targets.map((triple) => parseTriple(triple).platformArchABI),
    [...PLATFORMS],
  );
});

test('the set-up and the loader use the same name for this platform', async (t) => {
  const setUp = (await import(new URL('../../../scripts/setup/platform.mjs', import.meta.url).href)) as {
    platformName(): string;
  };
  t.is(platformName(thisMachine()), setUp.platformName());
});

test('only platforms with a package count', (t) => {
  t.true(isPlatform('linux-x64-musl'));
  t.false(isPlatform('linux-riscv64-gnu'));
});
