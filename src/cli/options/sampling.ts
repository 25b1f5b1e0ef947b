// Sampling options: how long and how strictly `bench`, `measure` and `bench gate` measure.
import { OptionError } from '../../bench/errors.js';
import { DEFAULT_OPTIONS, type Options, parseOptions } from '../../bench/options.js';
import { UsageError } from '../usage-error.js';
import type { OptionSpec, ParsedArguments } from './option.js';

/** An option that sets one of the bench's own options. */
interface SamplingSpec extends OptionSpec {
  readonly sets: keyof Options;
}

/** The sampling options by name. */
export const SAMPLING: Readonly<Record<string, SamplingSpec>> = {
  'sample-size': spec('sampleSize', 'batches per benchmark; no verdict with fewer than 10'),
  'measurement-time': spec('measurementTimeS', 'seconds of measurement per benchmark'),
  'warm-up-time': spec('warmUpTimeS', 'seconds of warm-up per benchmark'),
  nresamples: spec('nresamples', 'resamples of each bootstrap'),
  'confidence-level': spec('confidenceLevel', 'confidence level of the intervals, between 0 and 1'),
  'significance-level': spec('significanceLevel', 'p-value below which a difference is significant, between 0 and 1'),
  'noise-threshold': spec('noiseThreshold', 'relative change that counts as noise, from 0 to 1'),
  seed: spec('seed', 'seed of the bootstrap'),
};

function spec(sets: keyof Options, describe: string): SamplingSpec {
  const value = DEFAULT_OPTIONS[sets];
  return {
    kind: 'number',
    sets,
    describe: `${describe} (default ${value.toLocaleString('en')})`,
    example: String(value),
  };
}

/** Reads the options of `SAMPLING`. @throws UsageError naming the option, the value and the fix. */
export function readSampling(argv: ParsedArguments): Options {
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
