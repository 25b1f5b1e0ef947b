// Guests for tests and benchmarks. They import it as `#guests`, from the sources and from dist alike.
import { pathToFileURL } from 'node:url';
import { inRoot } from '../setup/paths.mjs';

export { ensureJavaScriptGuest } from './javascript.mjs';

/** The file URL of a committed fixture, by its path below fixtures/. */
export function fixture(path) {
  return pathToFileURL(inRoot('fixtures', path));
}
