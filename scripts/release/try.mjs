// Command that installs packed packages in an empty directory and runs them: `node scripts/release/try.mjs DIR`.
//
// It packs and installs two of the directories that scripts/pack.mjs wrote: the package, and the one of this platform.
// The others are optional dependencies, which npm skips if the registry does not have them.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runNpm } from '../setup/npm.mjs';
import { platformName } from '../setup/platform.mjs';
import { runNode, say } from '../setup/run.mjs';

const NAME = 'airssys-wasm';

const PROGRAM = `
import { Engine, MiB, WasmError } from '${NAME}';
const engine = new Engine();
const limits = { memoryBytes: MiB, fuel: 100_000n };
const module = await engine.compileModule(\`(module
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "spin") (loop (br 0))))\`);
const sum = module.instantiateSync({ limits }).exports.add(40, 2);
const instance = await module.instantiate({ limits });
const code = await instance.call('spin', []).catch((error) => error instanceof WasmError && error.code);
if (sum !== 42 || code !== 'OUT_OF_FUEL') throw new Error(\`add returned \${sum}, and spin failed with \${code}\`);
console.log(\`\${process.platform} \${process.arch}, Node \${process.versions.node}: 42, OUT_OF_FUEL\`);
`;

async function mustSucceed(what, running) {
  const code = await running;
  if (code !== 0) throw new Error(`${what} failed with exit code ${code}; see its message above`);
}

async function tryIn(directory, packages) {
  const wanted = [NAME, `${NAME}-${platformName()}`].map((name) => join(packages, name));
  const npm = (...args) => runNpm([...args, '--ignore-scripts', '--loglevel=error'], { cwd: directory });
  await mustSucceed('npm pack', npm('pack', ...wanted, '--pack-destination', directory));
  const archives = readdirSync(directory).map((name) => `./${name}`);
  writeFileSync(join(directory, 'package.json'), '{ "private": true, "type": "module" }\n');
  await mustSucceed('npm install', npm('install', ...archives));
  writeFileSync(join(directory, 'program.mjs'), PROGRAM);
  // A named addon would be loaded instead of the installed one.
  const { NAPI_RS_NATIVE_LIBRARY_PATH: _, ...env } = process.env;
  await mustSucceed('the program', runNode('program.mjs', [], { cwd: directory, env }));
  const main = join('node_modules', NAME, 'dist/src/cli/main.js');
  await mustSucceed('the command line', runNode(main, ['--version'], { cwd: directory, env }));
}

const directory = mkdtempSync(join(tmpdir(), 'airssys-wasm try '));
try {
  await tryIn(directory, resolve(process.argv[2] ?? 'packages'));
} catch (error) {
  say(error.message);
  process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
