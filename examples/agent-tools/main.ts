// What does an agent get of its tools, good and bad? The plan is fixed, where another would come from a model.
import { setTimeout as pause } from 'node:timers/promises';

import { WasmError } from 'airssys-wasm';

import { type Capability, putText, Sandbox, textAt } from './sandbox.ts';

/** The agent's run, which its user may end. */
const controller = new AbortController();
const { signal } = controller;

const NOTES: Readonly<Record<string, string>> = { today: 'write the report, call Ada, water the plants' };

/** Reads the user's notes by name, and nothing else: neither files nor notes of others. */
const notes: Capability = (memory) => ({
  read: async (length: number) => {
    const name = textAt(memory(), length);
    await pause(10); // stands for a store
    return putText(memory(), (Object.hasOwn(NOTES, name) ? NOTES[name] : undefined) ?? `no note '${name}'`);
  },
});

/** Lets a tool wait, as for another service. */
const clock: Capability = () => ({ sleep: async (ms: number) => pause(ms, undefined, { signal }) });

const sandbox = new Sandbox({ notes, clock });
const at = (tool: string): URL => new URL(`tools/${tool}.wat`, import.meta.url);
await sandbox.register('count-words', at('count-words'));
await sandbox.register('read-note', at('read-note'), ['notes']);
await sandbox.register('curious', at('read-note'));
await sandbox.register('loop', at('loop'));
await sandbox.register('sleep', at('sleep'), ['clock']);

const plan = [
  ['read-note', 'today'],
  ['read-note', '../passwords'],
  ['count-words', 'write the report, call Ada, water the plants'],
  ['curious', 'today'],
  ['loop', ''],
  ['sleep', ''],
  ['count-words', 'too late'],
] as const;

// The user gives up while the agent waits for the last but one.
for (const [tool, question] of plan) {
  try {
    if (tool === 'sleep') setTimeout(() => controller.abort(new Error('the user gave up')), 50);
    const { text, fuelConsumed } = await sandbox.call(tool, question, signal);
    console.log(`${tool}: ${text} (${fuelConsumed} units of fuel)`);
  } catch (error) {
    if (!(error instanceof WasmError)) throw error;
    console.log(`${tool}: ${error.code}, ${error.message.split(';', 1)[0]}`);
  }
}
