// What does Node load where the module is TypeScript? Runs on the thread of Node's module hooks.
import { readFile } from 'node:fs/promises';
import type { LoadHook } from 'node:module';
import { fileURLToPath } from 'node:url';

import swc from '@swc/wasm-typescript';

// As Node has it, packages bring JavaScript.
const TYPESCRIPT = /^file:(?!.*\/node_modules\/).*\.m?ts(?:[?#]|$)/;

/** Loads TypeScript as a module without its types; leaves all else to Node. */
export const load: LoadHook = async (url, context, nextLoad) => {
  if (!TYPESCRIPT.test(url)) return nextLoad(url, context);
  const filename = fileURLToPath(url);
  return { format: 'module', shortCircuit: true, source: withoutTypes(await readFile(filename, 'utf8'), filename) };
};

function withoutTypes(source: string, filename: string): string {
  try {
    return swc.transformSync(source, { mode: 'strip-only', filename }).code;
  } catch (thrown) {
    throw asNode(thrown as StripError);
  }
}

/** What the library throws. */
interface StripError {
  readonly code: string;
  readonly message: string;
  readonly filename: string;
  readonly startLine: number;
  readonly snippet: string;
}

/** The error that Node throws from 22.18 on, with the place at the beginning of its stack. */
function asNode({ code, message, filename, startLine, snippet }: StripError): Error {
  const error = Object.assign(new SyntaxError(message), {
    code: code === 'UnsupportedSyntax' ? 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX' : 'ERR_INVALID_TYPESCRIPT_SYNTAX',
  });
  error.stack = `${filename}:${startLine}\n${snippet}\n${error.stack}`;
  return error;
}
