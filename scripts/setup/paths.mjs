// Paths in the checkout, independent of the working directory.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The absolute path of the checkout's root. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The absolute path of `segments` below the root. */
export const inRoot = (...segments) => join(root, ...segments);
