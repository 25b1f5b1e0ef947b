// Is there a cargo, and how is it found?
import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The environment with cargo's usual place added: a fresh rustup is not on the PATH of shells opened before it. */
export function cargoEnvironment() {
  const path = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  const cargoBin = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'bin');
  return { ...process.env, [path]: [process.env[path], cargoBin].filter(Boolean).join(delimiter) };
}

/** Whether cargo answers. */
export function hasCargo() {
  const command = process.env.CARGO ?? 'cargo';
  return spawnSync(command, ['--version'], { env: cargoEnvironment(), stdio: 'ignore' }).status === 0;
}
