// Manifest of the fixtures: sizes and hashes of the committed files, and hashes of their sources.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { inRoot } from '../setup/paths.mjs';

/** The fixtures by their paths below fixtures/, with the files they are built from; WAT texts have no other source. */
const fixtures = {
  'minimal.wat': { kind: 'component' },
  'calculator.wat': { kind: 'module' },
  'calculator-component.wat': { kind: 'component' },
  'guests/c/algorithms.wasm': { kind: 'module', sources: ['guests/c/algorithms.c', 'guests/c/build.sh'] },
  'guests/c/debug.wasm': { kind: 'module', sources: ['guests/c/debug.c', 'guests/c/build.sh'] },
  'guests/c/types.wasm': {
    kind: 'component',
    sources: ['guests/c/types.c', 'guests/c/types.wit', 'guests/c/build.sh'],
  },
  'guests/assemblyscript/algorithms.wasm': { kind: 'module', sources: ['guests/assemblyscript/algorithms.ts'] },
};

/** Writes fixtures/manifest.json: kind, size in bytes and SHA-256 of each fixture, and the hashes of its sources. */
export function writeManifest() {
  const entries = Object.entries(fixtures).map(([path, { kind, sources = [] }]) => [
    path,
    { kind, bytes: read(path).length, sha256: digest(path), sources: Object.fromEntries(sources.map(withDigest)) },
  ]);
  writeFileSync(inRoot('fixtures', 'manifest.json'), `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
}

const read = (path) => readFileSync(inRoot('fixtures', path));

const digest = (path) => createHash('sha256').update(read(path)).digest('hex');

const withDigest = (path) => [path, digest(path)];
