/** Which versions does the suite measure? */

import { native } from '../src/native.js';

/** Recorded with every run. */
export const versions: { readonly wasmtime: string; readonly 'airssys-wasm': string } = {
  wasmtime: native.wasmtimeVersion(),
  'airssys-wasm': native.version(),
};
