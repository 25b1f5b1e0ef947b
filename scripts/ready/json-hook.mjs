// Module hook that loads JSON imported without attributes, as a module with a default export.
import { readFile } from 'node:fs/promises';

/** The `load` hook. All other files, and JSON that is imported with its attribute, are left to Node. */
export async function load(url, context, nextLoad) {
  if (!url.endsWith('.json') || context.importAttributes?.type === 'json') return nextLoad(url, context);
  return { format: 'module', shortCircuit: true, source: `export default ${await readFile(new URL(url), 'utf8')};` };
}
