// Versions of the software that the suites measure.
import { native } from '../src/native.js';

/** Versions recorded with every run. */
export const versions: { readonly wasmtime: string; readonly 'airssys-wasm': string } = {
  wasmtime: native.wasmtimeVersion(),
  'airssys-wasm': native.version(),
};
