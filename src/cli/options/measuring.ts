// Measuring options: what `bench` and `measure` have in common.
import type { Options } from '../../bench/options.js';
import { type Profiler, PROFILERS } from '../../bench/suite/definition.js';
import { UsageError } from '../usage-error.js';
import { baselineOf, isGiven, numberOf, type OptionSpecs, type ParsedArguments, textOf } from './option.js';
import { OUTPUT, type OutputRequest, readOutput, REPORT_OPTIONS } from './output.js';
import { readSampling, SAMPLING } from './sampling.js';

/** An action in place of measuring: run each benchmark once, run each for a while, or report a saved baseline. */
export type Mode =
  | { readonly kind: 'test' }
  | { readonly kind: 'profile'; readonly seconds: number; readonly profiler: Profiler | undefined }
  | { readonly kind: 'load'; readonly baseline: string };

/** Conditions under which a regression makes the run fail. */
export interface VerdictRequest {
  /** `undefined`: decided by the environment variable `CI`. */
  readonly failOnRegression: boolean | undefined;
  /** Relative change that a regression's whole interval has to exceed. */
  readonly threshold: number;
}

/** The part of a request that `bench` and `measure` have in common. */
export interface MeasuringRequest {
  /** `undefined`: measure. */
  readonly mode: Mode | undefined;
  readonly quick: boolean;
  readonly options: Options;
  readonly saveBaseline: string | undefined;
  readonly baseline: string | undefined;
  /** Whether benchmarks may lack the named baseline. */
  readonly isLenient: boolean;
  /** Compare with the default baseline and leave it unchanged. */
  readonly discardBaseline: boolean;
  readonly verdict: VerdictRequest;
  readonly output: OutputRequest;
  readonly failFast: boolean;
}

const MODES: OptionSpecs = {
  test: { kind: 'flag', describe: 'run each benchmark once, to check that it works' },
  'profile-time': { kind: 'number', describe: 'run each for this many seconds, without analysis', example: '10' },
  profiler: {
    kind: 'text',
    describe: `profiler that sees the guests' code during --profile-time: ${PROFILERS.join(', ')}`,
    choices: PROFILERS,
  },
  'load-baseline': { kind: 'text', describe: 'report this baseline instead of measuring', example: 'main' },
  quick: { kind: 'flag', describe: 'stop sampling as soon as two batches agree; no verdict' },
};

const BASELINES: OptionSpecs = {
  'save-baseline': {
    kind: 'text',
    alias: 's',
    describe: 'save the results under this name, and compare with the results it held before',
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
    describe: 'like --baseline, but benchmarks may lack it',
    example: 'main',
  },
  'discard-baseline': { kind: 'flag', describe: 'compare with the last run, and keep it as the reference' },
  'fail-on-regression': {
    kind: 'flag',
    describe: 'exit with 1 if performance has regressed (default if CI is set)',
  },
  threshold: {
    kind: 'number',
    describe: 'relative change that a regression must exceed to fail the run (default: the noise threshold)',
    example: '0.05',
  },
};

/** The options that `bench` and `measure` have in common. */
export const MEASURING: OptionSpecs = {
  ...SAMPLING,
  ...MODES,
  ...BASELINES,
  ...OUTPUT,
  'fail-fast': { kind: 'flag', describe: 'stop at the first benchmark that fails', default: false },
};

/** Reads the options of `MEASURING`, once `checkArguments` has checked them. @throws UsageError. */
export function readMeasuring(argv: ParsedArguments): MeasuringRequest {
  rejectConflicts(argv);
  const options = readSampling(argv);
  const lenient = baselineOf(argv, 'baseline-lenient');
  return {
    mode: readMode(argv),
    quick: isGiven(argv, 'quick'),
    options,
    saveBaseline: baselineOf(argv, 'save-baseline'),
    baseline: baselineOf(argv, 'baseline') ?? lenient,
    isLenient: lenient !== undefined,
    discardBaseline: isGiven(argv, 'discard-baseline'),
    verdict: readVerdict(argv, options),
    output: readOutput(argv),
    failFast: isGiven(argv, 'fail-fast'),
  };
}

/** Two options that exclude each other, and the fix. */
const CONFLICTS: readonly (readonly [string, string, string])[] = [
  ['baseline', 'baseline-lenient', 'give the one that says whether the baseline must exist'],
  ['save-baseline', 'discard-baseline', 'either keep the results or do not'],
  ['load-baseline', 'save-baseline', 'copy a loaded baseline with bench baseline copy'],
  ['load-baseline', 'test', 'choose one'],
  ['load-baseline', 'profile-time', 'choose one'],
  ['load-baseline', 'quick', 'loading a baseline samples nothing'],
  ['test', 'profile-time', 'choose one'],
  ...['test', 'profile-time'].flatMap((mode) =>
    Object.keys(REPORT_OPTIONS).map((name) => [mode, name, 'there are no measurements to report'] as const),
  ),
  ['test', 'quick', 'choose one'],
  ['quick', 'profile-time', 'choose one'],
  ['quick', 'sample-size', 'a quick sample is always two batches'],
  ['output-format', 'message-format', 'standard output has room for one'],
  ['verbose', 'quiet', 'choose one'],
];

function rejectConflicts(argv: ParsedArguments): void {
  const isThere = (name: string) => argv[name] !== undefined && argv[name] !== false;
  for (const [a, b, fix] of CONFLICTS) {
    if (isThere(a) && isThere(b)) throw new UsageError(`--${a} and --${b} exclude each other: ${fix}`);
  }
}

const SECONDS_PER_DAY = 86_400;

function readMode(argv: ParsedArguments): Mode | undefined {
  const fix = 'give a number of seconds above 0 and up to 86400, such as 10';
  const seconds = numberOf(argv, 'profile-time', { above: 0, max: SECONDS_PER_DAY, fix });
  const baseline = baselineOf(argv, 'load-baseline');
  if (isGiven(argv, 'test')) return { kind: 'test' };
  const profiler = textOf(argv, 'profiler') as Profiler | undefined;
  if (seconds !== undefined) return { kind: 'profile', seconds, profiler };
  if (profiler !== undefined) {
    throw new UsageError(`--profiler is ${profiler}, but nothing runs for it: also give --profile-time, such as 10`);
  }
  return baseline === undefined ? undefined : { kind: 'load', baseline };
}

function readVerdict(argv: ParsedArguments, { noiseThreshold }: Options): VerdictRequest {
  const fix = 'give a number from 0 up to 10, such as 0.05 for five per cent';
  return {
    failOnRegression: argv['fail-on-regression'] as boolean | undefined,
    threshold: numberOf(argv, 'threshold', { above: -Number.MIN_VALUE, max: 10, fix }) ?? noiseThreshold,
  };
}
