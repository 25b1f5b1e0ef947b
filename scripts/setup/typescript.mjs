// Set-up of dist/: runs `tsc` if a TypeScript source has changed.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { inRoot } from './paths.mjs';
import { dropRecord, readRecord, writeRecord } from './record.mjs';
import { runNode, say, SetupError } from './run.mjs';

const sources = ['src', 'benches', '__test__'];
const record = inRoot('dist', '.inputs');

const wanted = () =>
  fingerprint([...sources, 'native', 'scripts', 'tsconfig.json', 'package.json', 'package-lock.json'], {
    keep: (path) => /\.[cm]?ts$/.test(path) || !path.includes('/'),
  });

export const typescript = {
  isFresh: () => readRecord(record) === wanted(),

  /** Compiles src, benches and __test__ to dist, and removes the output of deleted sources. */
  async build() {
    const inputs = wanted();
    dropRecord(record);
    say('compiling TypeScript');
    const code = await runNode(inRoot('node_modules/typescript/bin/tsc'), ['-p', inRoot('tsconfig.json')]);
    if (code !== 0) throw new SetupError('TypeScript found errors; see them above');
    removeOrphans();
    writeRecord(record, inputs);
  },
};

/** ava runs every test in dist, so the output of deleted tests must be removed. */
function removeOrphans() {
  for (const path of sources.flatMap(compiledBelow)) {
    const source = relative(inRoot('dist'), path).replace(/\.(d\.ts|js)(\.map)?$/, '');
    if (!existsSync(inRoot(`${source}.ts`))) rmSync(path);
  }
}

function compiledBelow(source) {
  const directory = inRoot('dist', source);
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true })
    .filter((name) => /\.(d\.ts|js)(\.map)?$/.test(name))
    .map((name) => join(directory, name));
}
