// Which options does `bench` have, and what do they mean?
import type { Argv } from 'yargs';

import { DEFAULT_OPTIONS, type Options, parseOptions } from '../../bench/options.js';
import { OptionError } from '../../bench/errors.js';
import { type Profiler, PROFILERS } from '../../bench/suite/definition.js';
import { parseShard, type Shard } from '../../bench/suite/shard.js';
import { UsageError } from '../parse/usage-error.js';
import type { OptionKind } from '../parse/npm.js';
import {
  baselineOf,
  checkArguments,
  declare,
  isGiven,
  kindsOf,
  listOf,
  numberOf,
  type OptionSpec,
  type OptionSpecs,
  type ParsedArguments,
  textOf,
} from '../options/option.js';
import { REPORT_OPTIONS } from '../output/report-files.js';

/** How results are printed: Criterion's text, or the line of `cargo bench` that other tools read. */
export type OutputFormat = 'criterion' | 'bencher';

/** What one `bench` command line asks for. */
export interface BenchRequest {
  /** Categories, regular expressions and whole ids, as well as suite files. */
  readonly filters: readonly string[];
  readonly list: boolean;
  readonly all: boolean;
  readonly exact: boolean;
  /** Instead of measuring: run each benchmark once, or for so many seconds, or read a baseline. */
  readonly instead:
    | { readonly kind: 'test' }
    | { readonly kind: 'profile'; readonly seconds: number; readonly profiler: Profiler | undefined }
    | { readonly kind: 'load'; readonly baseline: string }
    | undefined;
  readonly quick: boolean;
  readonly shard: Shard | undefined;
  readonly options: Options;
  readonly saveBaseline: string | undefined;
  readonly baseline: string | undefined;
  /** Whether benchmarks may lack the baseline that is named. */
  readonly isLenient: boolean;
  /** Compare with the default baseline and leave it as it is. */
  readonly discards: boolean;
  readonly verdict: VerdictRequest;
  readonly output: OutputRequest;
  readonly failFast: boolean;
}

/** When a regression makes the run fail. */
export interface VerdictRequest {
  /** `undefined` leaves it to the environment. */
  readonly failOnRegression: boolean | undefined;
  /** Fraction that a regression has to exceed with its whole interval. */
  readonly threshold: number;
}

/** What is printed and written. */
export interface OutputRequest {
  readonly verbose: boolean;
  /** Print all exact metrics, not only those that changed. Default: where it is verbose. */
  readonly allMetrics?: boolean;
  readonly quiet: boolean;
  /** `undefined` leaves it to the terminal. */
  readonly colour: boolean | undefined;
  readonly format: OutputFormat;
  /** Print a message of JSON for each result, and nothing else, on standard output. */
  readonly isJson: boolean;
  readonly plots: boolean;
  readonly reports: ReadonlyMap<string, string>;
}

/** How long and how strictly is measured. */
export const SAMPLING: Readonly<Record<string, OptionSpec & { readonly sets: keyof Options }>> = {
  'sample-size': sampling('sampleSize', 'samples per benchmark; fewer than 10 give no verdict'),
  'measurement-time': sampling('measurementTimeS', 'seconds of measurement per benchmark'),
  'warm-up-time': sampling('warmUpTimeS', 'seconds of warm-up per benchmark'),
  nresamples: sampling('nresamples', 'resamples of each bootstrap'),
  'confidence-level': sampling('confidenceLevel', 'confidence of the intervals, between 0 and 1'),
  'significance-level': sampling('significanceLevel', 'p below which a difference counts, between 0 and 1'),
  'noise-threshold': sampling('noiseThreshold', 'relative change that counts as noise, from 0 to 1'),
  seed: sampling('seed', 'seed of the bootstrap'),
};

function sampling(sets: keyof Options, describe: string): OptionSpec & { readonly sets: keyof Options } {
  const value = DEFAULT_OPTIONS[sets];
  return {
    kind: 'number',
    sets,
    describe: `${describe} (default ${value.toLocaleString('en')})`,
    example: String(value),
  };
}

/** Which benchmarks are meant. */
export const SELECTING_BY_ID: OptionSpecs = {
  all: { kind: 'flag', describe: 'run the suites too that are not run by default' },
  exact: { kind: 'flag', describe: 'take filters as whole ids' },
};

const SELECTING: OptionSpecs = {
  list: { kind: 'flag', describe: 'list the benchmarks and run none; without a filter, those of all suites' },
  ...SELECTING_BY_ID,
  shard: {
    kind: 'text',
    describe: 'run only the i-th of n parts, as in 1/4; join them by bench merge',
    example: '1/4',
  },
};

