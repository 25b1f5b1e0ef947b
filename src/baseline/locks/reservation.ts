// Reservation: exclusive write access to baselines for the duration of a run.
import { rmSync } from 'node:fs';
import path from 'node:path';

import { BaselineError } from '../errors.js';
import { describeContender, type Lock, type Contender, unlock, waitForLock } from './lock.js';
import type { Store } from '../store.js';

/** Exclusive write access to baselines, until it is released or the process ends. */
export interface Reservation {
  /** Releases the baselines; further calls have no effect. */
  release(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const heldLocks = new Set<Lock>();

/**
 * Reserves each of `names`, which may include `new` and `base`. Reservations of dead processes on this host are taken
 * over.
 *
 * @param timeoutMs - The maximum time to wait for another process; default 0.
 * @returns The reservation. It is released at the latest when the process exits, unless it is killed.
 * @throws BaselineError with `LOCKED` if a running process holds one of them, or `NOT_WRITTEN` if the operating system
 *   refuses; then none is reserved.
 */
export async function reserveBaselines(
  store: Store,
  names: readonly string[],
  timeoutMs: number = 0,
): Promise<Reservation> {
  const locks: Lock[] = [];
  const release = async (): Promise<void> => {
    for (const lock of locks.splice(0)) await releaseLock(store, lock);
  };
  try {
    // Sorted, so that of two runs that want the same baselines one gets them all.
    for (const name of [...new Set(names)].sort()) locks.push(await lockName(store, name, timeoutMs));
  } catch (error) {
    await release();
    throw error;
  }
  return { release, [Symbol.asyncDispose]: release };
}

async function lockName({ root, fileSystem }: Store, name: string, timeoutMs: number): Promise<Lock> {
  const attempt = await fileSystem
    .mkdir(root, { recursive: true })
    .then(() => waitForLock(fileSystem, path.join(root, `.${name}.lock`), timeoutMs))
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
    `baseline '${name}' is being written by ${describeContender(contender)}: wait until it ends, or set CRITERION_HOME to another directory; if that process is gone, delete ${contender.file}`,
  );
}

async function releaseLock({ fileSystem }: Store, lock: Lock): Promise<void> {
  heldLocks.delete(lock);
  if (heldLocks.size === 0) process.off('exit', releaseHeldLocks);
  // If it cannot be removed, the next run takes it over.
  await unlock(fileSystem, lock).catch(() => undefined);
}

function releaseHeldLocks(): void {
  for (const { file } of heldLocks) {
    try {
      rmSync(file);
    } catch {
      // The next run takes it over, once this process is gone.
    }
  }
}
