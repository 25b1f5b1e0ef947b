// How a tool is run: without a shell, its output on stderr, so that stdout stays the command's own.
import { spawn } from 'node:child_process';
import { root } from './paths.mjs';

/** A step of the set-up that failed for a reason the reader can act on; `message` is all there is to print. */
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
 * @param options.cwd - The root by default.
 * @param options.tee - An object whose `text` gains what the command writes to stdout, which is then shown on stdout
 * unless the object says `isSilent`.
 * @returns its exit code; 1 where a signal ended it.
 * @throws the spawn error, with `code: 'ENOENT'` where there is no such command.
 */
export function run(command, args, { cwd = root, env = process.env, tee } = {}) {
  return new Promise((resolve, reject) => {
    // By number: in a worker thread, where tests build guests, process.stderr is a stream that no process can have.
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
