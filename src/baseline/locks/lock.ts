// Lock: mutual exclusion of processes through files.
//
// To acquire a lock, a process creates a lock file with a unique name, and then looks for other lock files. If two
// processes do so at once, at least one sees the other. A process that sees the lock file of a living process removes
// its own, so two can never both hold the lock. Any process may remove the lock files of dead ones, which is safe
// because names are unique: a single file with a fixed name could be taken over by two processes at once. There is no
// heartbeat, because a benchmark may block the event loop for minutes.
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

import { type FileSystem, isMissing } from '../files/json-file.js';
import { isGone, ownIdentity, type ProcessIdentity } from './process-identity.js';

/** A lock that this process holds. */
export interface Lock {
  /** The absolute path of the lock file. */
  readonly file: string;
  /** Whether a dead process had held the lock, and may have left other files. */
  readonly wasAbandoned: boolean;
}

/** Another process that holds or is acquiring the lock. */
export interface Contender {
  /** The absolute path of its lock file. */
  readonly file: string;
  /** The process; `undefined` while it is still writing the file. */
  readonly holder: Holder | undefined;
}

/** The result of an attempt to acquire a lock. */
export type LockAttempt = { readonly lock: Lock } | { readonly contender: Contender };

interface Holder extends ProcessIdentity {
  /** ISO 8601, in UTC. */
  readonly since: string;
}

const HOLDER: z.ZodType<Holder> = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  startTicks: z.string().optional(),
  since: z.string(),
});

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
/** A lock file that is unreadable for this long belongs to a process that died while writing it. */
const MAX_WRITING_MS = 4_000;
/**
 * The maximum random pause of the first retry, so that two processes do not collide again; it grows with each retry.
 */
const BACKOFF_MS = 15;

/**
 * Acquires the lock `name`, unless another process holds it.
 *
 * @param name - The path prefix of the lock files; its directory must exist.
 * @throws The error of the file system, if it refuses.
 */
export async function tryLock(fileSystem: FileSystem, name: string): Promise<LockAttempt> {
  // A lock file seen twice belongs to a holder. Others belong to processes that are also trying.
  const seen = new Set<string>();
  for (;;) {
    const attempt = await claim(fileSystem, name);
    if ('lock' in attempt || seen.has(attempt.contender.file)) return attempt;
    seen.add(attempt.contender.file);
    await sleep(1 + Math.random() * BACKOFF_MS * seen.size);
  }
}

/**
 * Acquires the lock `name`, and waits while other processes hold it.
 *
 * @param timeoutMs - The maximum time to wait.
 */
export async function waitForLock(fileSystem: FileSystem, name: string, timeoutMs: number): Promise<LockAttempt> {
  for (const start = Date.now(); ;) {
    const attempt = await tryLock(fileSystem, name);
    if ('lock' in attempt || Date.now() - start >= timeoutMs) return attempt;
    await sleep(1 + Math.random() * BACKOFF_MS);
  }
}

/** Releases a lock. */
export async function unlock(fileSystem: FileSystem, { file }: Lock): Promise<void> {
  await fileSystem.rm(file, { force: true });
}

/** Describes a contender, such as `process 4711 since 2026-11-24T10:00:00.000Z`. */
export function describeContender({ holder }: Contender): string {
  if (holder === undefined) return 'a process that has just started';
  const isHere = holder.host === ownIdentity().host;
  return `process ${holder.pid}${isHere ? '' : ` of ${holder.host.split(' ', 1)[0]}`} since ${holder.since}`;
}

async function claim(fileSystem: FileSystem, name: string): Promise<LockAttempt> {
  const file = `${name}.${randomUUID()}`;
  try {
    const holder: Holder = { ...ownIdentity(), since: new Date().toISOString() };
    await fileSystem.writeFile(file, JSON.stringify(holder));
    const { contender, wasAbandoned } = await findContender(fileSystem, name, file);
    if (contender === undefined) return { lock: { file, wasAbandoned } };
    await fileSystem.rm(file, { force: true });
    return { contender };
  } catch (error) {
    // A full disk may allow creating the file, but not writing it.
    await fileSystem.rm(file, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function findContender(
  fileSystem: FileSystem,
  name: string,
  own: string,
): Promise<{ contender: Contender | undefined; wasAbandoned: boolean }> {
  const directory = path.dirname(name);
  const prefix = `${path.basename(name)}.`;
  let wasAbandoned = false;
  for (const entry of await fileSystem.readdir(directory)) {
    const file = path.join(directory, entry);
    if (!entry.startsWith(prefix) || !UUID.test(entry.slice(prefix.length)) || file === own) continue;
    const found = await inspectLockFile(fileSystem, file);
    if (found === 'gone') continue;
    if (found !== 'abandoned') return { contender: { file, ...found }, wasAbandoned };
    wasAbandoned = true;
    await fileSystem.rm(file, { force: true });
  }
  return { contender: undefined, wasAbandoned };
}

async function inspectLockFile(
  fileSystem: FileSystem,
  file: string,
): Promise<'gone' | 'abandoned' | { holder: Holder | undefined }> {
  try {
    const { mtimeMs } = await fileSystem.stat(file);
    const holder = parseHolder(await fileSystem.readFile(file, 'utf8'));
    const isAbandoned = holder === undefined ? Date.now() - mtimeMs > MAX_WRITING_MS : isGone(holder);
    return isAbandoned ? 'abandoned' : { holder };
  } catch (error) {
    if (isMissing(error)) return 'gone';
    throw error;
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    return HOLDER.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
