// AddonError: thrown if there is no addon, or not the right one.

import { describe, type LoadContext, whyMissing, whyUnloadable } from './diagnosis.js';
import type { Machine, Platform } from './platform.js';

/** This package as it is installed. */
export interface Installation {
  /** URL of its package.json. */
  readonly url: string;
  readonly version: string;
  /** Whether it is a clone of the repository, which builds the addon. */
  readonly isClone: boolean;
  readonly machine: Machine;
}

/** A binary that did not load. */
export interface Attempt {
  /** Its path, or its package. */
  readonly source: string;
  readonly error: NodeJS.ErrnoException;
}

/** The stable name of a kind of failure to load the addon. */
export type AddonErrorCode = 'ADDON_MISSING' | 'ADDON_UNLOADABLE' | 'ADDON_VERSION' | 'ADDON_BUNDLED';

/** Thrown when the package is imported and there is no addon, or not the right one. `message` says what to do. */
export class AddonError extends Error {
  override readonly name: string = 'AddonError';
  /** The stable name of the kind of failure. */
  readonly code: AddonErrorCode;

  private constructor(code: AddonErrorCode, message: string, cause?: unknown) {
    super(`${message} (docs/install.md of the package says more)`, cause === undefined ? {} : { cause });
    this.code = code;
  }

  /** The error if no binary loaded. */
  static ofAttempts(
    installation: Installation,
    attempts: readonly Attempt[],
    installed: readonly Platform[],
  ): AddonError {
    const context: LoadContext = { ...installation, installed, isEmulated: isEmulated() };
    const unloadable = attempts.find(({ error }) => !isAbsence(error));
    if (unloadable !== undefined) return AddonError.#ofUnloadable(context, unloadable);
    return new AddonError('ADDON_MISSING', whyMissing(context), attempts.at(-1)?.error);
  }

  /** The error if the path that the environment names does not load. */
  static ofNamed({ machine, version }: Installation, { source, error }: Attempt): AddonError {
    const [line] = error.message.split('\n', 1);
    const message = `airssys-wasm ${version} cannot load '${source}', which NAPI_RS_NATIVE_LIBRARY_PATH names, on ${describe(machine)}: ${line}; correct the variable or unset it`;
    return new AddonError('ADDON_UNLOADABLE', message, error);
  }

  /** The error for a binary of another version than the package. */
  static ofVersion({ version, isClone }: Installation, source: string, found: string): AddonError {
    const fix = isClone ? 'run npm test, which builds it again' : 'remove node_modules and install again';
    const message = `airssys-wasm ${version} found ${source} of version ${found}, but both must be of one version: ${fix}`;
    return new AddonError('ADDON_VERSION', message);
  }

  /** The error if the package's code was moved out of the package. */
  static ofBundle(cause: unknown): AddonError {
    const message =
      'airssys-wasm was bundled, and cannot find its addon from inside a bundle: keep it outside, such as with ' +
      '--external:airssys-wasm for esbuild, and install it where the bundle runs';
    return new AddonError('ADDON_BUNDLED', message, cause);
  }

  static #ofUnloadable(context: LoadContext, { source, error }: Attempt): AddonError {
    return new AddonError('ADDON_UNLOADABLE', whyUnloadable(context, source, error.message), error);
  }
}

/** Whether the binary was absent, rather than unloadable. */
const isAbsence = ({ code }: NodeJS.ErrnoException): boolean => code === 'MODULE_NOT_FOUND';

/** Whether Node is emulated: Rosetta keeps the processor's name, and Windows passes it to emulated programs. */
function isEmulated(): boolean {
  if (process.arch === 'arm64') return false;
  const [processor] = process.getBuiltinModule('node:os').cpus();
  const isApple = process.platform === 'darwin' && processor?.model.startsWith('Apple') === true;
  return isApple || /^ARM/i.test(process.env['PROCESSOR_IDENTIFIER'] ?? '');
}
