// Tests of the installed package in a user's project.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bundle } from './bundle.mjs';
import { inRoot } from '../setup/paths.mjs';
import { assertFails, assertPrints } from './output.mjs';
import { openProject } from './project.mjs';
import { env, projects, tools } from './setup.mjs';

const full = openProject(projects.full, env);
const bare = openProject(projects.bare, env);

test('there is no Rust on the PATH of the project', () => {
  for (const name of ['cargo', 'rustc']) assert.throws(() => full.run(name, ['--version']), { code: 'ENOENT' });
});

test('no installed package has an install script', () => {
  const lockfile = JSON.parse(readFileSync(join(full.directory, 'package-lock.json'), 'utf8'));
  const withScripts = Object.entries(lockfile.packages).filter(([, entry]) => entry.hasInstallScript);
  assert.deepEqual(withScripts, []);
});

test('the schema of the results and the manifest are exported by name', () => {
  const program =
    "for (const name of ['package', 'run.schema']) console.log(typeof require(`airssys-wasm/${name}.json`))";
  assertPrints(full.run(process.execPath, ['--eval', program]), 'object\nobject');
});

const compiler = inRoot('node_modules', 'typescript', 'bin', 'tsc');

for (const [module, moduleResolution] of [
  ['node16', 'node16'],
  ['nodenext', 'nodenext'],
  ['preserve', 'bundler'],
]) {
  test(`the types resolve with moduleResolution ${moduleResolution}, with skipLibCheck off`, () => {
    const options = [
      '--ignoreConfig',
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      'false',
      '--target',
      'es2022',
      '--types',
      'node',
    ];
    const resolution = ['--module', module, '--moduleResolution', moduleResolution];
    assertPrints(full.run(process.execPath, [compiler, ...options, ...resolution, 'typed.ts']), '');
  });
}

test('npx runs the program: it prints its version, and the results of a user’s suite', () => {
  const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  assertPrints(full.run('npx', ['airssys-wasm', '--version']), version);
  const { status, stdout, stderr } = full.run('npx', [
    'airssys-wasm',
    'bench',
    'mine.bench.ts',
    '--quick',
    '--no-plots',
  ]);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^mine\/sum\s+time:\s+\[/m);
});

test('npx measures a user’s guest', () => {
  const { status, stdout, stderr } = full.run('npx', [
    ...'airssys-wasm measure guest.wat --invoke'.split(' '),
    'add(40, 2)',
    ...'--sample-size 10 --measurement-time 0.2 --warm-up-time 0.1 --no-plots'.split(' '),
  ]);
  assert.equal(status, 0, stderr);
  for (const id of ['compile', 'instantiate_warm', 'call/add']) assert.match(stdout, new RegExp(`^guest/${id}`, 'm'));
});

test('the bench without a file asks for one', () => {
  assertFails(
    full.run('npx', ['airssys-wasm', 'bench']),
    /name your own suite file, as in airssys-wasm bench mine\.bench\.ts/,
  );
});

test('a bundle that contains the package fails, and says to make it external', async () => {
  for (const [entry, format] of [
    ['esm.mjs', 'esm'],
    ['commonjs.cjs', 'cjs'],
  ]) {
    const file = await bundle(full.directory, entry, format, []);
    assertFails(full.run(process.execPath, [file]), /code: 'ADDON_BUNDLED'/, /--external:airssys-wasm/);
  }
});

test('without the package of the platform the import names it, and says how to install it', () => {
  for (const program of ['esm.mjs', 'commonjs.cjs']) {
    assertFails(
      bare.run(process.execPath, [program]),
      new RegExp(`finds no addon for ${process.platform}-${process.arch}\\b`),
      new RegExp(`the package airssys-wasm-${process.platform}-${process.arch}\\S* is not installed`),
      /npm install --include=optional/,
      /code: 'ADDON_MISSING'/,
    );
  }
});

test('the command in that message installs it', () => {
  const { status, stderr } = bare.run('npm', ['install', '--include=optional']);
  assert.equal(status, 0, stderr);
  assertPrints(bare.run(process.execPath, ['esm.mjs']), '42 OUT_OF_FUEL');
});

for (const [name, command] of Object.entries({
  Bun: [tools.bun],
  Deno: [tools.deno, 'run', '--allow-all', '--node-modules-dir=manual'],
})) {
  test(`${name} runs guests, on its main thread and in workers`, () => {
    const [program, ...args] = command;
    assertPrints(full.run(program, [...args, 'esm.mjs']), '42 OUT_OF_FUEL');
    assertPrints(full.run(program, [...args, 'commonjs.cjs']), '42');
    assertPrints(full.run(program, [...args, 'worker.mjs']), '42 OUT_OF_FUEL\nboth workers ended');
  });
}
