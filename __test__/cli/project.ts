// Project directory with its own installed copy of the package.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { ExecutionContext } from 'ava';

/** Generous, since compilers and processes are slow beside other tests. */
const TIMEOUT_MS = 120_000;

const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface Project {
  readonly directory: string;
  /** Runs `code` as a module in a new process in the project's directory. @returns Its standard output. */
  run(code: string): Promise<string>;
  /** Type-checks `file` with the given compiler options. @returns The compiler's messages. */
  compile(file: string, ...options: string[]): Promise<string>;
}

/** A directory with `files`, a copy of the compiled package in `node_modules`, and links to other `packages`. */
export async function project(
  t: ExecutionContext,
  files: Readonly<Record<string, string>>,
  packages: readonly string[] = [],
): Promise<Project> {
  t.timeout(TIMEOUT_MS);
  const directory = await mkdtemp(path.join(tmpdir(), 'bench-project-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  await install(path.join(directory, 'node_modules'), ['@types', ...packages]);
  for (const [name, text] of Object.entries({ 'package.json': '{"type":"module"}', ...files })) {
    await mkdir(path.dirname(path.join(directory, name)), { recursive: true });
    await writeFile(path.join(directory, name), text);
  }
  const run = (...args: string[]) => promisify(execFile)(process.execPath, args, { cwd: directory });
  return {
    directory,
    run: async (code) => (await run('--input-type=module', '--eval', code)).stdout,
    compile: async (file, ...options) => {
      const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
      const args = [
        '--ignoreConfig',
        '--strict',
        '--noEmit',
        '--target',
        'es2023',
        '--types',
        'node',
        ...options,
        file,
      ];
      return run(compiler, ...args).then(
        () => '',
        (error: { readonly stdout: string }) => error.stdout,
      );
    },
  };
}

async function install(modules: string, packages: readonly string[]): Promise<void> {
  const home = path.join(modules, 'airssys-wasm');
  await cp(path.join(root, 'dist/src'), path.join(home, 'dist/src'), { recursive: true });
  await cp(path.join(root, 'package.json'), path.join(home, 'package.json'));
  await symlink(path.join(root, 'native'), path.join(home, 'native'), 'junction');
  await symlink(path.join(root, 'node_modules'), path.join(home, 'node_modules'), 'junction');
  for (const name of packages) {
    await symlink(path.join(root, 'node_modules', name), path.join(modules, name), 'junction');
  }
}
