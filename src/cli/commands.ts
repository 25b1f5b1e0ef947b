// Which commands are there, and what does each run?
import type { Argv } from 'yargs';

import { runBaselineCommand } from './baseline/command.js';
import { declareBaselineCommands } from './baseline/options.js';
import { bench } from './bench/command.js';
import { declareOptions, OPTION_KINDS, readRequest } from './bench/options.js';
import { gate } from './gate/command.js';
import { declareGateOptions, GATE_OPTION_KINDS, readGateRequest } from './gate/options.js';
import { declareMergeOptions, readMergeRequest, runMergeCommand } from './merge/command.js';
import { measure } from './measure/command.js';
import { declareMeasureOptions, readMeasureRequest } from './measure/options.js';
import type { OptionKind } from './parse/npm.js';
import type { Terminal } from './context.js';
import { work } from './gate/worker.js';

/** What a command line turned out to ask for; it gives the exit status. */
export type Command = () => Promise<number>;

/** The commands that begin a command line. */
export const COMMANDS: readonly string[] = ['bench', 'measure'];

/** The options that npm may have kept of a command line that begins with these words. */
export function kindsOfCommand([first, second]: readonly string[]): ReadonlyMap<string, OptionKind> {
  if (first !== 'bench') return new Map();
  if (second === 'gate') return GATE_OPTION_KINDS;
  return second === 'baseline' || second === 'merge' ? new Map() : OPTION_KINDS;
}

/** Declares all commands. @param use - Called with the one that the command line names. */
export function declareCommands(yargs: Argv, terminal: Terminal, use: (command: Command) => void): Argv {
  return yargs
    .command(
      'bench [filter..]',
      'run benchmarks and compare them with a baseline',
      (below) => declareBelowBench(declareOptions(below), terminal, use),
      (argv) => use(() => bench(readRequest(argv), terminal)),
    )
    .command('measure [guest]', "measure anybody's component or core module", declareMeasureOptions, (argv) =>
      use(() => measure(readMeasureRequest(argv), terminal)),
    );
}

function declareBelowBench(yargs: Argv, terminal: Terminal, use: (command: Command) => void): Argv {
  return yargs
    .command('gate [filter..]', 'compare two checkouts, and fail on a regression', declareGateOptions, (argv) =>
      use(() => gate(readGateRequest(argv), terminal)),
    )
    .command('baseline', 'list, show, copy, delete and move baselines', (below) =>
      declareBaselineCommands(below, (request) => use(() => runBaselineCommand(request, terminal))),
    )
    .command('merge <source..>', 'join the results of shards', declareMergeOptions, (argv) =>
      use(() => runMergeCommand(readMergeRequest(argv), terminal)),
    )
    .command('worker [filter..]', false, {}, (argv) => use(() => work(argv, terminal)));
}
