// Set-up of the addon. In this order: the file named by NAPI_RS_NATIVE_LIBRARY_PATH, an addon built from these Rust
// sources, a new build by cargo, and without cargo the published package of this platform.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cargoEnvironment, hasCargo } from './cargo.mjs';
import { fingerprint } from './fingerprint.mjs';
import { runNpm } from './npm.mjs';
import { inRoot } from './paths.mjs';
import { platformName } from './platform.mjs';
import { dropRecord, readRecord, writeRecord } from './record.mjs';
import { runNode, say, SetupError } from './run.mjs';

const record = inRoot('native', '.inputs');
const staging = inRoot('target', 'napi');

export const addon = {
  isFresh() {
    const named = process.env.NAPI_RS_NATIVE_LIBRARY_PATH;
    if (!named) return (readRecord(record) === wanted() && builtBinaries().length > 0) || isInstalledWithoutCargo();
    if (existsSync(named)) return true;
    throw new SetupError(`NAPI_RS_NATIVE_LIBRARY_PATH names '${named}', which does not exist: correct it or unset it`);
  },

  /** Builds the addon, or installs the published one if there is no cargo. */
  async build() {
    if (hasCargo()) await buildByCargo();
    else await installPublished();
  },
};

/** The fingerprint of the inputs. Rust tests are not among them, so changing one does not rebuild the addon. */
function wanted() {
  const { name, version, napi } = readPackage();
  return fingerprint(['crates', 'Cargo.toml', 'Cargo.lock', '.cargo/config.toml', 'rust-toolchain.toml'], {
    keep: (path) => !/^crates\/[^/]+\/(tests|target)\//.test(path),
    salt: [process.platform, process.arch, JSON.stringify({ name, version, binaryName: napi.binaryName })],
  });
}

const readPackage = () => JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));

const builtBinaries = () => readdirSync(inRoot('native')).filter((name) => name.endsWith('.node'));

async function buildByCargo() {
  const inputs = wanted();
  say(
    hasBuiltBefore()
      ? 'building the addon; with Wasmtime already compiled this takes a minute or less'
      : 'building the addon and Wasmtime: the first build takes 5 to 10 minutes on two cores',
  );
  rmSync(staging, { recursive: true, force: true });
  const code = await runNode(inRoot('node_modules/@napi-rs/cli/dist/cli.js'), napiArguments(), {
    env: cargoEnvironment(),
  });
  if (code !== 0) {
    throw new SetupError(`the addon was not built (exit code ${code}); see cargo's message above. \
Building needs Rust 1.95 or later and a C linker`);
  }
  dropRecord(record);
  installBuilt();
  writeRecord(record, inputs);
}

/** Whether there is a release build, in target/<triple>/release. */
function hasBuiltBefore() {
  const target = inRoot('target');
  return existsSync(target) && readdirSync(target).some((name) => existsSync(join(target, name, 'release')));
}

function napiArguments() {
  const output = ['--output-dir', staging, '--no-js', '--dts', 'binding.d.ts', '--no-dts-cache'];
  const locked = process.env.CI ? ['--', '--locked'] : [];
  return ['build', '--release', '--platform', '--manifest-path', 'crates/node/Cargo.toml', ...output, ...locked];
}

/**
 * Moves the results of the build to native/. The binary is renamed into place, so that a running process keeps the old
 * one. The committed typings are only rewritten if they differ.
 */
function installBuilt() {
  mkdirSync(inRoot('native'), { recursive: true });
  for (const name of readdirSync(staging)) {
    const [from, to] = [join(staging, name), inRoot('native', name)];
    if (name.endsWith('.node')) replaceBinary(from, to);
    else if (!existsSync(to) || !readFileSync(from).equals(readFileSync(to))) writeFileSync(to, readFileSync(from));
  }
}

function replaceBinary(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (error.code !== 'EPERM' && error.code !== 'EBUSY') throw error;
    throw new SetupError(
      `'${to}' is in use (${error.code}): end the Node processes that loaded it, and run this again`,
    );
  }
}

/** Installs the published package of this platform, in this checkout's version. */
async function installPublished() {
  const { version } = readPackage();
  const wantedPackage = `${publishedName()}@${version}`;
  say(`cargo was not found; trying the published binary ${wantedPackage}`);
  const code = await runNpm(['install', '--no-save', '--no-package-lock', '--ignore-scripts', wantedPackage]);
  if (code === 0 && installedVersion() === version) return;
  throw new SetupError(`there is no addon for ${platformName()}: cargo was not found, and ${wantedPackage} could not be \
installed. Install Rust 1.95 or later (https://rustup.rs) and a C linker, and run this again`);
}

const isInstalledWithoutCargo = () => installedVersion() === readPackage().version && !hasCargo();

const publishedName = () => `${readPackage().name}-${platformName()}`;

function installedVersion() {
  try {
    return createRequire(inRoot('package.json'))(`${publishedName()}/package.json`).version;
  } catch {
    return undefined;
  }
}
