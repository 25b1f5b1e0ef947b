/** What does a program get that finds no addon? */

import { describe, type Situation, whyMissing, whyUnloadable } from './diagnosis.js';
import type { Machine, Platform } from './platform.js';

/** This package, where it lies. */
export interface Installation {
  /** URL of its package.json. */
  readonly url: string;
  readonly version: string;
  /** Whether it is a clone of the repository, in which the addon is built. */
  readonly isClone: boolean;
  readonly machine: Machine;
}

/** A binary that did not load. */
export interface Attempt {
  /** Its path or package. */
  readonly source: string;
  readonly error: NodeJS.ErrnoException;
}

/** The stable name of what is wrong with the addon. */
export type AddonErrorCode = 'ADDON_MISSING' | 'ADDON_UNLOADABLE' | 'ADDON_VERSION' | 'ADDON_BUNDLED';

/** Thrown by the import of the package: there is no addon, or not the right one. `message` says what to do. */
export class AddonError extends Error {
  override readonly name: string = 'AddonError';
  /** The stable name of what is wrong. */
  readonly code: AddonErrorCode;

  private constructor(code: AddonErrorCode, message: string, cause?: unknown) {
    super(`${message} (docs/install.md of the package says more)`, cause === undefined ? {} : { cause });
    this.code = code;
  }

  /** For binaries none of which loaded. */
  static ofAttempts(
    installation: Installation,
    attempts: readonly Attempt[],
    installed: readonly Platform[],
  ): AddonError {
    const situation: Situation = { ...installation, installed, isEmulated: isEmulated() };
    const refused = attempts.find(({ error }) => !isAbsence(error));
    if (refused !== undefined) return AddonError.#ofRefusal(situation, refused);
    return new AddonError('ADDON_MISSING', whyMissing(situation), attempts.at(-1)?.error);
  }

  /** For a path in the environment that does not load, whatever the reason. */
  static ofNamed({ machine, version }: Installation, { source, error }: Attempt): AddonError {
    const [line] = error.message.split('\n', 1);
    const message = `airssys-wasm ${version} cannot load '${source}', which NAPI_RS_NATIVE_LIBRARY_PATH names, on ${describe(machine)}: ${line}; correct the variable or unset it`;
    return new AddonError('ADDON_UNLOADABLE', message, error);
  }

  /** For a binary that was built for another version of the package. */
  static ofVersion({ version, isClone }: Installation, source: string, found: string): AddonError {
    const fix = isClone ? 'run npm test, which builds it anew' : 'remove node_modules and install again';
    const message = `airssys-wasm ${version} found ${source} of version ${found}, and both have to be of one version: ${fix}`;
    return new AddonError('ADDON_VERSION', message);
  }

  /** For code of the package that does not lie in the package. */
  static ofBundle(cause: unknown): AddonError {
    const message =
      'airssys-wasm was bundled, and cannot find its addon from inside of a bundle: keep it outside, such as with ' +
      '--external:airssys-wasm for esbuild, and install it where the bundle runs';
    return new AddonError('ADDON_BUNDLED', message, cause);
  }

  static #ofRefusal(situation: Situation, { source, error }: Attempt): AddonError {
    return new AddonError('ADDON_UNLOADABLE', whyUnloadable(situation, source, error.message), error);
  }
}

/** Whether nothing was there, as opposed to something that does not load. */
const isAbsence = ({ code }: NodeJS.ErrnoException): boolean => code === 'MODULE_NOT_FOUND';

/** Rosetta keeps the processor's name, and Windows tells it to what it emulates. */
function isEmulated(): boolean {
  if (process.arch === 'arm64') return false;
  const [processor] = process.getBuiltinModule('node:os').cpus();
  const isApple = process.platform === 'darwin' && processor?.model.startsWith('Apple') === true;
  return isApple || /^ARM/i.test(process.env['PROCESSOR_IDENTIFIER'] ?? '');
}
