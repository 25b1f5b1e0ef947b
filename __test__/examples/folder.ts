// What is in an example's folder, and how does one of its programs end?
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const examples: string = fileURLToPath(new URL('../../../examples/', import.meta.url));

/** The files of an example by their paths, with `/`. */
export function filesOf(example: string): Record<string, string> {
  const directory = path.join(examples, example);
  const found = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = found.map((entry) => path.join(entry.parentPath, entry.name));
  const named = paths.map((file) => [path.relative(directory, file).replaceAll('\\', '/'), readFileSync(file, 'utf8')]);
  return Object.fromEntries(named) as Record<string, string>;
}

/** How a process ended. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Lets Node run TypeScript, also where it cannot by itself. */
const HOOK = `data:text/javascript,import{registerTypeScriptHook}from'${new URL('../../src/cli/suite-files/typescript.js', import.meta.url).href}';registerTypeScriptHook()`;

/** Runs a script with `args` in `directory`, as at a person's terminal: where `CI` is set a slower run fails. */
export async function runScript(directory: string, script: string, ...args: readonly string[]): Promise<Ended> {
  const options = { cwd: directory, env: { ...process.env, CI: undefined } };
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', HOOK, script, ...args], options, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}
