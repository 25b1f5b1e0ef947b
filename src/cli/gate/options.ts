// Options of `bench gate`: their declaration, and the request that they make.
import type { Argv } from 'yargs';

import type { Options } from '../../bench/options.js';
import { type Aspect, ASPECTS } from '../../gate/verdict/comparable.js';
import { UsageError } from '../usage-error.js';
import type { OptionKind } from '../options/option.js';
import {
  checkArguments,
  declare,
  isGiven,
  kindsOf,
  listOf,
  numberOf,
  type OptionSpecs,
  type ParsedArguments,
  textOf,
} from '../options/option.js';
import { readSampling, SAMPLING } from '../options/sampling.js';
import { SELECTION, type SelectionRequest } from '../options/selection.js';

/** The request of one `bench gate` command line. */
export interface GateRequest extends SelectionRequest {
  /** A directory, or the name of a baseline. */
  readonly base: string;
  readonly head: string;
  readonly options: Options;
  readonly rounds: number;
  readonly maxRounds: number;
  /** The relative slow-down that is tolerated. */
  readonly threshold: number;
  /** The relative slow-down that should be detectable. */
  readonly targetDetectable: number;
  /** The relative difference beyond which time counts against a stored baseline. */
  readonly storedFloor: number;
  /** Include the time for which other processes had the processor. */
  readonly wallTime: boolean;
  /** The processor to bind all processes to. */
  readonly pin: number | undefined;
  readonly allowDifferent: readonly Aspect[];
  readonly reportMarkdown: string | undefined;
  readonly reportJson: string | undefined;
  readonly colour: boolean | undefined;
  readonly verbose: boolean;
}

// Short, since there are many processes, and it is the differences between processes that have to be averaged out.
const SAMPLING_DEFAULTS: Readonly<Record<string, string>> = {
  'sample-size': '20',
  'measurement-time': '0.1',
  'warm-up-time': '0.05',
  nresamples: '10000',
};
const DEFAULT_ROUNDS = 6;
const DEFAULT_THRESHOLD = 0.01;
const DEFAULT_DETECTABLE = 0.05;
const DEFAULT_STORED_FLOOR = 1;

const SPECS: OptionSpecs = {
  base: {
    kind: 'text',
    describe: 'the side to compare with: a checkout’s directory, or a baseline',
    example: '../main',
  },
  head: { kind: 'text', describe: 'the side to check: a checkout’s directory, or a baseline', example: '.' },
  ...SELECTION,
  rounds: {
    kind: 'number',
    describe: `rounds of each benchmark, in three fresh processes each (default ${DEFAULT_ROUNDS})`,
    example: '6',
  },
  'max-rounds': {
    kind: 'number',
    describe: 'maximum rounds of benchmarks with a wide spread (default twice --rounds)',
    example: '12',
  },
  threshold: {
    kind: 'number',
    describe: `relative slow-down that is tolerated (default ${DEFAULT_THRESHOLD})`,
    example: '0.05',
  },
  detect: {
    kind: 'number',
    describe: `relative slow-down that should be detectable: benchmarks get more rounds until it is (default ${DEFAULT_DETECTABLE})`,
    example: '0.05',
  },
  'stored-floor': {
    kind: 'number',
    describe: `relative difference beyond which time counts against a stored baseline (default ${DEFAULT_STORED_FLOOR}: twice the time)`,
    example: '0.5',
  },
  'wall-time': { kind: 'flag', describe: 'include the time for which other processes had the processor' },
  pin: { kind: 'number', describe: 'bind all processes to this processor (Linux)', example: '1' },
  'allow-different': {
    kind: 'text',
    describe: `compare even if these differ, separated by commas: ${ASPECTS.join(', ')}, or all`,
    example: 'machine,node',
  },
  'report-markdown': { kind: 'text', describe: 'write a summary for a pull request', example: 'gate.md' },
  'report-json': { kind: 'text', describe: 'write verdicts and all times as JSON', example: 'gate.json' },
  verbose: { kind: 'flag', describe: 'print error stacks' },
  color: { kind: 'flag', describe: 'colour the output (default: if the terminal supports it)' },
  ...Object.fromEntries(
    Object.entries(SAMPLING).map(([name, spec]) => {
      const value = SAMPLING_DEFAULTS[name];
      if (value === undefined) return [name, spec];
      const describe = spec.describe.replace(
        /\(default .*\)/,
        `(default ${Number(value).toLocaleString('en')} in the gate)`,
      );
      return [name, { ...spec, describe, example: value }];
    }),
  ),
};

