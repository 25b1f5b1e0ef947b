// Command line that runs a text through WebAssembly plug-ins, each under limits.
import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { Engine, MiB, WasmError } from 'airssys-wasm';

const [text = 'Hello, world'] = process.argv.slice(2);
const directory = new URL('plug-ins/', import.meta.url);
const limits = { memoryBytes: MiB, fuel: 1_000_000, timeoutMs: 1_000 };
const engine = new Engine();

/**
 * Runs the text through one plug-in.
 *
 * @param {import('airssys-wasm').Component} plugIn
 * @returns {Promise<string>} The plug-in's text, and the fuel it used.
 */
async function transform(plugIn) {
  const instance = await plugIn.instantiate({ limits });
  try {
    const { value, fuelConsumed } = await instance.measure('transform', [text]);
    return `${String(value).padEnd(30)}  ${fuelConsumed.toLocaleString('en')} fuel`;
  } finally {
    await instance.dispose();
  }
}

for (const file of (await readdir(directory)).sort()) {
  const name = path.parse(file).name.padEnd(8);
  try {
    console.log(`${name}  ${await transform(await engine.compileComponent(new URL(file, directory)))}`);
  } catch (error) {
    if (!(error instanceof WasmError)) throw error;
    console.log(`${name}  failed: ${error.code}`);
    process.exitCode = 1;
  }
}
