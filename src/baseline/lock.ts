// Who alone may change something on disk now?
//
// A lock is a file made with `wx`; in it stands who made it, and when. One that a dead process of this host left is
// taken over: it is renamed first, so that of two who try only one succeeds, and one that renamed a lock younger
// than the one it had judged puts it back. No heartbeat: a benchmark may hold up the event loop for minutes.
import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import { type FileSystem, isMissing } from './file.js';
import { isGone, ownMark, type ProcessMark } from './process.js';

/** Who holds a lock, and since when. */
export interface Holder extends ProcessMark {
  /** ISO 8601, in UTC. */
  readonly since: string;
}

/** A lock that this process holds. */
export interface Lock {
  readonly file: string;
  /** What stands in the file; no other lock has the same. */
  readonly token: string;
  /** Whether a dead process had left it, and perhaps more. */
  readonly wasAbandoned: boolean;
}

/** What became of an attempt; the holder is `undefined` while its lock is just being written. */
export type Attempt = { readonly lock: Lock } | { readonly holder: Holder | undefined };

const HOLDER = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  startTicks: z.string().optional(),
  since: z.string(),
});

/** After so long a lock in which nothing legible stands is one whose maker died while it wrote. */
const UNWRITTEN_MS = 4_000;

/**
 * Takes the lock `file`, whose directory exists, unless another holds it.
 *
 * @throws What the file system says when it refuses.
 */
export async function tryLock(fileSystem: FileSystem, file: string): Promise<Attempt> {
  const token = JSON.stringify({ ...ownMark(), since: new Date().toISOString(), id: randomUUID() });
  let wasAbandoned = false;
  while (!(await create(fileSystem, file, token))) {
    const found = await inspect(fileSystem, file);
    if (found === undefined) continue;
    if (!found.isAbandoned) return { holder: found.holder };
    await putAside(fileSystem, file, found.text);
    wasAbandoned = true;
  }
  return { lock: { file, token, wasAbandoned } };
}

/** Gives a lock back, if it still is this process's. */
export async function unlock(fileSystem: FileSystem, { file, token }: Lock): Promise<void> {
  if ((await textOf(fileSystem, file)) === token) await fileSystem.rm(file, { force: true });
}

/** A holder in words, such as `process 4711 since 2026-11-24T10:00:00.000Z`. */
export function describeHolder(holder: Holder | undefined): string {
  if (holder === undefined) return 'another process that has just begun';
  const isHere = holder.host === ownMark().host;
  return `process ${holder.pid}${isHere ? '' : ` of ${holder.host.split(' ', 1)[0]}`} since ${holder.since}`;
}

async function create(fileSystem: FileSystem, file: string, token: string): Promise<boolean> {
  try {
    await fileSystem.writeFile(file, token, { flag: 'wx' });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // EPERM: Windows, while another process's removal is pending.
    if (code === 'EEXIST' || (code === 'EPERM' && process.platform === 'win32')) return false;
    await removeUnwritten(fileSystem, file, token);
    throw error;
  }
}

/** A full disk may let the file be made, but not written. */
async function removeUnwritten(fileSystem: FileSystem, file: string, token: string): Promise<void> {
  const text = await textOf(fileSystem, file).catch(() => undefined);
  if (text !== undefined && token.startsWith(text)) await fileSystem.rm(file, { force: true }).catch(() => undefined);
}

async function inspect(
  fileSystem: FileSystem,
  file: string,
): Promise<{ text: string; holder: Holder | undefined; isAbandoned: boolean } | undefined> {
  const text = await textOf(fileSystem, file);
  if (text === undefined) return undefined;
  const holder = parse(text);
  if (holder !== undefined) return { text, holder, isAbandoned: isGone(holder) };
  const stats = await fileSystem.stat(file).catch(() => undefined);
  return { text, holder, isAbandoned: stats !== undefined && Date.now() - stats.mtimeMs > UNWRITTEN_MS };
}

function parse(text: string): Holder | undefined {
  try {
    return HOLDER.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function putAside(fileSystem: FileSystem, file: string, judged: string): Promise<void> {
  const aside = `${file}.${process.pid}.${randomUUID().slice(0, 8)}`;
  try {
    await fileSystem.rename(file, aside);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  const text = await textOf(fileSystem, aside);
  if (text !== undefined && text !== judged) {
    await fileSystem.writeFile(file, text, { flag: 'wx' }).catch(() => undefined);
  }
  await fileSystem.rm(aside, { force: true });
}

async function textOf(fileSystem: FileSystem, file: string): Promise<string | undefined> {
  try {
    return await fileSystem.readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
