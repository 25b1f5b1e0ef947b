// Which options does `bench gate` have, and what do they mean?
import type { Argv } from 'yargs';

import type { Options } from '../../bench/options.js';
import { type Aspect, ASPECTS } from '../../gate/verdict/comparable.js';
import { readOptions, SAMPLING, SELECTING_BY_ID } from '../bench/options.js';
import { UsageError } from '../parse/usage-error.js';
import type { OptionKind } from '../parse/npm.js';
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
import type { SelectionRequest } from '../suite-files/selection.js';

/** What one `bench gate` command line asks for. */
export interface GateRequest extends SelectionRequest {
  /** A directory, or the name of a baseline. */
  readonly base: string;
  readonly head: string;
  readonly options: Options;
  readonly rounds: number;
  readonly mostRounds: number;
  /** Fractions. */
  readonly threshold: number;
  readonly wanted: number;
  readonly storedFloor: number;
  /** Count the time too for which others had the processor. */
  readonly wallTime: boolean;
  /** The processor that all processes are bound to. */
  readonly pin: number | undefined;
  readonly allowed: readonly Aspect[];
  readonly reportMarkdown: string | undefined;
  readonly reportJson: string | undefined;
  readonly colour: boolean | undefined;
  readonly verbose: boolean;
}

// Short for each process, since there are many: what is to be averaged out differs between processes.
const PACE: Readonly<Record<string, string>> = {
  'sample-size': '20',
  'measurement-time': '0.1',
  'warm-up-time': '0.05',
  nresamples: '10000',
};
const ROUNDS = 6;
const DEFAULT_THRESHOLD = 0.01;
const WANTED = 0.05;
const STORED_FLOOR = 1;

const SPECS: OptionSpecs = {
  base: { kind: 'text', describe: 'what is compared with: a checkout’s directory, or a baseline', example: '../main' },
  head: { kind: 'text', describe: 'what is judged, likewise', example: '.' },
  ...SELECTING_BY_ID,
  rounds: {
    kind: 'number',
    describe: `rounds of each benchmark, in three fresh processes each (default ${ROUNDS})`,
    example: '6',
  },
  'max-rounds': {
    kind: 'number',
    describe: 'rounds of those benchmarks whose spread is wide (default twice the rounds)',
    example: '12',
  },
  threshold: {
    kind: 'number',
    describe: `relative slow-down that is tolerated (default ${DEFAULT_THRESHOLD})`,
    example: '0.05',
  },
  detect: {
    kind: 'number',
    describe: `relative slow-down that is to be detectable: wide benchmarks get more rounds until it is (default ${WANTED})`,
    example: '0.05',
  },
  'stored-floor': {
    kind: 'number',
    describe: `relative difference from which time counts against a stored baseline (default ${STORED_FLOOR}: double)`,
    example: '0.5',
  },
  'wall-time': { kind: 'flag', describe: 'count the time too for which others had the processor' },
  pin: { kind: 'number', describe: 'bind all processes to this processor (Linux)', example: '1' },
  'allow-different': {
    kind: 'text',
    describe: `compare although these differ, with commas between: ${ASPECTS.join(', ')}, or all`,
    example: 'machine,node',
  },
  'report-markdown': { kind: 'text', describe: 'write a summary for a pull request', example: 'gate.md' },
  'report-json': { kind: 'text', describe: 'write judgements and all times as JSON', example: 'gate.json' },
  verbose: { kind: 'flag', describe: 'print stacks of errors' },
  color: { kind: 'flag', describe: 'colour the output; otherwise the terminal decides' },
  ...Object.fromEntries(
    Object.entries(SAMPLING).map(([name, spec]) => {
      const value = PACE[name];
      if (value === undefined) return [name, spec];
      const describe = spec.describe.replace(/\(default .*\)/, `of each process (default ${value})`);
      return [name, { ...spec, describe, example: value }];
    }),
  ),
};

/** The kinds of the options by name. */
export const GATE_OPTION_KINDS: ReadonlyMap<string, OptionKind> = kindsOf(SPECS);

/** Declares the options of `bench gate`. */
export function declareGateOptions(yargs: Argv): Argv {
  const filters = yargs.positional('filter', {
    describe: 'category, regular expression over ids, or suite files, which are taken from each checkout',
    array: true,
    type: 'string',
  });
  return declare(filters, SPECS)
    .example('$0 bench gate --base ../main --head .', 'two checkouts in turn')
    .example('$0 bench gate --base ../main --head . benches/mine.bench.ts', 'with a suite of your own')
    .example('$0 bench gate --base main --head .', 'a stored baseline: exact metrics, and time beyond a wide floor');
}

/** Reads what yargs parsed. @throws UsageError. */
export function readGateRequest(given: ParsedArguments): GateRequest {
  checkArguments(given, SPECS, { command: 'bench gate', positionals: ['filter'] });
  const argv = { ...PACE, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
  const rounds = wholeOf(argv, 'rounds', 2) ?? ROUNDS;
  const mostRounds = wholeOf(argv, 'max-rounds', rounds) ?? 2 * rounds;
  return {
    base: required(argv, 'base'),
    head: required(argv, 'head'),
    filters: listOf(argv, 'filter'),
    all: isGiven(argv, 'all'),
    exact: isGiven(argv, 'exact'),
    options: readOptions(argv),
    rounds,
    mostRounds,
    threshold: fractionOf(argv, 'threshold') ?? DEFAULT_THRESHOLD,
    wanted: fractionOf(argv, 'detect') ?? WANTED,
    storedFloor: fractionOf(argv, 'stored-floor') ?? STORED_FLOOR,
    wallTime: isGiven(argv, 'wall-time'),
    pin: wholeOf(argv, 'pin', 0),
    allowed: aspectsOf(textOf(argv, 'allow-different')),
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

const MOST = 1_000;

function wholeOf(argv: ParsedArguments, name: string, least: number): number | undefined {
  const fix = `give a whole number from ${least} to ${MOST.toLocaleString('en')}`;
  const value = numberOf(argv, name, { above: least - 1, most: MOST, fix });
  if (value === undefined || Number.isInteger(value)) return value;
  throw new UsageError(`--${name} is ${value}: ${fix}`);
}

function fractionOf(argv: ParsedArguments, name: string): number | undefined {
  return numberOf(argv, name, {
    above: -Number.MIN_VALUE,
    most: 10,
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
