// Set-up of the tests, as written by e2e.mjs, which starts them.
import { readFileSync } from 'node:fs';

const file = process.env.AIRSSYS_WASM_E2E;
if (file === undefined)
  throw new Error('these tests need a registry and an installed package: run them by `npm run e2e`');

/**
 * - `tools`: the paths of programs; `nodes` by version;
 * - `packages`: the directories that were published, the package itself last;
 * - `projects`: the directories with the package installed: `full`, and `bare` without optional dependencies;
 * - `env`: the environment in which npm uses the local registry.
 */
export const { tools, packages, projects, env } = JSON.parse(readFileSync(file, 'utf8'));
