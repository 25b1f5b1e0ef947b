// Who alone may change something on disk now?
//
// Whoever wants a lock first puts a flag up, a file with a name of its own, and then looks for other flags. Of two who
// do so at once at least one sees the other; who sees one of a living process takes down its own. So two can never both
// hold the lock. Flags of dead processes are removed by whoever meets them, which is safe because no name comes twice: a
// single file that dead processes leave cannot be taken over without two of them taking it at the same moment.
// There is no heartbeat: a benchmark may hold up the event loop for minutes.
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

import { type FileSystem, isMissing } from '../files/file.js';
import { isGone, ownMark, type ProcessMark } from './process.js';

/** A lock that this process holds. */
export interface Lock {
  /** Its flag; absolute. */
  readonly file: string;
  /** Whether a dead process had left the lock, and perhaps more. */
  readonly wasAbandoned: boolean;
}

/** Another process's flag. */
export interface Rival {
  /** Absolute. */
  readonly file: string;
  /** `undefined` while the file is just being written. */
  readonly holder: Holder | undefined;
}

/** What became of an attempt. */
export type Attempt = { readonly lock: Lock } | { readonly rival: Rival };

interface Holder extends ProcessMark {
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
/** After so long a flag on which nothing legible stands is one whose maker died while it wrote. */
const UNWRITTEN_MS = 4_000;
/** Two who saw each other must not meet again at once: so long at most, and longer each time. */
const PAUSE_MS = 15;

/**
 * Takes the lock `name`, unless another process holds it.
 *
 * @param name - What flags begin with: a path whose directory exists.
 * @throws What the file system says when it refuses.
 */
export async function tryLock(fileSystem: FileSystem, name: string): Promise<Attempt> {
  // A flag seen twice is a holder's; others were up for a moment, by those who try as we do.
  const seen = new Set<string>();
  for (;;) {
    const attempt = await raiseFlag(fileSystem, name);
    if ('lock' in attempt || seen.has(attempt.rival.file)) return attempt;
    seen.add(attempt.rival.file);
    await sleep(1 + Math.random() * PAUSE_MS * seen.size);
  }
}

/**
 * Takes the lock `name` as soon as the others give it back.
 *
 * @param patienceMs - For how long to wait at most.
 */
export async function waitForLock(fileSystem: FileSystem, name: string, patienceMs: number): Promise<Attempt> {
  for (const start = Date.now(); ;) {
    const attempt = await tryLock(fileSystem, name);
    if ('lock' in attempt || Date.now() - start >= patienceMs) return attempt;
    await sleep(1 + Math.random() * PAUSE_MS);
  }
}

/** Gives a lock back. */
export async function unlock(fileSystem: FileSystem, { file }: Lock): Promise<void> {
  await fileSystem.rm(file, { force: true });
}

/** A rival in words, such as `process 4711 since 2026-11-24T10:00:00.000Z`. */
export function describeRival({ holder }: Rival): string {
  if (holder === undefined) return 'a process that has just begun';
  const isHere = holder.host === ownMark().host;
  return `process ${holder.pid}${isHere ? '' : ` of ${holder.host.split(' ', 1)[0]}`} since ${holder.since}`;
}

async function raiseFlag(fileSystem: FileSystem, name: string): Promise<Attempt> {
  const file = `${name}.${randomUUID()}`;
  try {
    const holder: Holder = { ...ownMark(), since: new Date().toISOString() };
    await fileSystem.writeFile(file, JSON.stringify(holder));
    const { rival, wasAbandoned } = await lookAround(fileSystem, name, file);
    if (rival === undefined) return { lock: { file, wasAbandoned } };
    await fileSystem.rm(file, { force: true });
    return { rival };
  } catch (error) {
    // A full disk may let the file be made, but not written.
    await fileSystem.rm(file, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function lookAround(
  fileSystem: FileSystem,
  name: string,
  own: string,
): Promise<{ rival: Rival | undefined; wasAbandoned: boolean }> {
  const directory = path.dirname(name);
  const prefix = `${path.basename(name)}.`;
  let wasAbandoned = false;
  for (const entry of await fileSystem.readdir(directory)) {
    const file = path.join(directory, entry);
    if (!entry.startsWith(prefix) || !UUID.test(entry.slice(prefix.length)) || file === own) continue;
    const found = await inspect(fileSystem, file);
    if (found === 'gone') continue;
    if (found !== 'abandoned') return { rival: { file, ...found }, wasAbandoned };
    wasAbandoned = true;
    await fileSystem.rm(file, { force: true });
  }
  return { rival: undefined, wasAbandoned };
}

async function inspect(
  fileSystem: FileSystem,
  file: string,
): Promise<'gone' | 'abandoned' | { holder: Holder | undefined }> {
  try {
    const { mtimeMs } = await fileSystem.stat(file);
    const holder = parse(await fileSystem.readFile(file, 'utf8'));
    const isAbandoned = holder === undefined ? Date.now() - mtimeMs > UNWRITTEN_MS : isGone(holder);
    return isAbandoned ? 'abandoned' : { holder };
  } catch (error) {
    if (isMissing(error)) return 'gone';
    throw error;
  }
}

function parse(text: string): Holder | undefined {
  try {
    return HOLDER.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
