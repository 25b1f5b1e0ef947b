// Which options does `bench` have, and what do they mean?
import type { Argv } from 'yargs';

import { checkBaselineName } from '../baseline/directory.js';
import { DEFAULT_OPTIONS, type Options, OptionError, parseOptions } from '../bench/index.js';
import { UsageError } from './errors.js';
import type { OptionKind } from './npm.js';
import { nearest } from './suggest.js';

/** What one `bench` command line asks for. */
export interface BenchRequest {
  readonly filters: readonly string[];
  readonly list: boolean;
  readonly all: boolean;
  readonly exact: boolean;
  readonly options: Options;
  readonly saveBaseline: string | undefined;
  readonly baseline: string | undefined;
  readonly verbose: boolean;
  readonly failFast: boolean;
  /** `undefined` leaves it to the terminal. */
  readonly colour: boolean | undefined;
  readonly reportMarkdown: string | undefined;
}

interface OptionSpec {
  readonly kind: OptionKind;
  readonly describe: string;
  /** The option of the bench that a number sets. */
  readonly sets?: keyof Options;
  readonly default?: boolean;
}

const SPECS: Readonly<Record<string, OptionSpec>> = {
  list: { kind: 'flag', describe: 'list the benchmarks and run none; without a filter, those of all suites' },
  all: { kind: 'flag', describe: 'run the suites too that are not run by default' },
  exact: { kind: 'flag', describe: 'take filters as whole ids' },
  'sample-size': number('sampleSize', 'samples per benchmark; fewer than 10 give no verdict'),
  'measurement-time': number('measurementTimeS', 'seconds of measurement per benchmark'),
  'warm-up-time': number('warmUpTimeS', 'seconds of warm-up per benchmark'),
  nresamples: number('nresamples', 'resamples of each bootstrap'),
  'confidence-level': number('confidenceLevel', 'confidence of the intervals, between 0 and 1'),
  'significance-level': number('significanceLevel', 'p below which a difference counts, between 0 and 1'),
  'noise-threshold': number('noiseThreshold', 'relative change that counts as noise, from 0 to 1'),
  seed: number('seed', 'seed of the bootstrap'),
  'save-baseline': { kind: 'text', describe: 'save the results under this name, and compare with what it held' },
  baseline: { kind: 'text', describe: 'compare with the baseline of this name, which must exist' },
  'report-markdown': { kind: 'text', describe: 'write the results to this file as a page of Markdown' },
  verbose: { kind: 'flag', describe: 'print all estimates, exact metrics, and stacks of errors' },
  'fail-fast': { kind: 'flag', describe: 'stop at the first benchmark that fails', default: false },
  color: { kind: 'flag', describe: 'colour the output; otherwise the terminal decides' },
};

function number(sets: keyof Options, describe: string): OptionSpec {
  return { kind: 'number', sets, describe: `${describe} (default ${DEFAULT_OPTIONS[sets].toLocaleString('en')})` };
}

/** The kinds of the options by name. */
export const OPTION_KINDS: ReadonlyMap<string, OptionKind> = new Map(
  Object.entries(SPECS).map(([name, { kind }]) => [name, kind]),
);

/** Declares the options of `bench`. */
export function declareOptions(yargs: Argv): Argv {
  return yargs
    .positional('filter', {
      describe: 'category, such as instantiation, or regular expression over ids; several select what any selects',
      array: true,
      type: 'string',
    })
    .options(
      Object.fromEntries(
        // Values stay text here: what is no number has to be named as it was written.
        Object.entries(SPECS).map(([name, { kind, describe, ...rest }]) => [
          name,
          {
            type: kind === 'flag' ? 'boolean' : 'string',
            describe,
            ...('default' in rest && { default: rest.default }),
          } as const,
        ]),
      ),
    )
    .example('$0 bench instantiation', 'one category')
    .example('$0 bench cold_start --sample-size 5', 'a quick look at what matches')
    .example('$0 bench --save-baseline main', 'keep the results')
    .example('$0 bench --baseline main --save-baseline pr-123', 'compare with them, and keep the new ones');
}

/**
 * Reads what yargs parsed.
 *
 * @throws UsageError for an unknown option, with a suggestion, one given twice, or one with an impossible value.
 */
export function readRequest(argv: Readonly<Record<string, unknown>>): BenchRequest {
  refuseUnknown(argv);
  for (const [name, { kind }] of Object.entries(SPECS)) checkPresence(name, kind, argv[name]);
  return {
    filters: ((argv['filter'] as unknown[] | undefined) ?? []).map(String),
    list: argv['list'] === true,
    all: argv['all'] === true,
    exact: argv['exact'] === true,
    options: readOptions(argv),
    saveBaseline: baselineName(argv['save-baseline']),
    baseline: baselineName(argv['baseline']),
    verbose: argv['verbose'] === true,
    failFast: argv['fail-fast'] === true,
    colour: argv['color'] as boolean | undefined,
    reportMarkdown: argv['report-markdown'] as string | undefined,
  };
}

function refuseUnknown(argv: Readonly<Record<string, unknown>>): void {
  const known = [...Object.keys(SPECS), 'help', 'version'];
  for (const name of Object.keys(argv)) {
    if (name === '_' || name === '$0' || name === 'filter' || known.includes(name)) continue;
    const suggestion = nearest(name, known);
    const fix = suggestion === undefined ? 'see bench --help' : `did you mean --${suggestion}?`;
    // yargs reads --no-name as name: false.
    const written = argv[name] === false ? `no-${name}` : name;
    throw new UsageError(`unknown option ${name.length === 1 ? '-' : '--'}${written}: ${fix}`);
  }
}

function checkPresence(name: string, kind: OptionKind, value: unknown): void {
  if (Array.isArray(value)) throw new UsageError(`--${name} is given ${value.length} times: give it once`);
  if (kind !== 'flag' && value === '')
    throw new UsageError(`--${name} has no value: give one, as in --${name} ${example(name)}`);
}

function example(name: string): string {
  const { sets } = SPECS[name] as OptionSpec;
  if (sets !== undefined) return String(DEFAULT_OPTIONS[sets]);
  return name === 'report-markdown' ? 'docs/baseline.md' : 'main';
}

function readOptions(argv: Readonly<Record<string, unknown>>): Options {
  const numbers = Object.entries(SPECS).flatMap(([name, { sets }]) => {
    return sets === undefined || argv[name] === undefined ? [] : [[sets, Number(argv[name])] as const];
  });
  try {
    return parseOptions(Object.fromEntries(numbers));
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    const name = Object.keys(SPECS).find((key) => SPECS[key]?.sets === error.option) as string;
    throw new UsageError(`--${name} is ${String(argv[name])}: ${error.fix}`, { cause: error });
  }
}

function baselineName(value: unknown): string | undefined {
  return value === undefined ? undefined : checkBaselineName(value as string);
}
