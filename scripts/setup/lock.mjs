// Who sets up this checkout now? One process at a time; the others wait, then find everything done.
//
// The lock is a file made with `wx`. Its owner touches it every few seconds; a lock left by a dead process, or not
// touched for a minute, is taken over. Taking over renames the file first, so of two waiters only one succeeds,
// and one that renamed a lock younger than the one it had judged puts it back.
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from './run.mjs';

const HEARTBEAT_MS = 5_000;
const ABANDONED_MS = 60_000;
const POLL_MS = 250;

/**
 * Runs `work` while no other process holds `file`.
 *
 * @param file - Absolute path of the lock; its directory exists.
 * @param work - Called once the lock is held; its result is returned.
 */
export async function withLock(file, work) {
  const release = await acquire(file);
  try {
    return await work();
  } finally {
    release();
  }
}

async function acquire(file) {
  const token = `${process.pid} ${hostname()} ${Date.now()}`;
  let told = false;
  while (!tryCreate(file, token)) {
    if (takeOver(file)) continue;
    if (!told) say(`another process sets up this checkout; waiting (its lock is ${file})`);
    told = true;
    await sleep(POLL_MS);
  }
  return hold(file, token);
}

function tryCreate(file, token) {
  try {
    writeFileSync(file, token, { flag: 'wx' });
    return true;
  } catch (error) {
    // EPERM: Windows, while another process's removal is pending.
    if (error.code === 'EEXIST' || (error.code === 'EPERM' && process.platform === 'win32')) return false;
    throw error;
  }
}

function hold(file, token) {
  const heartbeat = setInterval(() => ignoringAbsence(() => utimesSync(file, new Date(), new Date())), HEARTBEAT_MS);
  heartbeat.unref();
  const release = () => {
    clearInterval(heartbeat);
    process.off('exit', release);
    if (ignoringAbsence(() => readFileSync(file, 'utf8')) === token) rmSync(file, { force: true });
  };
  process.on('exit', release);
  return release;
}

function takeOver(file) {
  const judged = ignoringAbsence(() => readFileSync(file, 'utf8'));
  if (judged === undefined) return true;
  if (!isAbandoned(file, judged)) return false;
  const aside = `${file}.${process.pid}`;
  if (ignoringAbsence(() => renameSync(file, aside) ?? true) === undefined) return true;
  if (readFileSync(aside, 'utf8') !== judged) ignoring('EEXIST', () => linkSync(aside, file));
  rmSync(aside, { force: true });
  return true;
}

function isAbandoned(file, token) {
  const age = ignoringAbsence(() => Date.now() - statSync(file).mtimeMs) ?? 0;
  if (age > ABANDONED_MS) return true;
  const [pid, host] = token.split(' ');
  return host === hostname() && !isAlive(Number(pid));
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

function ignoring(code, action) {
  try {
    return action();
  } catch (error) {
    if (error.code !== code) throw error;
    return undefined;
  }
}

const ignoringAbsence = (action) => ignoring('ENOENT', action);
