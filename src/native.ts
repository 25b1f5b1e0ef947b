/** Where does the addon come from? The only import of `native/`, and where its errors get their classes. */

import { createRequire } from 'node:module';
import type * as Binding from '../native/binding.js';
import { createError } from './errors.js';

const require = createRequire(import.meta.url);

/** The addon's functions and classes; their documentation is in `native/binding.d.ts`. */
export const native: typeof Binding = load();

native.setErrorFactory(createError as (failure: Binding.Failure, payload: unknown) => Error);

/** The addon, if it is the one that belongs to this package. */
function load(): typeof Binding {
  const { version } = require('../../package.json') as { version: string };
  const addon = find();
  if (addon.version() === version) return addon;
  throw new Error(
    `airssys-wasm ${version} found an addon of version ${addon.version()}: install the package anew, or run 'npm test' in a clone`,
  );
}

function find(): typeof Binding {
  try {
    return require('../../native/index.cjs') as typeof Binding;
  } catch (cause) {
    const message = `airssys-wasm has no addon for ${process.platform}-${process.arch} here: install the package with its optional dependencies, or run 'npm test' in a clone`;
    throw new Error(message, { cause });
  }
}

export type {
  EngineOptions as NativeEngineOptions,
  Failure,
  ItemDescription,
  LimitOptions,
  NativeCompiled,
  NativeEngine,
  NativeMemory,
  WorkloadOptions,
} from '../native/binding.js';

/** An opaque value that stands for a live instance. */
export type NativeHandle = object & { readonly handle: unique symbol };
