// How does Node get to import TypeScript, whichever version it is?
//
// Node removes types itself from 22.18 on. Before, a hook does what Node does, with the same library: types are blanked
// out, nothing else changes, and the measured code is the code that was written.
import { register } from 'node:module';

let isRegistered = false;

/** Lets what is imported from now on be TypeScript. Once for the process, and only where Node cannot do it itself. */
export function supportTypeScript(): void {
  const { typescript = false } = process.features as { readonly typescript?: unknown };
  if (isRegistered || typescript !== false) return;
  register(new URL('./typescript-hook.js', import.meta.url));
  isRegistered = true;
}
