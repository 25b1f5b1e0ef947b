// Tests of the prose check: it fails for each kind of violation, with its file and line.
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';

const script = fileURLToPath(new URL('../../../../scripts/ready/prose.mjs', import.meta.url));

function check(
  t: ExecutionContext,
  files: Readonly<Record<string, string>>,
  ...args: string[]
): SpawnSyncReturns<string> {
  const root = mkdtempSync(path.join(tmpdir(), 'prose-'));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return spawnSync(process.execPath, [script, ...args, root], { encoding: 'utf8' });
}

function assertProblems(t: ExecutionContext, files: Readonly<Record<string, string>>, ...expected: string[]): void {
  const { status, stderr } = check(t, files);
  t.deepEqual(stderr.split('\n').filter(Boolean), expected);
  t.is(status, expected.length === 0 ? 0 : 1);
}

test('headers that say what a file is pass', (t) => {
  assertProblems(t, {
    'src/a.ts': '// Reader of a file: what it returns.\n',
    'crates/one/src/lib.rs': '//! The engine.\n//!\n//! Is it fast? Yes.\n',
    'scripts/run.mjs': '#!/usr/bin/env node\n// A script.\n',
    'scripts/run.sh': '#!/bin/sh\n# A script.\n',
    'crates/one/tests/all/a.rs': 'use x;\n',
  });
});

test('a file of sources without a header fails', (t) => {
  assertProblems(
    t,
    {
      'src/a.ts': '/** A reader. */\n',
      'scripts/a.mjs': 'const a = 1;\n',
      'scripts/node_modules/a.mjs': 'const a = 1;\n',
      'crates/one/src/lib.rs': '// The engine.\n',
    },
    "src/a.ts:1: has no header '// …'",
    "scripts/a.mjs:1: has no header '// …'",
    "crates/one/src/lib.rs:1: has no header '//! …'",
  );
});

test('a header that asks a question fails, in tests too', (t) => {
  assertProblems(
    t,
    {
      'src/a.ts': '// What does it read? A file.\n',
      '__test__/a.test.ts': '// Does it read all\n// of a file?\n',
      'crates/one/tests/all/a.rs': '//! Is it read?\n',
    },
    'src/a.ts:1: asks a question in its header: say what the file is',
    'crates/one/tests/all/a.rs:1: asks a question in its header: say what the file is',
    '__test__/a.test.ts:1: asks a question in its header: say what the file is',
  );
});

test('phrases to avoid are found across lines and cases, in code and on pages', (t) => {
  assertProblems(
    t,
    {
      'README.md': 'Nobody waits.\n',
      'docs/a.md': 'A thread of\nits own.\n',
      'src/a.ts': "// A reader.\n\n// It runs on a thread of its\n// own.\nconst a = 'anybody’s';\nconst goes = on;\n",
    },
    "README.md:1: has the phrase 'nobody'",
    "src/a.ts:3: has the phrase 'of its own'",
    "src/a.ts:5: has the phrase 'anybody's'",
    "docs/a.md:1: has the phrase 'of its own'",
  );
});

test('the page that lists the phrases may contain them', (t) => {
  assertProblems(t, { 'CONTRIBUTING.md': 'Avoid "nobody".\n' });
});

test('a summary counts, and does not fail', (t) => {
  const { status, stdout, stderr } = check(t, { 'README.md': 'Nobody, nobody.\n' }, '--summary');
  t.deepEqual({ status, stdout, stderr }, { status: 0, stdout: "has the phrase 'nobody': 2 times\n", stderr: '' });
});
