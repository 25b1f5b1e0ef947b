#!/usr/bin/env node
// Where does the program begin?
import * as fileSystem from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { systemClock } from '../bench/sampling/clock.js';
import { runCommandLine } from './parse/command-line.js';
import { endSoon } from './process/forced-exit.js';
import { guardStreams } from './output/streams.js';
import { ProcessSupervisor } from './process/supervisor.js';

const { version } = createRequire(import.meta.url)('../../../package.json') as { version: string };

const interruption = new AbortController();
// Once: a second interruption ends the process at once, as it would without us. Either is heard of only when the event loop
// turns: no interruption reaches a synchronous call that never returns.
process.once('SIGINT', () => interruption.abort());

const supervisor = new ProcessSupervisor(process);
guardStreams(process, (status) => supervisor.finish(status));

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
if (supervisor.hasSupervised) endSoon(process);
