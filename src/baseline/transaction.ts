// Transaction: an atomic change of several files of one benchmark.
//
//   lock → temporary files → marker ✓ → rename each temporary, remove obsolete files → remove the marker → unlock
//
// Before the marker exists, nothing has changed; temporary files of an interrupted transaction are removed under the
// next lock. Once the marker exists, the transaction is committed: the next reader or writer completes it first.
// Applying the marker twice is harmless. Other tools may see a mixture of old and new files between two renames, but
// never half a file and never an estimates.json without its benchmark.json. This protects against the end of a process,
// not of the machine: syncing to disk would take 50 ms a benchmark, and a file that loses its contents is reported when
// read.
import path from 'node:path';

import { z } from 'zod';

import { BaselineError } from './errors.js';
import { type FileSystem, isMissing, type PreparedFile, readJson } from './files/json-file.js';
import { describeContender, type Lock, type Contender, unlock, waitForLock } from './locks/lock.js';

/** The name of the marker in a benchmark's directory. */
export const MARKER = '.pending.json';
const LOCK = '.lock';
const TEMPORARY = '.tmp';
/** A transaction takes milliseconds, so a process that holds the lock for this long is suspended or hangs. */
const LOCK_TIMEOUT_MS = 10_000;
const MAX_ATTEMPTS = 10;

/** The files to write and to remove, each one level below the directory of the benchmark. */
export interface Transaction {
  /** The files to write, in this order. */
  readonly put: readonly PreparedFile[];
  /** The absolute paths to remove afterwards, in this order. */
  readonly remove?: readonly string[];
}

interface MarkerFile {
  readonly version: 1;
  readonly put: string[];
  readonly remove: string[];
}

// A marker may only name files one level below its directory, because it might not be ours.
const RELATIVE_FILE = z.string().regex(/^(?!\.{1,2}\/)[^/\\\0]+\/[A-Za-z][\w-]*\.(json|csv)$/);
const MARKER_FILE: z.ZodType<MarkerFile> = z.object({
  version: z.literal(1),
  put: z.array(RELATIVE_FILE),
  remove: z.array(RELATIVE_FILE),
});

/**
 * Commits `transaction` atomically, under a lock that excludes other processes.
 *
 * @param directory - The absolute directory of the benchmark; it is created if missing.
 * @throws BaselineError with `NOT_WRITTEN` if the operating system refuses, or `LOCKED` if another process holds the
 *   lock of the benchmark for 10 s.
 */
export async function commit(fileSystem: FileSystem, directory: string, transaction: Transaction): Promise<void> {
  await mapWriteErrors(async () => {
    const lock = await acquire(fileSystem, directory, true);
    if (lock === undefined) return;
    try {
      await finishPending(fileSystem, directory, lock);
      await prepare(fileSystem, directory, transaction);
      await applyMarker(fileSystem, directory);
    } finally {
      await unlock(fileSystem, lock);
    }
    if (transaction.remove) await prune(fileSystem, directory, transaction.remove);
  });
}

/**
 * Completes an interrupted transaction in `directory`, if any.
 *
 * @throws BaselineError with `NOT_WRITTEN`, `LOCKED`, or `BAD_FILE` if the marker is not valid.
 */
export async function recover(fileSystem: FileSystem, directory: string): Promise<void> {
  if (!(await isPending(fileSystem, directory))) return;
  await mapWriteErrors(async () => {
    const lock = await acquire(fileSystem, directory, false);
    if (lock === undefined) return;
    try {
      await finishPending(fileSystem, directory, lock);
    } finally {
      await unlock(fileSystem, lock);
    }
  });
}

async function mapWriteErrors(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (cause instanceof BaselineError) throw cause;
    const { code = '', message, dest } = cause as NodeJS.ErrnoException & { readonly dest?: string };
    const isInTheWay = dest !== undefined && IN_THE_WAY.includes(code);
    const fix = isInTheWay ? `delete ${dest}, which is in the way` : 'make room or give access';
    throw new BaselineError(
      'NOT_WRITTEN',
      `cannot write baselines (${message}): ${fix}, or set CRITERION_HOME to another directory`,
      { cause },
    );
  }
}

/** The error codes of operating systems for a directory in the place of a file. */
const IN_THE_WAY = ['EISDIR', 'ENOTEMPTY', 'EEXIST'];

