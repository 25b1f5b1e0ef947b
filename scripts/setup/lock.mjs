// Who sets up this checkout now? One process at a time; the others wait, then find everything done.
//
// Whoever wants the lock puts a flag up, a file with a name of its own, and then looks for others. Of two who do so at once at least
// one sees the other, and who sees another takes its own down and waits: so two never hold the lock together. A flag of a dead process,
// or one not touched for a minute, is removed by whoever meets it, which is safe because no name comes twice.
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from './run.mjs';

const HEARTBEAT_MS = 5_000;
const ABANDONED_MS = 60_000;
/** At random between this and twice as much, so that two who met do not meet again. */
const PAUSE_MS = 100;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/**
 * Runs `work` while no other process holds the lock `name`.
 *
 * @param name - Absolute path with which flags begin; its directory exists.
 * @param work - Called once the lock is held; its result is returned.
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
  let told = false;
  for (let meetings = 0; ; meetings++) {
    const release = raise(`${name}.${randomUUID()}`);
    const rival = rivalOf(name, release.flag);
    if (rival === undefined) return release;
    release();
    // At first the other may be one who will take its flag down as well.
    if (meetings > 2 && !told) say(`another process sets up this checkout; waiting (its lock is ${rival})`);
    told ||= meetings > 2;
    await sleep(PAUSE_MS * (1 + Math.random()));
  }
}

/** Puts a flag up. @returns What takes it down. */
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

/** Another's flag that counts; those that do not are removed. */
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
      // Nothing stands on one that is just being written.
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
