#!/usr/bin/env node
// Where does the program begin?
import * as fileSystem from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { systemClock } from '../bench/index.js';
import { runCommandLine } from './command-line.js';
import { guardStreams } from './streams.js';

const { version } = createRequire(import.meta.url)('../../../package.json') as { version: string };

const interruption = new AbortController();
// Once: a second interruption ends the process at once, as it would without us.
process.once('SIGINT', () => interruption.abort());

guardStreams(process);

process.exitCode = await runCommandLine(process.argv.slice(2), version, {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  workingDirectory: process.cwd(),
  fileSystem,
  clock: systemClock,
  signal: interruption.signal,
  suiteDirectory: fileURLToPath(new URL('../../benches', import.meta.url)),
});
