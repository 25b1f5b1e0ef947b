#!/usr/bin/env node
// Program entry: connects the command line to the process, its streams and its signals.
import * as fileSystem from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { systemClock } from '../bench/timing/clock.js';
import { runCommandLine } from './parse/command-line.js';
import { forceExitAfterGrace } from './process/forced-exit.js';
import { handleStreamErrors } from './output/streams.js';
import { ProcessSupervisor } from './process/supervisor.js';

const { version } = createRequire(import.meta.url)('../../../package.json') as { version: string };

const interruption = new AbortController();
// Once: a second interruption ends the process at once, by Node's default. Node delivers signals only between turns of the
// event loop, so that an interruption does not reach a synchronous call that never returns.
process.once('SIGINT', () => interruption.abort());

const supervisor = new ProcessSupervisor(process);
handleStreamErrors(process, (status) => supervisor.finish(status));

const status = await runCommandLine(process.argv.slice(2), version, {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  workingDirectory: process.cwd(),
  fileSystem,
  clock: systemClock,
  signal: interruption.signal,
  supervisor,
  suiteDirectory: fileURLToPath(new URL('../../benches', import.meta.url)),
});
process.exitCode = supervisor.finish(status);
if (supervisor.hasSupervised) forceExitAfterGrace(process);
