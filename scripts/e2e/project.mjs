// A user's project: an empty directory in which programs run without Rust on the PATH.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const programs = fileURLToPath(new URL('programs', import.meta.url));

/**
 * Creates a project with the programs of `programs/` in it.
 *
 * @param directory - Must not exist.
 */
export function createProject(directory, env) {
  mkdirSync(directory, { recursive: true });
  cpSync(programs, directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "private": true, "type": "module" }\n');
  return openProject(directory, env);
}

/**
 * Opens an existing project.
 *
 * @param env - The environment of every program that runs in it.
 * @returns its directory, and a `run` that runs programs in it.
 */
export function openProject(directory, env) {
  const options = { cwd: directory, env: withoutRust(env) };
  return { directory, run: (program, args) => run(program, args, options) };
}

/**
 * Runs `program` until it ends.
 *
 * @returns its exit code and what it wrote.
 */
export function run(program, args, { cwd, env }) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, env, encoding: 'utf8', timeout: 240_000 });
  if (error) throw error;
  return { status, stdout, stderr };
}

/** `env` with the directory of `node` first on its PATH. */
export function withNode(env, node) {
  return { ...env, PATH: [dirname(node), env.PATH].join(delimiter) };
}

function withoutRust(env) {
  const hasRust = (directory) => ['cargo', 'rustc'].some((name) => existsSync(join(directory, name)));
  const directories = (env.PATH ?? '').split(delimiter).filter((directory) => !hasRust(directory));
  return { ...env, PATH: directories.join(delimiter) };
}
