// Record of a build: the fingerprint of its inputs, in a file beside its result, so that both are removed together.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The fingerprint recorded in `file`, or `undefined` without a record. */
export function readRecord(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Records `fingerprint` in `file`, atomically. */
export function writeRecord(file, fingerprint) {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, `${fingerprint}\n`);
  renameSync(temporary, file);
}

/** Removes the record in `file`. Call this before a build, so that an interrupted one is repeated. */
export function dropRecord(file) {
  rmSync(file, { force: true });
}
