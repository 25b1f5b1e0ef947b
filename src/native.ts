/** Where does the addon come from? The only import of `native/`, and where its errors get their classes. */

import { createRequire } from 'node:module';
import type * as Binding from '../native/binding.js';
import { createError } from './errors.js';

const require = createRequire(import.meta.url);

/** The addon's functions and classes; their documentation is in `native/binding.d.ts`. */
export const native: typeof Binding = require('../../native/index.cjs') as typeof Binding;

native.setErrorFactory(createError as (failure: Binding.Failure, payload: unknown) => Error);

export type {
  EngineOptions as NativeEngineOptions,
  Failure,
  ItemDescription,
  LimitOptions,
  NativeComponent,
  NativeEngine,
  NativeMemory,
  NativeModule,
  WorkloadOptions,
} from '../native/binding.js';

/** An opaque value that stands for a live instance. */
export type NativeHandle = object & { readonly handle: unique symbol };
