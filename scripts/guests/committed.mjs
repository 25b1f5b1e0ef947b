// Builders of the committed guests.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { inRoot } from '../setup/paths.mjs';
import { run, runNode, SetupError } from '../setup/run.mjs';
import { ensureToolchain, importTool } from './toolchain.mjs';

const guest = (...segments) => inRoot('fixtures', 'guests', ...segments);

/** Builds the C guests, and the component of one of them, by clang with wasi-libc (see fixtures/guests/c/build.sh). */
export async function buildC() {
  await mustSucceed('fixtures/guests/c/build.sh', run('bash', [guest('c', 'build.sh')]));
  await buildTypes();
}

async function buildTypes() {
  const { componentEmbed, componentNew } = await importTool('@bytecodealliance/jco/dist/api.js');
  const core = guest('c', 'types.core.wasm');
  const witSource = readFileSync(guest('c', 'types.wit'), 'utf8');
  const embedded = await componentEmbed({ binary: readFileSync(core), witSource, world: 'types' });
  writeFileSync(guest('c', 'types.wasm'), await componentNew(embedded));
  rmSync(core);
}

/** Builds the AssemblyScript guest: its runtime collects garbage; `--use abort=` replaces its one import by a trap. */
export async function buildAssemblyScript() {
  await ensureToolchain();
  const compiler = guest('node_modules', 'assemblyscript', 'bin', 'asc.js');
  const output = ['--outFile', 'assemblyscript/algorithms.wasm'];
  const options = ['-O3', '--runtime', 'incremental', '--use', 'abort=', ...output];
  await mustSucceed('asc', runNode(compiler, ['assemblyscript/algorithms.ts', ...options], { cwd: guest() }));
}

async function mustSucceed(name, running) {
  const code = await running;
  if (code !== 0) throw new SetupError(`${name} failed with exit code ${code}; see its message above`);
}
