// Addon: loads it and passes it the factory of errors. The only import of `native/`.

import type * as Binding from '../native/binding.js';
import { loadAddon } from './addon/load.js';
import { createError } from './errors.js';

/** The addon's functions and classes; their documentation is in `native/binding.d.ts`. */
export const native: typeof Binding = loadAddon(
  import.meta.url,
  process.env['NAPI_RS_NATIVE_LIBRARY_PATH'],
) as typeof Binding;

// Does not compile if the engine has a code that the package lacks.
native.setErrorFactory(createError);

export type {
  NativeCallOptions,
  EngineOptions,
  ExternDescription,
  ErrorData,
  LimitOptions,
  NativeCompiled,
  NativeEngine,
  NativeHandle,
  NativeInvoker,
  NativeMemory,
  Settled,
  SourceOptions as NativeSource,
  WorkloadOptions,
} from '../native/binding.js';

/** The code of an error of the engine. */
export type NativeErrorCode = `${Binding.NativeErrorCode}`;
