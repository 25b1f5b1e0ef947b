// What does a project look like that has the package installed, a copy of its own?
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { ExecutionContext } from 'ava';

/** Compilers and processes take their time where other tests run beside. */
const PATIENCE_MS = 120_000;

const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface Project {
  readonly directory: string;
  /** Runs `code` as a module of its own process, beside the files. @returns What it prints. */
  run(code: string): Promise<string>;
  /** Compiles `file` with the given options of the TypeScript compiler, and emits nothing. @returns What it complains about. */
  compile(file: string, ...options: string[]): Promise<string>;
}

/** A directory with `files`, and with the compiled package under `node_modules`, beside other `packages` of this one's own. */
export async function project(
  t: ExecutionContext,
  files: Readonly<Record<string, string>>,
  packages: readonly string[] = [],
): Promise<Project> {
  t.timeout(PATIENCE_MS);
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