const INSTEAD: OptionSpecs = {
  test: { kind: 'flag', describe: 'run each benchmark once, to see that it works' },
  'profile-time': { kind: 'number', describe: 'run each for so many seconds, without analysis', example: '10' },
  profiler: {
    kind: 'text',
    describe: `what learns of the guests' code in that time: ${PROFILERS.join(', ')}`,
    choices: PROFILERS,
  },
  'load-baseline': { kind: 'text', describe: 'report this baseline, and measure nothing', example: 'main' },
  quick: { kind: 'flag', describe: 'stop sampling as soon as two batches agree; gives no verdict' },
};

const BASELINES: OptionSpecs = {
  'save-baseline': {
    kind: 'text',
    alias: 's',
    describe: 'save the results under this name, and compare with what it held',
    example: 'main',
  },
  baseline: {
    kind: 'text',
    alias: 'b',
    describe: 'compare with the baseline of this name, which must exist',
    example: 'main',
  },
  'baseline-lenient': {
    kind: 'text',
    describe: 'the same, but benchmarks may lack it',
    example: 'main',
  },
  'discard-baseline': { kind: 'flag', describe: 'compare with the last run, and keep that for the next' },
  'fail-on-regression': {
    kind: 'flag',
    describe: 'exit with 1 where performance has regressed (default where CI is set)',
  },
  threshold: {
    kind: 'number',
    describe: 'relative regression that the whole interval has to exceed for that (default: the noise threshold)',
    example: '0.05',
  },
};

const OUTPUT: OptionSpecs = {
  ...REPORT_OPTIONS,
  'output-format': {
    kind: 'text',
    describe: 'how results are printed: criterion or bencher (default criterion)',
    choices: ['criterion', 'bencher'],
  },
  'message-format': {
    kind: 'text',
    describe: 'print results as lines of this format, as cargo-criterion does: json',
    choices: ['json'],
  },
  plots: {
    kind: 'flag',
    describe: 'write an HTML report beside the results; --no-plots writes none',
    default: true,
  },
  noplot: { kind: 'flag', alias: 'n', describe: 'the same as --no-plots, as Criterion has it' },
  verbose: { kind: 'flag', alias: 'v', describe: 'print all estimates, exact metrics, and stacks of errors' },
  quiet: { kind: 'flag', describe: 'print results alone: no progress, no summary' },
  color: { kind: 'flag', describe: 'colour the output; otherwise the terminal decides' },
};

/** Options that commands which measure have in common. */
export const MEASURING: OptionSpecs = {
  ...SAMPLING,
  ...INSTEAD,
  ...BASELINES,
  ...OUTPUT,
  'fail-fast': { kind: 'flag', describe: 'stop at the first benchmark that fails', default: false },
};

const SPECS: OptionSpecs = { ...SELECTING, ...MEASURING };

/** The kinds of the options by name. */
export const OPTION_KINDS: ReadonlyMap<string, OptionKind> = kindsOf(SPECS);

/** Declares the options of `bench`. */
export function declareOptions(yargs: Argv): Argv {
  const filters = yargs.positional('filter', {
    describe:
      'suite files, such as mine.bench.ts, and which of their benchmarks: categories, or regular expressions over ids. In a clone of this project the suites are there without a file',
    array: true,
    type: 'string',
  });
  return declare(filters, SPECS)
    .example('$0 bench instantiation', 'one category')
    .example('$0 bench cold_start --sample-size 5', 'a quick look at what matches')
    .example('$0 bench --save-baseline main', 'keep the results')
    .example('$0 bench --baseline main --save-baseline pr-123', 'compare with them, and keep the new ones')
    .example('$0 bench --load-baseline pr-123 --baseline main', 'compare what is kept, and measure nothing')
    .example('$0 bench benches/mine.bench.ts', 'a suite of your own');
}

/**
 * Reads what yargs parsed.
 *
 * @throws UsageError for an unknown option, with a suggestion, one given twice, or one with an impossible value.
 */
