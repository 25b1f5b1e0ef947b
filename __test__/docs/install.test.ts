// Does the guide to the installation name what there is?
import { readFileSync } from 'node:fs';
import test from 'ava';
import { PLATFORMS } from '../../src/addon/platform.js';

const guide = readFileSync(new URL('../../../docs/install.md', import.meta.url), 'utf8');
const source = readFileSync(new URL('../../../src/addon/failure.ts', import.meta.url), 'utf8');

test('every platform’s package stands in the table, and no other', (t) => {
  const named = guide.split('## How it is loaded')[0]?.match(/`airssys-wasm-[\w-]+`/g) ?? [];
  t.deepEqual(
    named.map((name) => name.slice('`airssys-wasm-'.length, -1)),
    [...PLATFORMS],
  );
});

test('every code of the loader has its section, and no other', (t) => {
  const codes = new Set(source.match(/'ADDON_[A-Z]+'/g)?.map((code) => code.slice(1, -1)));
  const sections = [...guide.matchAll(/^### (ADDON_\w+)$/gm)].map(([, code]) => code);
  t.deepEqual(new Set(sections), codes);
});
