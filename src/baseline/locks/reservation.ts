// Which run alone may write a baseline, from its first benchmark to its last?
import { rmSync } from 'node:fs';
import path from 'node:path';

import { BaselineError } from '../errors.js';
import { describeContender, type Lock, type Contender, unlock, waitForLock } from './lock.js';
import type { Store } from '../store.js';

/** Baselines that this process alone may write until it gives them back, or ends. */
export interface Reservation {
  /** Gives them back; once is enough. */
  release(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const heldLocks = new Set<Lock>();

/**
 * Reserves each of `names` in `store`; `new` and `base` are names like others. What a dead process of this host
 * reserved is taken over.
 *
 * @param patienceMs - For how long to wait at most for another process; by default not at all.
 * @returns What gives them back. If it never is, the end of the process does so, unless it is killed.
 * @throws BaselineError with `LOCKED` naming baseline, process and fix when a living process holds one of them, or
 *   `NOT_WRITTEN` when the system refuses; then none is reserved.
 */
export async function reserveBaselines(
  store: Store,
  names: readonly string[],
  patienceMs: number = 0,
): Promise<Reservation> {
  const locks: Lock[] = [];
  const release = async (): Promise<void> => {
    for (const lock of locks.splice(0)) await releaseLock(store, lock);
  };
  try {
    // In one order everywhere, so that of two runs that want the same one gets all.
    for (const name of [...new Set(names)].sort()) locks.push(await lockName(store, name, patienceMs));
  } catch (error) {
    await release();
    throw error;
  }
  return { release, [Symbol.asyncDispose]: release };
}

async function lockName({ root, fileSystem }: Store, name: string, patienceMs: number): Promise<Lock> {
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
  if ('contender' in attempt) throw lockedError(name, attempt.contender);
  if (heldLocks.size === 0) process.on('exit', releaseHeldLocks);
  heldLocks.add(attempt.lock);
  return attempt.lock;
}

function lockedError(name: string, contender: Contender): BaselineError {
  return new BaselineError(
    'LOCKED',
    `baseline '${name}' is being written by ${describeContender(contender)}: wait for its end, or keep these results elsewhere, by CRITERION_HOME; if that process is gone, delete ${contender.file}`,
  );
}

async function releaseLock({ fileSystem }: Store, lock: Lock): Promise<void> {
  heldLocks.delete(lock);
  if (heldLocks.size === 0) process.off('exit', releaseHeldLocks);
  // Whoever cannot remove it leaves what the next run takes over.
  await unlock(fileSystem, lock).catch(() => undefined);
}

function releaseHeldLocks(): void {
  for (const { file } of heldLocks) {
    try {
      rmSync(file);
    } catch {
      // the next run takes it over, once this process is gone
    }
  }
}
