// A command line whose plug-ins are WebAssembly: which of them do what to a text, and which fail?
import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { type Component, Engine, MiB, WasmError } from 'airssys-wasm';

const [text = 'Hello, world'] = process.argv.slice(2);
const directory = new URL('plug-ins/', import.meta.url);
const limits = { memoryBytes: MiB, fuel: 1_000_000, timeoutMs: 1_000 };
const engine = new Engine();

/** What a plug-in makes of the text, and what that cost. */
async function transform(plugIn: Component): Promise<string> {
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
