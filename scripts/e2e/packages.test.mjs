// Tests of the packages' contents: manifests, types, files and sizes.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { before, test } from 'node:test';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { importsOf } from '../pack/typings.mjs';
import { run } from './project.mjs';
import { env, packages } from './setup.mjs';

const MB = 1_000_000;
const [root] = packages.slice(-1);
const platforms = packages.slice(0, -1);

/** The packed files of each package, by its directory. */
const packed = new Map();

before(() => {
  for (const directory of packages) {
    const { stdout } = run('npm', ['pack', '--json'], { cwd: directory, env });
    packed.set(directory, JSON.parse(stdout)[0]);
  }
});

// Not for the platforms' packages: publint would read their binary as JavaScript.
test('publint finds nothing wrong with the package', async () => {
  const { messages, pkg } = await publint({ pkgDir: root, strict: true, pack: false });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg)),
    [],
  );
});

test('the types match the code, as CommonJS and ESM, for node16 and bundlers', async () => {
  const tarball = readFileSync(join(root, packed.get(root).filename));
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)));
  // There is one build, as ESM, which Node can also require. Node 10 resolution ignores `exports`, which all supported
  // Nodes read.
  const accepted = ['CJSResolvesToESM'];
  const problems = analysis.problems.filter(({ kind, resolutionKind }) => {
    return !accepted.includes(kind) && resolutionKind !== 'node10';
  });
  assert.deepEqual(problems, []);
});

test('the package contains the program, its types and its documents, and nothing else', () => {
  const paths = packed.get(root).files.map(({ path }) => path);
  const documents = ['CHANGELOG.md', 'LICENSE-APACHE', 'LICENSE-MIT', 'README.md', 'package.json'];
  const others = paths.filter((path) => !/^dist\/src\/.+\.(js|d\.ts)$/.test(path)).sort();
  assert.deepEqual(others, [...documents, 'docs/install.md', 'docs/run.schema.json'].sort());
});

test('no file of the package refers to a missing file', () => {
  const files = readdirSync(root, { recursive: true }).map((path) => path.replaceAll('\\', '/'));
  for (const file of files.filter((path) => /\.(js|d\.ts)$/.test(path))) {
    const text = readFileSync(join(root, file), 'utf8');
    assert.doesNotMatch(text, /sourceMappingURL/, file);
    for (const target of importsOf(text)) {
      const path = join(file, '..', file.endsWith('.d.ts') ? target.replace(/\.js$/, '.d.ts') : target);
      assert.ok(files.includes(path.replaceAll('\\', '/')), `${file} refers to ${target}`);
    }
  }
});

test('the packages of the platforms stay small, packed and unpacked', () => {
  for (const directory of platforms) {
    const binary = readdirSync(directory).find((name) => name.endsWith('.node'));
    assert.ok(statSync(join(directory, binary)).size < 20 * MB, `${binary} has 20 MB or more`);
    assert.ok(packed.get(directory).size < 7 * MB, `${basename(directory)} has 7 MB or more, packed`);
  }
});
