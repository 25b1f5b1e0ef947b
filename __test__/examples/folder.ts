// Helpers for the examples' tests: the files of an example, and running a script.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const examples: string = fileURLToPath(new URL('../../../examples/', import.meta.url));

/** The text of an example's files, by path with `/`. */
export function filesOf(example: string): Record<string, string> {
  const directory = path.join(examples, example);
  const found = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = found.map((entry) => path.join(entry.parentPath, entry.name));
  const named = paths.map((file) => [path.relative(directory, file).replaceAll('\\', '/'), readFileSync(file, 'utf8')]);
  return Object.fromEntries(named) as Record<string, string>;
}

/** The result of a process. */
export interface ProcessResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script with `args` in `directory`, without `CI`: with it, a slower run of the bench would fail. */
export async function runScript(directory: string, script: string, ...args: readonly string[]): Promise<ProcessResult> {
  const options = { cwd: directory, env: { ...process.env, CI: undefined } };
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], options, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}
