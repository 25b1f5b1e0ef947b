// Agent that calls good and bad tools. Its plan is fixed, where a real agent's would come from a model.
import { setTimeout as pause } from 'node:timers/promises';

import { WasmError } from 'airssys-wasm';

import { putText, Sandbox, textAt } from './sandbox.mjs';

/** Aborts the agent's run, on behalf of its user. */
const controller = new AbortController();
const { signal } = controller;

const NOTES = new Map([['today', 'write the report, call Ada, water the plants']]);

/**
 * Reads the user's notes by name, and nothing else: no files, and no notes of other users.
 *
 * @type {import('./sandbox.mjs').Capability}
 */
const notes = (memory) => ({
  read: async (length) => {
    const name = textAt(memory(), length);
    await pause(10); // simulates a database
    return putText(memory(), NOTES.get(name) ?? `no note '${name}'`);
  },
});

/**
 * Lets a tool wait, as it would for another service.
 *
 * @type {import('./sandbox.mjs').Capability}
 */
const clock = () => ({ sleep: async (ms) => pause(ms, undefined, { signal }) });

/** @param {string} tool */
const source = (tool) => new URL(`tools/${tool}.wat`, import.meta.url);

const sandbox = new Sandbox({ notes, clock });
await sandbox.register('count-words', source('count-words'));
await sandbox.register('read-note', source('read-note'), ['notes']);
await sandbox.register('curious', source('read-note'));
await sandbox.register('loop', source('loop'));
await sandbox.register('sleep', source('sleep'), ['clock']);

const plan = [
  { tool: 'read-note', question: 'today' },
  { tool: 'read-note', question: '../passwords' },
  { tool: 'count-words', question: 'write the report, call Ada, water the plants' },
  { tool: 'curious', question: 'today' },
  { tool: 'loop', question: '' },
  { tool: 'sleep', question: '' },
  { tool: 'count-words', question: 'too late' },
];

for (const { tool, question } of plan) {
  try {
    // The user gives up while the agent waits for this tool.
    if (tool === 'sleep') setTimeout(() => controller.abort(new Error('the user gave up')), 50);
    const { text, fuelConsumed } = await sandbox.call(tool, question, signal);
    console.log(`${tool}: ${text} (${fuelConsumed} units of fuel)`);
  } catch (error) {
    if (!(error instanceof WasmError)) throw error;
    console.log(`${tool}: ${error.code}, ${error.message.split(';', 1)[0]}`);
  }
}
