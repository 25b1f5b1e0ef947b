// Tests of the report of a Wasmtime trial, with a temporary repository and a `gh` that logs its arguments.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import test, { type ExecutionContext } from 'ava';

const script = fileURLToPath(new URL('../../../../scripts/release/report-wasmtime.sh', import.meta.url));
const onPosix = process.platform === 'win32' ? test.skip : test;

interface Reported {
  readonly status: number | null;
  /** The calls of gh, one per line. */
  readonly gh: string;
  git(...args: string[]): string;
}

/** Reports a trial with this result; `issues` are the titles of existing issues. */
function report(
  t: ExecutionContext,
  result: { version: string; outcome: string },
  issues: readonly string[] = [],
): Reported {
  const directory = mkdtempSync(path.join(tmpdir(), 'report-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const at = (...parts: string[]) => path.join(directory, ...parts);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: at('clone'), encoding: 'utf8', stdio: 'pipe' });
  execFileSync('git', ['init', '--quiet', '--bare', at('origin')]);
  execFileSync('git', ['clone', '--quiet', at('origin'), at('clone')], { stdio: 'pipe' });
  for (const name of ['bin', 'result', 'clone/crates', 'clone/crates/engine']) mkdirSync(at(name));
  writeFileSync(at('clone/Cargo.lock'), 'before\n');
  writeFileSync(at('clone/crates/engine/Cargo.toml'), 'before\n');
  writeFileSync(at('clone/README.md'), 'before\n');
  git('add', '--all');
  git('-c', 'user.name=test', '-c', 'user.email=test@example.org', 'commit', '--quiet', '--message', 'before');
  for (const file of ['Cargo.lock', 'crates/engine/Cargo.toml', 'README.md'])
    writeFileSync(at('clone', file), 'after\n');
  writeFileSync(at('result/wasmtime.patch'), git('diff'));
  git('checkout', '--quiet', '.');
  for (const [name, text] of Object.entries(result)) writeFileSync(at('result', name), text);
  writeFileSync(at('result/checks.txt'), '12 passed, 0 failed\n');
  writeFileSync(at('bin/gh'), `#!/bin/sh\necho "$@" >>"${at('gh.log')}"\n[ "$2" != list ] || cat "${at('issues')}"\n`);
  chmodSync(at('bin/gh'), 0o755);
  writeFileSync(at('gh.log'), '');
  writeFileSync(at('issues'), issues.map((title) => `${title}\n`).join(''));
  const env = { ...process.env, PATH: `${at('bin')}:${process.env['PATH']}`, RUN: 'https://example.org/run' };
  const { status } = spawnSync('bash', [script, at('result')], { cwd: at('clone'), env });
  return { status, gh: readFileSync(at('gh.log'), 'utf8').replaceAll(directory, ''), git };
}

onPosix('a successful trial opens a pull request that only changes the pinned version', (t) => {
  const { status, gh, git } = report(t, { version: '49.0.1', outcome: 'success' });
  t.is(status, 0);
  t.regex(gh, /pr create --title Take Wasmtime 49\.0\.1 --body-file \/result\/body\.md --head wasmtime-49\.0\.1\n$/);
  const changed = git('show', '--name-only', '--format=%s', 'origin/wasmtime-49.0.1').trim().split(/\n+/);
  t.deepEqual(changed, ['Take Wasmtime 49.0.1', 'Cargo.lock', 'crates/engine/Cargo.toml']);
});

onPosix('a failed trial opens an issue', (t) => {
  const { status, gh } = report(t, { version: '50.0.0', outcome: 'failure' });
  t.is(status, 0);
  t.regex(gh, /\nissue create --title Wasmtime 50\.0\.0 does not pass the checks --body-file/);
});

onPosix('the same failure is reported once', (t) => {
  const { status, gh } = report(t, { version: '50.0.0', outcome: 'failure' }, [
    'Wasmtime 50.0.0 does not pass the checks',
  ]);
  t.is(status, 0);
  t.false(gh.includes('issue create'));
});

onPosix('a version that is not one is rejected', (t) => {
  const { status, gh } = report(t, { version: '49.0.1; rm -rf', outcome: 'success' });
  t.is(status, 1);
  t.is(gh, '');
});
