// How does a change of several files of one benchmark happen wholly or not at all?
//
//   lock → temporaries → marker ✓ → each temporary renamed, what must go removed → marker away → unlock
//
// Until the marker stands, nothing has changed, and temporaries that an end in between leaves are rubbish for the next
// who locks. From then on the change has happened: whoever comes next, to read or to write, finishes it first. The
// marker names what is to be done, so doing it twice does no harm. Other tools see a mixture at most between two
// renames, never half a file, and no estimates.json without its benchmark.json. This holds against the end of a process, not
// of the machine: waiting for the disk would take 50 ms a benchmark, and files that lose their contents are told when read.
import path from 'node:path';

import { z } from 'zod';

import { BaselineError } from '../errors.js';
import { type FileSystem, isMissing, type PreparedFile, readJson } from './file.js';
import { describeRival, type Lock, type Rival, unlock, waitForLock } from '../locks/lock.js';

/** The name of the marker in a benchmark's directory. */
export const MARKER = '.pending.json';
const LOCK = '.lock';
const TEMPORARY = '.tmp';
/** A change takes milliseconds: whoever holds its lock for so long is stopped, or no longer what it was. */
const PATIENCE_MS = 10_000;
const MOST_ATTEMPTS = 10;

/** What is to be done with files of one benchmark, all of them one directory below its own. */
export interface Change {
  /** Written in this order. */
  readonly put: readonly PreparedFile[];
  /** Removed afterwards, in this order; absolute. */
  readonly remove?: readonly string[];
}

interface MarkerFile {
  readonly version: 1;
  readonly put: string[];
  readonly remove: string[];
}

// What a marker names lies one directory below it and nowhere else, whoever wrote it.
const BELOW = z.string().regex(/^(?!\.{1,2}\/)[^/\\\0]+\/[A-Za-z][\w-]*\.(json|csv)$/);
const MARKER_FILE: z.ZodType<MarkerFile> = z.object({
  version: z.literal(1),
  put: z.array(BELOW),
  remove: z.array(BELOW),
});

/**
 * Does `change` wholly or not at all, alone among all processes.
 *
 * @param directory - The benchmark's own; absolute. It is made where it does not exist.
 * @throws BaselineError with `NOT_WRITTEN` when the system refuses, `LOCKED` when another process does not come to an
 *   end with the same benchmark.
 */
export async function commit(fileSystem: FileSystem, directory: string, change: Change): Promise<void> {
  await writing(async () => {
    const lock = await acquire(fileSystem, directory, true);
    if (lock === undefined) return;
    try {
      await settle(fileSystem, directory, lock);
      await prepare(fileSystem, directory, change);
      await finish(fileSystem, directory);
    } finally {
      await unlock(fileSystem, lock);
    }
    if (change.remove) await prune(fileSystem, directory, change.remove);
  });
}

/**
 * Finishes what an end in between has left undone in `directory`.
 *
 * @throws BaselineError with `NOT_WRITTEN`, `LOCKED`, or `BAD_FILE` for a marker that is none.
 */
export async function recover(fileSystem: FileSystem, directory: string): Promise<void> {
  if (!(await isPending(fileSystem, directory))) return;
  await writing(async () => {
    const lock = await acquire(fileSystem, directory, false);
    if (lock === undefined) return;
    try {
      await settle(fileSystem, directory, lock);
    } finally {
      await unlock(fileSystem, lock);
    }
  });
}

async function writing(work: () => Promise<void>): Promise<void> {
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

/** What systems say where a directory stands in the place of a file. */
const IN_THE_WAY = ['EISDIR', 'ENOTEMPTY', 'EEXIST'];

/** @returns `undefined` where the directory does not exist and need not be made. */
async function acquire(fileSystem: FileSystem, directory: string, isMade: boolean): Promise<Lock | undefined> {
  for (let attempts = 1; ; attempts++) {
    try {
      if (isMade) await fileSystem.mkdir(directory, { recursive: true });
      const attempt = await waitForLock(fileSystem, path.join(directory, LOCK), PATIENCE_MS);
      if ('lock' in attempt) return attempt.lock;
      throw locked(directory, attempt.rival);
    } catch (error) {
      // Another process may just have removed the directory that had become empty.
      if (!isMissing(error) || attempts === MOST_ATTEMPTS) throw error;
      if (!isMade) return undefined;
    }
  }
}

function locked(directory: string, rival: Rival): BaselineError {
  return new BaselineError(
    'LOCKED',
    `${directory} is being written by ${describeRival(rival)}: end that process, or delete ${rival.file} if it is gone`,
  );
}

async function settle(fileSystem: FileSystem, directory: string, lock: Lock): Promise<void> {
  if (await isPending(fileSystem, directory)) await finish(fileSystem, directory, true);
  if (lock.wasAbandoned) await sweep(fileSystem, directory);
}

async function isPending(fileSystem: FileSystem, directory: string): Promise<boolean> {
  return (await statOf(fileSystem, path.join(directory, MARKER))) !== undefined;
}

/** Everything up to the moment from which on the change has happened. */
async function prepare(fileSystem: FileSystem, directory: string, { put, remove = [] }: Change): Promise<void> {
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

/** Does what the marker says, for the first time or once more. */
async function finish(fileSystem: FileSystem, directory: string, isRepeated = false): Promise<void> {
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

/** Removes temporaries of a process that died before its change had happened. */
async function sweep(fileSystem: FileSystem, directory: string): Promise<void> {
  await fileSystem.rm(path.join(directory, MARKER + TEMPORARY), { force: true });
  for (const entry of await fileSystem.readdir(directory, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const below = path.join(directory, entry.name);
    const names = (await fileSystem.readdir(below)).filter((name) => name.endsWith(`.json${TEMPORARY}`));
    for (const name of names) await fileSystem.rm(path.join(below, name), { force: true });
  }
}

/** Removes the directories that have become empty; those that have not, or that another uses, stay. */
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
