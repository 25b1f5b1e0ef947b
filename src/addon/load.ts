/** Which binary is the addon? One that the environment names, one built in this clone, or the platform's package. */

import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { AddonError, type Attempt, type Installation } from './failure.js';
import { type Platform, platformName, PLATFORMS, thisMachine } from './platform.js';

const NAME = 'airssys-wasm';

/** What every binary of this project offers. */
export interface Versioned {
  version(): string;
}

/**
 * The addon, if it is one that this package was built with.
 *
 * @param moduleUrl - The `import.meta.url` of a module two directories below the package. Bundlers change it.
 * @param named - The path of a binary that is to be loaded instead of the usual ones.
 * @throws AddonError that says what is missing, and the fix.
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

/** A binary that loaded, and what it is called in messages. */
interface Found {
  readonly addon: Versioned;
  readonly source: string;
}

function findInstallation(moduleUrl: string | undefined): Installation {
  const { url, version, napi } = findManifest(moduleUrl);
  return { url, version, isClone: napi !== undefined, machine: thisMachine() };
}

/** The manifest above the module. A bundle has none of ours around it, and may have no URL either. */
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
  /** How the addon is built; only a clone's manifest says it. */
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

/** Only a clone builds its own; in an installed package that would be a file that nobody put there. */
function candidates({ machine, isClone }: Installation, require: Require): Candidate[] {
  const platform = platformName(machine);
  const built = `./native/${NAME}.${platform}.node`;
  const packaged = packages(require)[platform as Platform] as (() => Versioned) | undefined;
  return [
    ...(isClone ? [{ source: built, open: () => require(built) }] : []),
    ...(packaged ? [{ source: `${NAME}-${platform}`, open: packaged }] : []),
  ];
}

/** Written out, so that tools that trace which files a deployment needs see the names. */
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

/** The platforms whose packages are installed, whether they run here or not. */
function installedPlatforms(require: Require): Platform[] {
  return PLATFORMS.filter((platform) => {
    try {
      return require.resolve(`${NAME}-${platform}/package.json`) !== '';
    } catch {
      return false;
    }
  });
}
