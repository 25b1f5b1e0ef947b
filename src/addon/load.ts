// Loader: finds the addon in the environment, in this clone, or in the platform's package.

import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { AddonError, type Attempt, type Installation } from './errors.js';
import { type Platform, platformName, PLATFORMS, thisMachine } from './platform.js';

const NAME = 'airssys-wasm';

/** The exports that every binary of this project has. */
export interface Versioned {
  version(): string;
}

/**
 * Loads the addon, and checks that it is of this package's version.
 *
 * @param moduleUrl - The `import.meta.url` of a module two directories below the package; bundlers change it.
 * @param named - The path of a binary to load instead of the usual ones.
 * @returns The addon.
 * @throws AddonError with what is missing, and the fix.
 */
export function loadAddon(moduleUrl: string | undefined, named?: string): Versioned {
  const installation = findInstallation(moduleUrl);
  const require = createRequire(installation.url) as Require;
  const { addon, source } = named ? openNamed(installation, named, require) : firstThatLoads(installation, require);
  const found = addon.version();
  if (found !== installation.version) throw AddonError.ofVersion(installation, source, found);
  return addon;
}

type Require = NodeJS.Require & ((path: string) => Versioned);

/** A binary that loaded, and its name in messages. */
interface Found {
  readonly addon: Versioned;
  readonly source: string;
}

function findInstallation(moduleUrl: string | undefined): Installation {
  const { url, version, napi } = findManifest(moduleUrl);
  return { url, version, isClone: napi !== undefined, machine: thisMachine() };
}

/** The manifest above the module. A bundle is not inside this package, and may have no URL. */
function findManifest(moduleUrl: string | undefined): Manifest & { readonly url: string } {
  try {
    const url = new URL('../../package.json', moduleUrl).href;
    const manifest = createRequire(url)('./package.json') as Manifest;
    if (manifest.name === NAME) return { ...manifest, url };
    throw new Error(`${url} is the manifest of '${manifest.name}', not of ${NAME}`);
  } catch (cause) {
    throw AddonError.ofBundle(cause);
  }
}

interface Manifest {
  readonly name?: string;
  readonly version: string;
  /** How the addon is built; only a clone's manifest has it. */
  readonly napi?: object;
}

function openNamed(installation: Installation, named: string, require: Require): Found {
  try {
    return { addon: require(resolve(named)), source: named };
  } catch (error) {
    throw AddonError.ofNamed(installation, { source: named, error: error as Error });
  }
}

function firstThatLoads(installation: Installation, require: Require): Found {
  const attempts: Attempt[] = [];
  for (const { source, open } of candidates(installation, require)) {
    try {
      return { addon: open(), source };
    } catch (error) {
      attempts.push({ source, error: error as Error });
    }
  }
  throw AddonError.ofAttempts(installation, attempts, installedPlatforms(require));
}

interface Candidate {
  readonly source: string;
  readonly open: () => Versioned;
}

/** The binaries to try. Only a clone builds its own: in an installed package such a file would be foreign. */
function candidates({ machine, isClone }: Installation, require: Require): Candidate[] {
  const platform = platformName(machine);
  const built = `./native/${NAME}.${platform}.node`;
  const packaged = packages(require)[platform as Platform] as (() => Versioned) | undefined;
  return [
    ...(isClone ? [{ source: built, open: () => require(built) }] : []),
    ...(packaged ? [{ source: `${NAME}-${platform}`, open: packaged }] : []),
  ];
}

/** Literal names, so that tools that trace a deployment's files find them. */
function packages(require: Require): Record<Platform, () => Versioned> {
  return {
    'linux-x64-gnu': () => require('airssys-wasm-linux-x64-gnu'),
    'linux-arm64-gnu': () => require('airssys-wasm-linux-arm64-gnu'),
    'linux-x64-musl': () => require('airssys-wasm-linux-x64-musl'),
    'linux-arm64-musl': () => require('airssys-wasm-linux-arm64-musl'),
    'darwin-x64': () => require('airssys-wasm-darwin-x64'),
    'darwin-arm64': () => require('airssys-wasm-darwin-arm64'),
    'win32-x64-msvc': () => require('airssys-wasm-win32-x64-msvc'),
    'win32-arm64-msvc': () => require('airssys-wasm-win32-arm64-msvc'),
  };
}

/** The platforms whose packages are installed, including those that cannot run here. */
function installedPlatforms(require: Require): Platform[] {
  return PLATFORMS.filter((platform) => {
    try {
      return require.resolve(`${NAME}-${platform}/package.json`) !== '';
    } catch {
      return false;
    }
  });
}