/** Acquires the lock. @returns `undefined` if the directory does not exist and should not be created. */
async function acquire(fileSystem: FileSystem, directory: string, shouldCreate: boolean): Promise<Lock | undefined> {
  for (let attempts = 1; ; attempts++) {
    try {
      if (shouldCreate) await fileSystem.mkdir(directory, { recursive: true });
      const attempt = await waitForLock(fileSystem, path.join(directory, LOCK), LOCK_TIMEOUT_MS);
      if ('lock' in attempt) return attempt.lock;
      throw lockedError(directory, attempt.contender);
    } catch (error) {
      // Another process may have removed the directory once it was empty.
      if (!isMissing(error) || attempts === MAX_ATTEMPTS) throw error;
      if (!shouldCreate) return undefined;
    }
  }
}

function lockedError(directory: string, contender: Contender): BaselineError {
  return new BaselineError(
    'LOCKED',
    `${directory} is being written by ${describeContender(contender)}: end that process, or delete ${contender.file} if it is gone`,
  );
}

async function finishPending(fileSystem: FileSystem, directory: string, lock: Lock): Promise<void> {
  if (await isPending(fileSystem, directory)) await applyMarker(fileSystem, directory, true);
  if (lock.wasAbandoned) await sweep(fileSystem, directory);
}

async function isPending(fileSystem: FileSystem, directory: string): Promise<boolean> {
  return (await statOf(fileSystem, path.join(directory, MARKER))) !== undefined;
}

/** Writes the temporary files, then the marker, which commits the transaction. */
async function prepare(fileSystem: FileSystem, directory: string, { put, remove = [] }: Transaction): Promise<void> {
  const marker = path.join(directory, MARKER);
  const relative = (file: string) => path.relative(directory, file).replaceAll(path.sep, '/');
  const names: MarkerFile = {
    version: 1,
    put: put.map((file) => relative(file.path)),
    remove: remove.map(relative),
  };
  const temporaries = [...put, { path: marker, text: JSON.stringify(MARKER_FILE.parse(names)) }];
  try {
    for (const parent of new Set(put.map((file) => path.dirname(file.path)))) {
      await fileSystem.mkdir(parent, { recursive: true });
    }
    for (const file of temporaries) await fileSystem.writeFile(file.path + TEMPORARY, file.text);
    await fileSystem.rename(marker + TEMPORARY, marker);
  } catch (error) {
    await Promise.allSettled(temporaries.map((file) => fileSystem.rm(file.path + TEMPORARY, { force: true })));
    throw error;
  }
}

/** Applies the marker. @param isRepeated - Whether it may have been applied before, in part. */
async function applyMarker(fileSystem: FileSystem, directory: string, isRepeated = false): Promise<void> {
  const marker = path.join(directory, MARKER);
  const { put, remove } = await readJson(fileSystem, marker, MARKER_FILE, `delete ${marker}`);
  for (const name of put) {
    const file = path.join(directory, name);
    try {
      await fileSystem.rename(file + TEMPORARY, file);
    } catch (error) {
      if (!isRepeated || !isMissing(error)) throw error;
    }
  }
  for (const name of remove) await fileSystem.rm(path.join(directory, name), { force: true });
  await fileSystem.rm(marker, { force: true });
}

/** Removes the temporary files of a process that died before it committed. */
async function sweep(fileSystem: FileSystem, directory: string): Promise<void> {
  await fileSystem.rm(path.join(directory, MARKER + TEMPORARY), { force: true });
  for (const entry of await fileSystem.readdir(directory, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const below = path.join(directory, entry.name);
    const names = (await fileSystem.readdir(below)).filter((name) => name.endsWith(`.json${TEMPORARY}`));
    for (const name of names) await fileSystem.rm(path.join(below, name), { force: true });
  }
}

/** Removes directories that are now empty. Others stay. */
async function prune(fileSystem: FileSystem, directory: string, removed: readonly string[]): Promise<void> {
  for (const emptied of [...new Set(removed.map((file) => path.dirname(file))), directory, path.dirname(directory)]) {
    await fileSystem.rmdir(emptied).catch(() => undefined);
  }
}

async function statOf(fileSystem: FileSystem, file: string): Promise<object | undefined> {
  try {
    return await fileSystem.stat(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
