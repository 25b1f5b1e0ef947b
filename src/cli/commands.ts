// Command table: the commands of the program and the functions that run them.
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

/** The command that a command line selects. @returns The exit status. */
export type Command = () => Promise<number>;

/** The top-level commands. */
export const COMMANDS: readonly string[] = ['bench', 'measure'];

/** The options that npm may have consumed from a command line that starts with these words. */
export function kindsOfCommand([first, second]: readonly string[]): ReadonlyMap<string, OptionKind> {
  if (first !== 'bench') return new Map();
  if (second === 'gate') return GATE_OPTION_KINDS;
  return second === 'baseline' || second === 'merge' ? new Map() : BENCH_OPTION_KINDS;
}

/** Declares all commands. @param use - Called with the selected command. */
export function declareCommands(yargs: Argv, context: CliContext, use: (command: Command) => void): Argv {
  return yargs
    .command(
      'bench [filter..]',
      'run benchmarks and compare them with a baseline',
      (bench) => declareSubcommands(declareBenchOptions(bench), context, use),
      (argv) => use(() => runBenchCommand(readBenchRequest(argv), context)),
    )
    .command('measure [guest]', 'measure a component or core module', declareMeasureOptions, (argv) =>
      use(() => runMeasureCommand(readMeasureRequest(argv), context)),
    );
}

function declareSubcommands(yargs: Argv, context: CliContext, use: (command: Command) => void): Argv {
  return yargs
    .command('gate [filter..]', 'compare two checkouts and fail on a regression', declareGateOptions, (argv) =>
      use(() => runGateCommand(readGateRequest(argv), context)),
    )
    .command('baseline', 'list, show, copy, delete, export and import baselines', (baseline) =>
      declareBaselineCommands(baseline, (request) => use(() => runBaselineCommand(request, context))),
    )
    .command('merge <source..>', 'merge the results of shards', declareMergeOptions, (argv) =>
      use(() => runMergeCommand(readMergeRequest(argv), context)),
    )
    .command('worker [filter..]', false, {}, (argv) => use(() => runWorkerCommand(argv, context)));
}
