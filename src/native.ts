/** Where does the addon come from? The only import of `native/`, and where its errors get their classes. */

import type * as Binding from '../native/binding.js';
import { loadAddon } from './addon/load.js';
import { createError } from './errors.js';

/** The addon's functions and classes; their documentation is in `native/binding.d.ts`. */
export const native: typeof Binding = loadAddon(
  import.meta.url,
  process.env['NAPI_RS_NATIVE_LIBRARY_PATH'],
) as typeof Binding;

native.setErrorFactory(createError as (failure: Binding.Failure, payload: unknown) => Error);

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
