// TypeScript support: lets any supported Node version import TypeScript suite files.
//
// Node strips types itself from 22.18 on. For older versions a hook does the same with the same library: it replaces types
// by spaces and changes nothing else, so that the measured code is the code as written.
import { register } from 'node:module';

let isRegistered = false;

/** Registers the hook for all later imports, once per process. A no-op if Node strips types itself. */
export function registerTypeScriptHook(): void {
  const { typescript = false } = process.features as { readonly typescript?: unknown };
  if (isRegistered || typescript !== false) return;
  register(new URL('./typescript-hook.js', import.meta.url));
  isRegistered = true;
}
