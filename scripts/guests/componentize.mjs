// Process that builds the JavaScript guest and writes the component to the path in its first argument. It is a separate
// process because componentize-js blocks its thread, and misreads paths below its working directory.
import { readFileSync, writeFileSync } from 'node:fs';
import { inRoot } from '../setup/paths.mjs';
import { importTool } from './toolchain.mjs';

/** The features of the guest's engine that import WASI. Without them the guest only computes. */
const disableFeatures = ['stdio', 'random', 'clocks', 'http', 'fetch-event'];

const read = (name) => readFileSync(inRoot('fixtures/guests/javascript', name), 'utf8');

const { componentize } = await importTool('@bytecodealliance/componentize-js/src/componentize.js');
// The sources are passed as text, since componentize-js splits their paths at spaces.
const options = { witWorld: read('guest.wit'), worldName: 'guest', disableFeatures };
const { component, imports } = await componentize(read('guest.js'), options);
if (imports.length > 0) throw new Error(`the guest imports ${imports.join(', ')}: disable the feature that needs them`);
writeFileSync(process.argv[2], component);
