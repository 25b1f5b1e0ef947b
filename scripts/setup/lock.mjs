// Lock between processes, so that only one at a time sets up a checkout. The others wait, and then find it set up.
//
// A process that wants the lock creates a flag, a file with a unique name, and then looks for other flags. If two do so
// at once, at least one sees the other's flag; it removes its own and waits. So two processes never hold the lock
// together. Any process removes the flag of a dead process, and one not touched for a minute; this is safe, since names
// are unique.
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from './run.mjs';

const HEARTBEAT_MS = 5_000;
const ABANDONED_MS = 60_000;
/** The pause is random, between this and twice as long, so that two rivals do not meet again. */
const PAUSE_MS = 100;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/**
 * Runs `work` while no other process holds the lock `name`.
 *
 * @param name - The absolute path with which the flags' paths begin; its directory must exist.
 * @param work - Called once the lock is held.
 * @returns the result of `work`.
 */
export async function withLock(name, work) {
  const release = await acquire(name);
  try {
    return await work();
  } finally {
    release();
  }
}

async function acquire(name) {
  let isReported = false;
  for (let attempts = 0; ; attempts++) {
    const release = raise(`${name}.${randomUUID()}`);
    const rival = rivalOf(name, release.flag);
    if (rival === undefined) return release;
    release();
    // At first the rival may be a process that removes its flag as well.
    if (attempts > 2 && !isReported)
      say(`waiting for another process that sets up this checkout (its lock is ${rival})`);
    isReported ||= attempts > 2;
    await sleep(PAUSE_MS * (1 + Math.random()));
  }
}

/** Creates a flag. @returns a function that removes it, with the path as `flag`. */
function raise(flag) {
  writeFileSync(flag, `${process.pid} ${hostname()}`);
  const heartbeat = setInterval(() => ignoringAbsence(() => utimesSync(flag, new Date(), new Date())), HEARTBEAT_MS);
  heartbeat.unref();
  const release = () => {
    clearInterval(heartbeat);
    process.off('exit', release);
    rmSync(flag, { force: true });
  };
  process.on('exit', release);
  return Object.assign(release, { flag });
}

/** The flag of another live process, if any; removes the abandoned ones. */
function rivalOf(name, own) {
  const directory = path.dirname(name);
  const flags = readdirSync(directory).map((entry) => path.join(directory, entry));
  return flags.find((flag) => {
    if (flag === own || !flag.startsWith(`${name}.`) || !UUID.test(flag.slice(name.length + 1))) return false;
    if (!isAbandoned(flag)) return true;
    rmSync(flag, { force: true });
    return false;
  });
}

function isAbandoned(flag) {
  return (
    ignoringAbsence(() => {
      if (Date.now() - statSync(flag).mtimeMs > ABANDONED_MS) return true;
      const [pid, host] = readFileSync(flag, 'utf8').split(' ');
      // A flag that is just being written is empty.
      return host === hostname() && !isAlive(Number(pid));
    }) ?? true
  );
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

function ignoringAbsence(action) {
  try {
    return action();
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  }
}
