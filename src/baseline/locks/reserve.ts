// Which run alone may write a baseline, from its first benchmark to its last?
import { rmSync } from 'node:fs';
import path from 'node:path';

import { BaselineError } from '../errors.js';
import { describeRival, type Lock, type Rival, unlock, waitForLock } from './lock.js';
import type { Store } from '../store.js';

/** Baselines that this process alone may write until it gives them back, or ends. */
export interface Reservation {
  /** Gives them back; once is enough. */
  release(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const heldAtExit = new Set<Lock>();

/**
 * Reserves each of `names` in `store`; `new` and `base` are names like others. What a dead process of this host
 * reserved is taken over.
 *
 * @param patienceMs - For how long to wait at most for another process; by default not at all.
 * @returns What gives them back. If it never is, the end of the process does so, unless it is killed.
 * @throws BaselineError with `LOCKED` naming baseline, process and fix when a living process holds one of them, or
 *   `NOT_WRITTEN` when the system refuses; then none is reserved.
 */
export async function lockBaselines(
  store: Store,
  names: readonly string[],
  patienceMs: number = 0,
): Promise<Reservation> {
  const locks: Lock[] = [];
  const release = async (): Promise<void> => {
    for (const lock of locks.splice(0)) await giveBack(store, lock);
  };
  try {
    // In one order everywhere, so that of two runs that want the same one gets all.
    for (const name of [...new Set(names)].sort()) locks.push(await reserve(store, name, patienceMs));
  } catch (error) {
    await release();
    throw error;
  }
  return { release, [Symbol.asyncDispose]: release };
}

async function reserve({ root, fileSystem }: Store, name: string, patienceMs: number): Promise<Lock> {
  const attempt = await fileSystem
    .mkdir(root, { recursive: true })
    .then(() => waitForLock(fileSystem, path.join(root, `.${name}.lock`), patienceMs))
    .catch((cause: Error) => {
      throw new BaselineError(
        'NOT_WRITTEN',
        `baseline '${name}' cannot be reserved (${cause.message}): make room or give access, or set CRITERION_HOME to another directory`,
        { cause },
      );
    });
  if ('rival' in attempt) throw taken(name, attempt.rival);
  if (heldAtExit.size === 0) process.on('exit', giveBackAll);
  heldAtExit.add(attempt.lock);
  return attempt.lock;
}

function taken(name: string, rival: Rival): BaselineError {
  return new BaselineError(
    'LOCKED',
    `baseline '${name}' is being written by ${describeRival(rival)}: wait for its end, or keep these results elsewhere, by CRITERION_HOME; if that process is gone, delete ${rival.file}`,
  );
}

async function giveBack({ fileSystem }: Store, lock: Lock): Promise<void> {
  heldAtExit.delete(lock);
  if (heldAtExit.size === 0) process.off('exit', giveBackAll);
  // Whoever cannot remove it leaves what the next run takes over.
  await unlock(fileSystem, lock).catch(() => undefined);
}

function giveBackAll(): void {
  for (const { file } of heldAtExit) {
    try {
      rmSync(file);
    } catch {
      // the next run takes it over, once this process is gone
    }
  }
}
