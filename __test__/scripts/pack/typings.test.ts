// Tests of the typings that are published.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';

interface Typings {
  reachableTypings(root: string, exports: object): Set<string>;
}

const { reachableTypings } = (await import(
  new URL('../../../../scripts/pack/typings.mjs', import.meta.url).href
)) as Typings;

test('the typings in `exports`, and all that they import in any form, are reachable, also in circles', (t) => {
  const root = mkdtempSync(path.join(tmpdir(), 'airssys-wasm-'));
  mkdirSync(path.join(root, 'lib', 'inner'), { recursive: true });
  const write = (name: string, text: string): void => writeFileSync(path.join(root, 'lib', name), text);
  write('index.d.ts', "export { A } from './a.js';\nimport type { B } from './inner/b.js';\nimport 'yargs';");
  write('a.d.ts', "export declare const A: import('./inner/c.js').C;");
  write('inner/b.d.ts', "import './c.js';\nexport type { A } from '../a.js';");
  write('inner/c.d.ts', 'export type C = 1;');
  write('cli.d.ts', "export { A } from './a.js';");
  const exports = { '.': { types: './lib/index.d.ts', default: './lib/index.js' }, './package.json': './package.json' };
  t.deepEqual(
    [...reachableTypings(root, exports)].sort((a, b) => a.localeCompare(b)),
    ['lib/a.d.ts', 'lib/index.d.ts', 'lib/inner/b.d.ts', 'lib/inner/c.d.ts'],
  );
});
