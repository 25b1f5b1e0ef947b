// Runner of tools: without a shell, and with their output on stderr, so that stdout has the command's own output only.
import { spawn } from 'node:child_process';
import { root } from './paths.mjs';

/** A failure that the user can fix; only its `message` is printed. */
export class SetupError extends Error {
  name = 'SetupError';
}

/** Prints one line of progress on stderr. */
export function say(line) {
  process.stderr.write(`airssys-wasm: ${line}\n`);
}

/**
 * Runs `command` with `args` until it ends.
 *
 * @param options.cwd - The working directory; the root by default.
 * @param options.tee - An object to whose `text` the command's stdout is appended. It is also printed to stdout, unless
 * `isSilent` is true.
 * @returns its exit code; 1 if a signal ended it.
 * @throws the error of `spawn`, with `code: 'ENOENT'` if there is no such command.
 */
export function run(command, args, { cwd = root, env = process.env, tee } = {}) {
  return new Promise((resolve, reject) => {
    // By number: in a worker thread, where tests build guests, a child process cannot inherit process.stderr.
    const stderr = 2;
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', tee ? 'pipe' : stderr, stderr] });
    child.stdout?.setEncoding('utf8').on('data', (chunk) => {
      tee.text += chunk;
      if (!tee.isSilent) process.stdout.write(chunk);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** Runs a Node script with the Node that runs this one. */
export function runNode(script, args, options) {
  return run(process.execPath, [script, ...args], options);
}
