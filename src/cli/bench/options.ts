// Options of `bench`: their declaration, and the request that they make.
import type { Argv } from 'yargs';

import { OptionError } from '../../bench/errors.js';
import { parseShard, type Shard } from '../../bench/suite/shard.js';
import { MEASURING, type MeasuringRequest, readMeasuring } from '../options/measuring.js';
import {
  checkArguments,
  declare,
  isGiven,
  kindsOf,
  listOf,
  type OptionKind,
  type OptionSpecs,
  type ParsedArguments,
  textOf,
} from '../options/option.js';
import { SELECTION, type SelectionRequest } from '../options/selection.js';
import { UsageError } from '../usage-error.js';

/** The request of one `bench` command line. */
export interface BenchRequest extends MeasuringRequest, SelectionRequest {
  /** List the benchmarks instead of running them. */
  readonly list: boolean;
  readonly shard: Shard | undefined;
}

const SPECS: OptionSpecs = {
  list: { kind: 'flag', describe: 'list benchmarks and run none; without a filter, those of all suites' },
  ...SELECTION,
  shard: {
    kind: 'text',
    describe: 'run only the i-th of n shards, such as 1/4; join them with bench merge',
    example: '1/4',
  },
  ...MEASURING,
};

/** The kinds of the options by name. */
export const BENCH_OPTION_KINDS: ReadonlyMap<string, OptionKind> = kindsOf(SPECS);

/** Declares the options of `bench`. */
export function declareBenchOptions(yargs: Argv): Argv {
  const filters = yargs.positional('filter', {
    describe:
      'suite files, such as mine.bench.ts, and which of their benchmarks: categories, or regular expressions over ids. In a clone of this project, filters select from its own suites',
    array: true,
    type: 'string',
  });
  return declare(filters, SPECS)
    .example('$0 bench instantiation', 'one category')
    .example('$0 bench cold_start --sample-size 5', 'a quick look at what matches')
    .example('$0 bench --save-baseline main', 'save the results')
    .example('$0 bench --baseline main --save-baseline pr-123', 'compare with them, and save the new ones')
    .example('$0 bench --load-baseline pr-123 --baseline main', 'compare saved results, and measure nothing')
    .example('$0 bench benches/mine.bench.ts', 'your own suite');
}

/**
 * Reads what yargs parsed.
 *
 * @throws UsageError for an unknown option, with a suggestion, one given twice, or one with an impossible value.
 */
export function readBenchRequest(argv: ParsedArguments): BenchRequest {
  checkArguments(argv, SPECS, { command: 'bench', positionals: ['filter'] });
  return {
    filters: listOf(argv, 'filter'),
    list: isGiven(argv, 'list'),
    all: isGiven(argv, 'all'),
    exact: isGiven(argv, 'exact'),
    shard: readShard(argv),
    ...readMeasuring(argv),
  };
}

function readShard(argv: ParsedArguments): Shard | undefined {
  const text = textOf(argv, 'shard');
  try {
    return text === undefined ? undefined : parseShard(text);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw new UsageError(`--shard is ${text}: ${error.fix}`, { cause: error });
  }
}
