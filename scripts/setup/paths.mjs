// Where things stand in a checkout, whatever the working directory.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the checkout's root. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Absolute path of `segments` below the root. */
export const inRoot = (...segments) => join(root, ...segments);
