// Tests of the version bump: it changes every file with the version, and nothing if it is rejected.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import test, { type ExecutionContext } from 'ava';

interface BumpModule {
  readonly bump: (root: string, version: string, date: string) => string[];
}

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const { bump } = (await import(new URL('../../../../scripts/release/bump.mjs', import.meta.url).href)) as BumpModule;

const FILES = ['package.json', 'package-lock.json', 'Cargo.toml', 'Cargo.lock', 'CHANGELOG.md'];
const { version: current } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
const next = `${Number.parseInt(current, 10) + 1}.0.0`;

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- A way out.
`;

interface Checkout {
  readonly directory: string;
  read(file: string): string;
  write(file: string, text: string): void;
  git(...args: string[]): string;
}

/** A repository with copies of this project's files, committed. */
function checkout(t: ExecutionContext, changelog = CHANGELOG): Checkout {
  const directory = mkdtempSync(path.join(tmpdir(), 'bump-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  for (const file of FILES) cpSync(path.join(root, file), path.join(directory, file));
  const write = (file: string, text: string) => writeFileSync(path.join(directory, file), text);
  write('CHANGELOG.md', changelog);
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false'];
  const git = (...args: string[]) => execFileSync('git', [...identity, ...args], { cwd: directory, encoding: 'utf8' });
  git('init', '--quiet');
  git('add', '--all', '--force');
  git('commit', '--quiet', '--message', 'before');
  return { directory, git, write, read: (file) => readFileSync(path.join(directory, file), 'utf8') };
}

test('every file with the version gets the new one, and nothing else changes', (t) => {
  const { directory, read, git } = checkout(t);
  t.deepEqual(bump(directory, next, '2026-01-31').sort(), [...FILES].sort());
  t.is((JSON.parse(read('package.json')) as { version: string }).version, next);
  const lock = JSON.parse(read('package-lock.json')) as {
    version: string;
    packages: Record<string, { version: string }>;
  };
  t.is(lock.version, next);
  t.is(lock.packages['']?.version, next);
  t.true(read('Cargo.toml').includes(`[workspace.package]\nversion = "${next}"`));
  for (const name of ['engine', 'node', 'workloads'])
    t.true(read('Cargo.lock').includes(`"airssys-wasm-${name}"\nversion = "${next}"`));
  const changed = git(
    'diff',
    '--numstat',
    '--text',
    '--',
    'package.json',
    'package-lock.json',
    'Cargo.toml',
    'Cargo.lock',
  );
  t.deepEqual(
    changed
      .trim()
      .split('\n')
      .flatMap((line) => line.split('\t').slice(0, 2)),
    ['3', '3', '1', '1', '2', '2', '1', '1'],
  );
});

test('the unreleased changes become the section of the version, below an empty one', (t) => {
  const { directory, read } = checkout(t, `${CHANGELOG}\n## [0.0.1] - 2025-01-01\n\n- Begun.\n`);
  bump(directory, next, '2026-01-31');
  t.is(
    read('CHANGELOG.md'),
    `# Changelog

## [Unreleased]

## [${next}] - 2026-01-31

### Added

- A way out.

## [0.0.1] - 2025-01-01

- Begun.
`,
  );
});

test('the project’s own changelog can be released', (t) => {
  const { directory, read } = checkout(t, readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8'));
  bump(directory, next, '2026-01-31');
  t.true(read('CHANGELOG.md').includes(`\n## [Unreleased]\n\n## [${next}] - 2026-01-31\n\n`));
});

test('the current version can be released once', (t) => {
  const { directory, git } = checkout(t);
  t.deepEqual(bump(directory, current, '2026-01-31'), ['CHANGELOG.md']);
  git('commit', '--all', '--quiet', '--message', 'released');
  t.throws(() => bump(directory, current, '2026-01-31'), {
    message: `CHANGELOG.md already has a section for ${current}: give a higher version`,
  });
});

test('a pre-release may follow, and its release after it', (t) => {
  const { directory, git, write, read } = checkout(t);
  bump(directory, `${next}-rc.1`, '2026-01-31');
  write('CHANGELOG.md', read('CHANGELOG.md').replace('[Unreleased]\n', '[Unreleased]\n\n- More.\n'));
  git('commit', '--all', '--quiet', '--message', 'candidate');
  t.is(bump(directory, next, '2026-02-01').length, FILES.length);
});

for (const [version, message] of [
  [`v${next}`, /is not a version: give one as defined by semver\.org/],
  ['1.2', /is not a version/],
  ['01.2.3', /is not a version/],
  ['0.0.1', new RegExp(`0\\.0\\.1 is lower than ${current.replaceAll('.', '\\.')}`)],
  [`${current}-rc.1`, /is lower than/],
] as const) {
  test(`${version} is rejected, and nothing is written`, (t) => {
    const { directory, git } = checkout(t);
    t.throws(() => bump(directory, version, '2026-01-31'), { message });
    t.is(git('status', '--porcelain'), '');
  });
}

test('a tree with changes is rejected with a list of them', (t) => {
  const { directory, write } = checkout(t);
  write('new.txt', 'not committed');
  t.throws(() => bump(directory, next, '2026-01-31'), { message: /commit or stash them first\n\?\? new\.txt$/ });
});

for (const [what, changelog, message] of [
  ['nothing unreleased', '# Changelog\n\n## [Unreleased]\n\n## [0.0.1]\n', /nothing under "Unreleased"/],
  ['no section for it', '# Changelog\n', /no section "## \[Unreleased\]"/],
] as const) {
  test(`a changelog with ${what} is rejected, and nothing is written`, (t) => {
    const { directory, git } = checkout(t, changelog);
    t.throws(() => bump(directory, next, '2026-01-31'), { message });
    t.is(git('status', '--porcelain'), '');
  });
}

test('a file without the version is named', (t) => {
  const { directory, git, write, read } = checkout(t);
  write('Cargo.toml', read('Cargo.toml').replace(`version = "${current}"`, 'version = "9.9.9"'));
  git('commit', '--all', '--quiet', '--message', 'astray');
  t.throws(() => bump(directory, next, '2026-01-31'), { message: /^Cargo\.toml does not contain .* exactly once/ });
  t.is(git('status', '--porcelain'), '');
});
