// The JavaScript guest as a component, written to the path that the first argument gives. A process of its own, since
// componentize-js blocks its thread for as long as it works, and misreads paths where it runs in a parent of them.
import { readFileSync, writeFileSync } from 'node:fs';
import { inRoot } from '../setup/paths.mjs';
import { importTool } from './toolchain.mjs';

/** Everything of the engine that would import WASI; what is left is pure computation. */
const disableFeatures = ['stdio', 'random', 'clocks', 'http', 'fetch-event'];

const read = (name) => readFileSync(inRoot('fixtures/guests/javascript', name), 'utf8');

const { componentize } = await importTool('@bytecodealliance/componentize-js/src/componentize.js');
// Given as texts: it splits the paths of its sources at spaces.
const options = { witWorld: read('guest.wit'), worldName: 'guest', disableFeatures };
const { component, imports } = await componentize(read('guest.js'), options);
if (imports.length > 0) throw new Error(`the guest imports ${imports.join(', ')}: disable the feature that needs them`);
writeFileSync(process.argv[2], component);
