// How does Node load JSON that is imported like code? As a module whose default export it is.
import { readFile } from 'node:fs/promises';

/** Runs on the thread of Node's module hooks; leaves to Node what is no JSON, and what is imported as JSON. */
export async function load(url, context, nextLoad) {
  if (!url.endsWith('.json') || context.importAttributes?.type === 'json') return nextLoad(url, context);
  return { format: 'module', shortCircuit: true, source: `export default ${await readFile(new URL(url), 'utf8')};` };
}
