// Which program runs the benchmarks of a checkout?
import { spawn } from 'node:child_process';
import { access, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { UsageError } from '../parse/usage-error.js';

/** A checkout, ready to run benchmarks. */
export interface Checkout {
  /** Absolute. */
  readonly directory: string;
  /** The command line of the package that the checkout uses, or is. */
  readonly program: string;
}

const OWN_NAME = 'airssys-wasm';
const OWN_PROGRAM = fileURLToPath(new URL('../main.js', import.meta.url));

/** Whether there is a directory at `directory`. */
export async function isDirectory(directory: string): Promise<boolean> {
  return (await stat(directory).catch(() => undefined))?.isDirectory() ?? false;
}

/**
 * Finds the package in `directory`, and builds it where it is a clone of this project. A directory without a package of
 * its own is run by this one.
 *
 * @throws UsageError where a clone cannot be built.
 */
export async function openCheckout(directory: string): Promise<Checkout> {
  const own = await readPackage(path.join(directory, 'package.json'));
  if (own?.name !== OWN_NAME) return { directory, program: installedProgram(directory) ?? OWN_PROGRAM };
  const setUp = path.join(directory, 'scripts', 'ensure.mjs');
  if (await exists(setUp)) await run(setUp, directory);
  return { directory, program: path.join(directory, own.bin?.[OWN_NAME] ?? 'dist/src/cli/main.js') };
}

interface Package {
  readonly name?: string;
  readonly bin?: Readonly<Record<string, string>>;
}

async function readPackage(file: string): Promise<Package | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Package;
  } catch {
    return undefined; // a directory of suites needs none
  }
}

function installedProgram(directory: string): string | undefined {
  try {
    const require = createRequire(path.join(directory, 'package.json'));
    const manifest = require.resolve(`${OWN_NAME}/package.json`);
    const { bin } = require(manifest) as Package;
    return path.join(path.dirname(manifest), bin?.[OWN_NAME] as string);
  } catch {
    return undefined;
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** Runs the set-up of a clone; what it says goes to standard error. */
async function run(script: string, directory: string): Promise<void> {
  const child = spawn(process.execPath, [script], {
    cwd: directory,
    stdio: ['ignore', process.stderr, process.stderr],
  });
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  if (code !== 0) {
    throw new UsageError(`the checkout ${directory} could not be built: run npm test there, and see what it says`);
  }
}
