// Tests of the packed directories of a release.
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { PLATFORMS } from '../../src/addon/platform.js';

const script = fileURLToPath(new URL('../../../scripts/pack.mjs', import.meta.url));
const own = readJson(fileURLToPath(new URL('../../../package.json', import.meta.url)));
const version = own['version'] as string;

function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
}

interface Places {
  readonly out: string;
  readonly binaries: string;
}

/** Paths of a directory for the packages, and of one with a file for each platform. */
function places(platforms: readonly string[]): Places {
  const directory = mkdtempSync(join(tmpdir(), 'airssys-wasm-'));
  const binaries = join(directory, 'binaries');
  mkdirSync(binaries);
  for (const platform of platforms) writeFileSync(join(binaries, `airssys-wasm.${platform}.node`), platform);
  return { out: join(directory, 'out'), binaries };
}

function pack({ out, binaries }: Places, ...args: string[]): SpawnSyncReturns<string> {
  const { GITHUB_SERVER_URL: _, GITHUB_REPOSITORY: __, ...env } = process.env;
  return spawnSync(process.execPath, [script, '--out', out, '--binaries', binaries, ...args], {
    encoding: 'utf8',
    env,
  });
}

test('all platforms are packed, and are optional dependencies of the package in its own version', (t) => {
  const given = places(PLATFORMS);
  const { status, stderr } = pack(given, '--all');
  t.is(status, 0, stderr);
  const names = PLATFORMS.map((platform) => `airssys-wasm-${platform}`);
  t.deepEqual(readdirSync(given.out).sort(), ['airssys-wasm', ...names].sort());
  const manifest = readJson(join(given.out, 'airssys-wasm', 'package.json'));
  t.deepEqual(manifest['optionalDependencies'], Object.fromEntries(names.map((name) => [name, version])));
  t.deepEqual(manifest['dependencies'], own['dependencies']);
});

test('the manifest of a platform’s package has os, cpu and libc, and no engines', (t) => {
  const given = places(PLATFORMS);
  pack(given);
  const manifests = PLATFORMS.map((platform) => readJson(join(given.out, `airssys-wasm-${platform}`, 'package.json')));
  t.deepEqual(
    manifests.map(({ os, cpu, libc }) => [os, cpu, libc].flat().filter(Boolean)),
    [
      ['linux', 'x64', 'glibc'],
      ['linux', 'arm64', 'glibc'],
      ['linux', 'x64', 'musl'],
      ['linux', 'arm64', 'musl'],
      ['darwin', 'x64'],
      ['darwin', 'arm64'],
      ['win32', 'x64'],
      ['win32', 'arm64'],
    ],
  );
  for (const manifest of manifests) {
    t.is(manifest['version'], version);
    for (const key of ['engines', 'scripts', 'dependencies']) t.false(key in manifest, key);
  }
});

test('each platform’s package contains its binary and the licences', (t) => {
  const given = places(PLATFORMS);
  pack(given);
  for (const platform of PLATFORMS) {
    const directory = join(given.out, `airssys-wasm-${platform}`);
    const { main } = readJson(join(directory, 'package.json'));
    t.is(readFileSync(join(directory, main as string), 'utf8'), platform);
    t.true(existsSync(join(directory, 'LICENSE-MIT')) && existsSync(join(directory, 'LICENSE-APACHE')));
  }
});

test('the package’s manifest has no fields that only a clone needs', (t) => {
  const given = places(['darwin-arm64']);
  pack(given);
  const manifest = readJson(join(given.out, 'airssys-wasm', 'package.json'));
  for (const key of ['scripts', 'devDependencies', 'imports', 'ava', 'napi', 'repository'])
    t.false(key in manifest, key);
});

test('every manifest links to the repository, if it is known', (t) => {
  const given = places(['darwin-arm64']);
  pack(given, '--repository', 'https://example.org/owner/name.git');
  for (const name of ['airssys-wasm', 'airssys-wasm-darwin-arm64']) {
    t.like(readJson(join(given.out, name, 'package.json')), {
      repository: { type: 'git', url: 'git+https://example.org/owner/name.git' },
      homepage: 'https://example.org/owner/name#readme',
      bugs: { url: 'https://example.org/owner/name/issues' },
    });
  }
});

test('the directories are printed in the order of publication, the package last', (t) => {
  const given = places(['darwin-arm64', 'linux-x64-musl']);
  const lines = pack(given).stdout.trim().split('\n');
  t.deepEqual(
    lines.filter((line) => line.startsWith(given.out)),
    ['airssys-wasm-linux-x64-musl', 'airssys-wasm-darwin-arm64', 'airssys-wasm'].map((name) => join(given.out, name)),
  );
});

for (const [title, platforms, args, message] of [
  [
    'a binary is missing with --all',
    PLATFORMS.slice(1),
    ['--all'],
    /lacks airssys-wasm\.linux-x64-gnu\.node: build them, or omit --all/,
  ],
  ['there is no binary', [], [], /holds no binary: build one by `npm test`/],
  [
    'the repository is not an https address',
    PLATFORMS,
    ['--repository', 'git@example.org:a/b'],
    /--repository is 'git@example\.org:a\/b': give an https address/,
  ],
  ['an option is unknown', PLATFORMS, ['--fast'], /Unknown option '--fast'/],
] as const) {
  test(`nothing is packed if ${title}`, (t) => {
    const given = places(platforms);
    const { status, stderr } = pack(given, ...args);
    t.is(status, 1);
    t.regex(stderr, message);
    t.false(existsSync(given.out));
  });
}

test('a directory that is not empty is left unchanged', (t) => {
  const given = places(PLATFORMS);
  mkdirSync(given.out);
  writeFileSync(join(given.out, 'mine'), '');
  const { status, stderr } = pack(given);
  t.is(status, 1);
  t.regex(stderr, /is not empty: name another directory, or remove it/);
  t.deepEqual(readdirSync(given.out), ['mine']);
});