export function readRequest(argv: ParsedArguments): BenchRequest {
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

/** The part of a request that commands which measure have in common. */
export type MeasuringRequest = Omit<BenchRequest, 'filters' | 'list' | 'all' | 'exact' | 'shard'>;

/** Reads the options of `MEASURING`, which `checkArguments` has seen. @throws UsageError. */
export function readMeasuring(argv: ParsedArguments): MeasuringRequest {
  refusePairs(argv);
  const options = readOptions(argv);
  const lenient = baselineOf(argv, 'baseline-lenient');
  return {
    instead: readInstead(argv),
    quick: isGiven(argv, 'quick'),
    options,
    saveBaseline: baselineOf(argv, 'save-baseline'),
    baseline: baselineOf(argv, 'baseline') ?? lenient,
    isLenient: lenient !== undefined,
    discards: isGiven(argv, 'discard-baseline'),
    verdict: readVerdict(argv, options),
    output: readOutput(argv),
    failFast: isGiven(argv, 'fail-fast'),
  };
}

/** What cannot be meant together. */
const PAIRS: readonly (readonly [string, string, string])[] = [
  ['baseline', 'baseline-lenient', 'give the one that says whether the baseline must exist'],
  ['save-baseline', 'discard-baseline', 'either keep the results or do not'],
  ['load-baseline', 'save-baseline', 'a loaded baseline is copied by bench baseline copy'],
  ['load-baseline', 'test', 'choose one'],
  ['load-baseline', 'profile-time', 'choose one'],
  ['load-baseline', 'quick', 'nothing is sampled where a baseline is loaded'],
  ['test', 'profile-time', 'choose one'],
  ...['test', 'profile-time'].flatMap((instead) =>
    Object.keys(REPORT_OPTIONS).map((name) => [instead, name, 'nothing is measured that it could hold'] as const),
  ),
  ['test', 'quick', 'choose one'],
  ['quick', 'profile-time', 'choose one'],
  ['quick', 'sample-size', 'a quick sample is always two batches'],
  ['output-format', 'message-format', 'standard output has room for one'],
  ['verbose', 'quiet', 'choose one'],
];

function refusePairs(argv: ParsedArguments): void {
  const isThere = (name: string) => argv[name] !== undefined && argv[name] !== false;
  for (const [a, b, fix] of PAIRS) {
    if (isThere(a) && isThere(b)) throw new UsageError(`--${a} and --${b} exclude each other: ${fix}`);
  }
}

/** Reads the sampling options, such as `--sample-size`. @throws UsageError naming the option, the value and the fix. */
export function readOptions(argv: ParsedArguments): Options {
  const numbers = Object.entries(SAMPLING).flatMap(([name, { sets }]) => {
    return argv[name] === undefined ? [] : [[sets, Number(argv[name])] as const];
  });
  try {
    return parseOptions(Object.fromEntries(numbers));
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    const name = Object.keys(SAMPLING).find((key) => SAMPLING[key]?.sets === error.option) as string;
    throw new UsageError(`--${name} is ${String(argv[name])}: ${error.fix}`, { cause: error });
  }
}

const SECONDS_PER_DAY = 86_400;

function readInstead(argv: ParsedArguments): BenchRequest['instead'] {
  const fix = 'give a number of seconds above 0 and up to 86400, such as 10';
  const seconds = numberOf(argv, 'profile-time', { above: 0, most: SECONDS_PER_DAY, fix });
  const baseline = baselineOf(argv, 'load-baseline');
  if (isGiven(argv, 'test')) return { kind: 'test' };
  const profiler = textOf(argv, 'profiler') as Profiler | undefined;
  if (seconds !== undefined) return { kind: 'profile', seconds, profiler };
  if (profiler !== undefined) {
    throw new UsageError(`--profiler is ${profiler}, and nothing runs for it: give --profile-time as well, such as 10`);
  }
  return baseline === undefined ? undefined : { kind: 'load', baseline };
}

function readVerdict(argv: ParsedArguments, { noiseThreshold }: Options): VerdictRequest {
  const fix = 'give a number from 0 up to 10, such as 0.05 for five per cent';
  return {
    failOnRegression: argv['fail-on-regression'] as boolean | undefined,
    threshold: numberOf(argv, 'threshold', { above: -Number.MIN_VALUE, most: 10, fix }) ?? noiseThreshold,
  };
}

function readOutput(argv: ParsedArguments): OutputRequest {
  const reports = Object.keys(REPORT_OPTIONS).flatMap((name) => {
    const file = textOf(argv, name);
    return file === undefined ? [] : [[name.replace('report-', ''), file] as const];
  });
  return {
    verbose: isGiven(argv, 'verbose'),
    quiet: isGiven(argv, 'quiet'),
    colour: argv['color'] as boolean | undefined,
    format: (textOf(argv, 'output-format') ?? 'criterion') as OutputFormat,
    isJson: textOf(argv, 'message-format') === 'json',
    plots: argv['plots'] !== false && !isGiven(argv, 'noplot'),
    reports: new Map(reports),
  };
}
