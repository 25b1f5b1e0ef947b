// In which file, and in which line, is what keeps a suite file from being loaded?
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// What cannot be read has its place before the error, and what threw has its frames behind it.
const HEAD = /^(file:\/\/.+|\/.+|[A-Z]:\\.+):(\d+)\r?\n/;
const FRAME = /^ +at (?:.* \()?(file:\/\/.+|\/.+|[A-Z]:\\.+):(\d+):\d+\)?$/;

/** What we ourselves throw, for what a suite defines, has the suite's place. */
const OURS = new URL('../../', import.meta.url).href;

/**
 * File and line of the code at fault: not ours, and of no package.
 *
 * @param url - The suite file whose import threw `error`.
 */
export async function placeOf(error: Error, url: string): Promise<string | undefined> {
  const stack = String(error.stack);
  const place = placeIn(stack);
  return place === undefined && error.name === 'SyntaxError' ? placeIn(await asUncaught(url)) : place;
}

function placeIn(stack: string): string | undefined {
  const frames = stack.split('\n').map((line) => FRAME.exec(line));
  const [, file, line] = HEAD.exec(stack) ?? frames.find((frame) => isTheirs(frame?.[1])) ?? [];
  return file === undefined ? undefined : `${file.startsWith('file:') ? fileURLToPath(file) : file}:${line}`;
}

function isTheirs(file: string | undefined): boolean {
  return file !== undefined && !/[\\/]node_modules[\\/]/.test(file) && !file.startsWith(OURS);
}

const PATIENCE_MS = 10_000;

/**
 * What Node prints of the error where nobody catches it: of a module that cannot be read, only then it says which. Modules
 * are all read before the first of them runs, so that nothing is run twice.
 */
async function asUncaught(url: string): Promise<string> {
  const args = ['--input-type=module', '--eval', `import ${JSON.stringify(url)}`];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: PATIENCE_MS }, (_error, _stdout, stderr) => resolve(stderr));
  });
}
