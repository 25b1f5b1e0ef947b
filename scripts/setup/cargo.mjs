// Lookup of cargo.
import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The environment with cargo's default directory on the PATH: shells opened before its installation lack it. */
export function cargoEnvironment() {
  const path = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  const cargoBin = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'bin');
  return { ...process.env, [path]: [process.env[path], cargoBin].filter(Boolean).join(delimiter) };
}

/** Whether cargo runs. */
export function hasCargo() {
  const command = process.env.CARGO ?? 'cargo';
  return spawnSync(command, ['--version'], { env: cargoEnvironment(), stdio: 'ignore' }).status === 0;
}
