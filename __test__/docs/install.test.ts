// The page about installation: it lists every platform package and every loader error code.
import { readFileSync } from 'node:fs';
import test from 'ava';
import { PLATFORMS } from '../../src/addon/platform.js';

const page = readFileSync(new URL('../../../docs/install.md', import.meta.url), 'utf8');
const source = readFileSync(new URL('../../../src/addon/errors.ts', import.meta.url), 'utf8');

test('the table lists exactly the platform packages', (t) => {
  const named = page.split('## How it is loaded')[0]?.match(/`airssys-wasm-[\w-]+`/g) ?? [];
  t.deepEqual(
    named.map((name) => name.slice('`airssys-wasm-'.length, -1)),
    [...PLATFORMS],
  );
});

test('there is a section for exactly the loader’s error codes', (t) => {
  const codes = new Set(source.match(/'ADDON_[A-Z]+'/g)?.map((code) => code.slice(1, -1)));
  const sections = [...page.matchAll(/^### (ADDON_\w+)$/gm)].map(([, code]) => code);
  t.deepEqual(new Set(sections), codes);
});
