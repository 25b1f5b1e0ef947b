// What was a result built from? A fingerprint kept in a file beside the result, so that both go together.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The fingerprint recorded in `file`, or `undefined` where there is none. */
export function readRecord(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Records `fingerprint` in `file`, whole or not at all. */
export function writeRecord(file, fingerprint) {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, `${fingerprint}\n`);
  renameSync(temporary, file);
}

/** Forgets what `file` recorded: done before a build, so that an interrupted one counts as not done. */
export function dropRecord(file) {
  rmSync(file, { force: true });
}
