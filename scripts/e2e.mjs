// Command that tests the package as users install it: `npm run e2e`, which does the set-up first.
//
// It packs the package, publishes it to a local registry, installs it from there into empty projects, and runs the
// tests of e2e/ on them. Downloads are cached in target/e2e. The projects are outside this clone, whose node_modules
// would hide a missing dependency. They are kept if a test fails.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createProject, run } from './e2e/project.mjs';
import { startRegistry } from './e2e/registry.mjs';
import { installTools } from './e2e/tools.mjs';
import { pack } from './pack/pack.mjs';
import { inRoot } from './setup/paths.mjs';
import { runNode, say, SetupError } from './setup/run.mjs';

async function main() {
  const tools = await installTools();
  const directory = mkdtempSync(join(tmpdir(), 'airssys-wasm-e2e-'));
  const code = await testIn(tools, directory);
  if (code === 0) rmSync(directory, { recursive: true, force: true });
  else say(`the tested projects are in ${directory}`);
  return code;
}

async function testIn(tools, directory) {
  const manifest = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  const packages = await pack({ out: join(directory, 'packages'), binaries: inRoot('native'), all: false });
  const registry = await startRegistry(tools.verdaccio, join(directory, 'registry'));
  try {
    for (const one of packages) publish(one, registry.env);
    const projects = {
      full: install(join(directory, 'full'), [`@types/node@${manifest.devDependencies['@types/node']}`], registry.env),
      bare: install(join(directory, 'bare'), ['--omit=optional'], registry.env),
    };
    return await test(join(directory, 'setup.json'), { tools, packages, projects, env: registry.env });
  } finally {
    registry.stop();
  }
}

function publish(packed, env) {
  say(`publishing ${basename(packed)} to the local registry`);
  must(run('npm', ['publish', `./${basename(packed)}`], { cwd: join(packed, '..'), env }), 'npm publish');
}

function install(directory, args, env) {
  say(`installing the package from there into ${directory}`);
  const project = createProject(directory, env);
  must(project.run('npm', ['install', 'airssys-wasm', ...args]), 'npm install');
  return project.directory;
}

function must({ status, stdout, stderr }, command) {
  if (status !== 0) throw new SetupError(`${command} failed with exit code ${status}:\n${stdout}${stderr}`);
}

/** Runs the tests, which read the set-up from `file`. @returns the exit code. */
function test(file, setup) {
  writeFileSync(file, JSON.stringify(setup));
  const tests = readdirSync(inRoot('scripts/e2e')).filter((name) => name.endsWith('.test.mjs'));
  const args = ['--test-reporter=tap', ...tests.map((name) => inRoot('scripts/e2e', name))];
  return runNode('--test', args, { env: { ...process.env, AIRSSYS_WASM_E2E: file } });
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
