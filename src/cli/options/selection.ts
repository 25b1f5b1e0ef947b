// Selection options: which benchmarks `bench` and `bench gate` run.
import type { OptionSpecs } from './option.js';

/** The options that select benchmarks, beside the filters. */
export const SELECTION: OptionSpecs = {
  all: { kind: 'flag', describe: 'also run the suites that are off by default' },
  exact: { kind: 'flag', describe: 'match filters as whole ids' },
};

/** The benchmarks that a command line selects. */
export interface SelectionRequest {
  /** Categories, regular expressions over ids, whole ids and suite files. */
  readonly filters: readonly string[];
  /** Include suites that are off by default. */
  readonly all: boolean;
  /** Match filters as whole ids. */
  readonly exact: boolean;
}