/** The kinds of the options by name. */
export const GATE_OPTION_KINDS: ReadonlyMap<string, OptionKind> = kindsOf(SPECS);

/** Declares the options of `bench gate`. */
export function declareGateOptions(yargs: Argv): Argv {
  const filters = yargs.positional('filter', {
    describe: 'categories, regular expressions over ids, or suite files, which each checkout resolves by itself',
    array: true,
    type: 'string',
  });
  return declare(filters, SPECS)
    .example('$0 bench gate --base ../main --head .', 'two checkouts in turn')
    .example('$0 bench gate --base ../main --head . benches/mine.bench.ts', 'with your own suite')
    .example('$0 bench gate --base main --head .', 'a stored baseline: exact metrics, and time beyond a wide floor');
}

/** Reads what yargs parsed. @throws UsageError. */
export function readGateRequest(given: ParsedArguments): GateRequest {
  checkArguments(given, SPECS, { command: 'bench gate', positionals: ['filter'] });
  const argv = {
    ...SAMPLING_DEFAULTS,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
  const rounds = wholeOf(argv, 'rounds', 2) ?? DEFAULT_ROUNDS;
  const maxRounds = wholeOf(argv, 'max-rounds', rounds) ?? 2 * rounds;
  return {
    base: required(argv, 'base'),
    head: required(argv, 'head'),
    filters: listOf(argv, 'filter'),
    all: isGiven(argv, 'all'),
    exact: isGiven(argv, 'exact'),
    options: readSampling(argv),
    rounds,
    maxRounds,
    threshold: fractionOf(argv, 'threshold') ?? DEFAULT_THRESHOLD,
    targetDetectable: fractionOf(argv, 'detect') ?? DEFAULT_DETECTABLE,
    storedFloor: fractionOf(argv, 'stored-floor') ?? DEFAULT_STORED_FLOOR,
    wallTime: isGiven(argv, 'wall-time'),
    pin: wholeOf(argv, 'pin', 0),
    allowDifferent: aspectsOf(textOf(argv, 'allow-different')),
    reportMarkdown: textOf(argv, 'report-markdown'),
    reportJson: textOf(argv, 'report-json'),
    colour: argv['color'] as boolean | undefined,
    verbose: isGiven(argv, 'verbose'),
  };
}

const EXAMPLES: Readonly<Record<string, string>> = { base: '../main or main', head: '.' };

function required(argv: ParsedArguments, name: 'base' | 'head'): string {
  const value = textOf(argv, name);
  if (value !== undefined) return value;
  throw new UsageError(`--${name} is missing: give a checkout’s directory or a baseline, such as ${EXAMPLES[name]}`);
}

const MAX_COUNT = 1_000;

function wholeOf(argv: ParsedArguments, name: string, min: number): number | undefined {
  const fix = `give a whole number from ${min} to ${MAX_COUNT.toLocaleString('en')}`;
  const value = numberOf(argv, name, { above: min - 1, max: MAX_COUNT, fix });
  if (value === undefined || Number.isInteger(value)) return value;
  throw new UsageError(`--${name} is ${value}: ${fix}`);
}

function fractionOf(argv: ParsedArguments, name: string): number | undefined {
  return numberOf(argv, name, {
    above: -Number.MIN_VALUE,
    max: 10,
    fix: 'give a number from 0 up to 10, such as 0.05 for five per cent',
  });
}

function aspectsOf(text: string | undefined): readonly Aspect[] {
  if (text === undefined) return [];
  if (text === 'all') return ASPECTS;
  return text.split(',').map((part) => {
    const aspect = ASPECTS.find((one) => one === part.trim());
    if (aspect !== undefined) return aspect;
    throw new UsageError(`--allow-different is ${text}: choose from ${ASPECTS.join(', ')}, or give all`);
  });
}
