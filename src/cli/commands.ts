// Which commands are there, and what does each run?
import type { Argv } from 'yargs';

import { runBaselineCommand } from './baseline/command.js';
import { declareBaselineCommands } from './baseline/options.js';
import { runBenchCommand } from './bench/command.js';
import { declareBenchOptions, BENCH_OPTION_KINDS, readBenchRequest } from './bench/options.js';
import { runGateCommand } from './gate/command.js';
import { declareGateOptions, GATE_OPTION_KINDS, readGateRequest } from './gate/options.js';
import { declareMergeOptions, readMergeRequest, runMergeCommand } from './merge/command.js';
import { runMeasureCommand } from './measure/command.js';
import { declareMeasureOptions, readMeasureRequest } from './measure/options.js';
import type { OptionKind } from './options/option.js';
import type { CliContext } from './context.js';
import { runWorkerCommand } from './gate/worker.js';

/** What a command line turned out to ask for; it gives the exit status. */
export type Command = () => Promise<number>;

/** The commands that begin a command line. */
export const COMMANDS: readonly string[] = ['bench', 'measure'];

/** The options that npm may have kept of a command line that begins with these words. */
export function kindsOfCommand([first, second]: readonly string[]): ReadonlyMap<string, OptionKind> {
  if (first !== 'bench') return new Map();
  if (second === 'gate') return GATE_OPTION_KINDS;
  return second === 'baseline' || second === 'merge' ? new Map() : BENCH_OPTION_KINDS;
}

/** Declares all commands. @param use - Called with the one that the command line names. */
export function declareCommands(yargs: Argv, context: CliContext, use: (command: Command) => void): Argv {
  return yargs
    .command(
      'bench [filter..]',
      'run benchmarks and compare them with a baseline',
      (below) => declareBelowBench(declareBenchOptions(below), context, use),
      (argv) => use(() => runBenchCommand(readBenchRequest(argv), context)),
    )
    .command('measure [guest]', "measure anybody's component or core module", declareMeasureOptions, (argv) =>
      use(() => runMeasureCommand(readMeasureRequest(argv), context)),
    );
}

function declareBelowBench(yargs: Argv, context: CliContext, use: (command: Command) => void): Argv {
  return yargs
    .command('gate [filter..]', 'compare two checkouts, and fail on a regression', declareGateOptions, (argv) =>
      use(() => runGateCommand(readGateRequest(argv), context)),
    )
    .command('baseline', 'list, show, copy, delete and move baselines', (below) =>
      declareBaselineCommands(below, (request) => use(() => runBaselineCommand(request, context))),
    )
    .command('merge <source..>', 'join the results of shards', declareMergeOptions, (argv) =>
      use(() => runMergeCommand(readMergeRequest(argv), context)),
    )
    .command('worker [filter..]', false, {}, (argv) => use(() => runWorkerCommand(argv, context)));
}
