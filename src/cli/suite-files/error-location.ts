// Error location: file and line of the code that keeps a suite file from loading.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// A syntax error has its location before the error; a thrown error has its stack frames after it.
const HEAD = /^(file:\/\/.+|\/.+|[A-Z]:\\.+):(\d+)\r?\n/;
const FRAME = /^ +at (?:.* \()?(file:\/\/.+|\/.+|[A-Z]:\\.+):(\d+):\d+\)?$/;

/** This package's code. Errors that it throws for a definition are located in the suite. */
const PACKAGE = new URL('../../', import.meta.url).href;

/**
 * `file:line` of the code at fault, outside of this package and of `node_modules`; `undefined` if unknown.
 *
 * @param url - The suite file whose import threw `error`.
 */
export async function errorLocation(error: Error, url: string): Promise<string | undefined> {
  const stack = String(error.stack);
  const location = locationIn(stack);
  if (location !== undefined || error.name !== 'SyntaxError') return location;
  return locationIn(await uncaughtOutput(url));
}

function locationIn(stack: string): string | undefined {
  const frames = stack.split('\n').map((line) => FRAME.exec(line));
  const [, file, line] = HEAD.exec(stack) ?? frames.find((frame) => isUserCode(frame?.[1])) ?? [];
  return file === undefined ? undefined : `${file.startsWith('file:') ? fileURLToPath(file) : file}:${line}`;
}

function isUserCode(file: string | undefined): boolean {
  return file !== undefined && !/[\\/]node_modules[\\/]/.test(file) && !file.startsWith(PACKAGE);
}

const TIMEOUT_MS = 10_000;

/**
 * Node's output for the uncaught error, in a new process: for a module that cannot be parsed, only this output names its
 * file. Node parses all modules before it runs the first, so that no code runs twice.
 */
async function uncaughtOutput(url: string): Promise<string> {
  const args = ['--input-type=module', '--eval', `import ${JSON.stringify(url)}`];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: TIMEOUT_MS }, (_error, _stdout, stderr) => resolve(stderr));
  });
}
