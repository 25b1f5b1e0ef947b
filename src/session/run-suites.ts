// How does a program run suites, without a command line?
import * as fileSystem from 'node:fs/promises';

import { checkBaselineName, rootDirectory } from '../baseline/files/directory.js';
import { shown } from '../bench/suite/validate.js';
import { BenchError, OptionError } from '../bench/errors.js';
import { checkSuites } from '../bench/suite/check-suites.js';
import { DEFAULT_OPTIONS, type Options, parseOptions } from '../bench/options.js';
import { defineSuite, type SuiteOptions } from '../bench/suite/define.js';
import { selectBenchmarks } from '../bench/suite/select.js';
import type { Suite } from '../bench/suite/definition.js';
import { systemClock } from '../bench/sampling/clock.js';
import { isObject } from '../bench/suite/fields.js';
import { refuseUnknownOptions } from '../bench/options.js';
import type { RunReport } from '../report/run-report.js';
import { keepingOf } from './baseline-plan.js';
import type { Keeping, SessionObserver } from './request.js';
import { runSession } from './run-session.js';

/** Where measurements are kept, and what they are compared with. */
export interface KeepOptions {
  /** Default: as on the command line, `CRITERION_HOME` or `target/criterion`. */
  readonly directory?: string;
  /** Compare with the baseline of this name, which every benchmark must have. Default: with the last run. */
  readonly baseline?: string;
  /** Save under this name. Default `base`, which the next run is compared with, unless `baseline` is given. */
  readonly saveBaseline?: string;
}

/** What a run from code may be told; sample size, times and the like are those of the command line. */
export interface RunSuitesOptions extends Partial<Options> {
  /** Categories or regular expressions over ids. Default: all benchmarks of all suites that are run by default. */
  readonly filters?: readonly string[];
  /** Run the suites too that are not run by default. Default false. */
  readonly all?: boolean;
  /** Take filters as whole ids. Default false. */
  readonly exact?: boolean;
  /** Read and write measurements. Default: nothing is kept and nothing compared. */
  readonly keep?: KeepOptions;
  /** Sample as shortly as gives a rough figure. Default false. */
  readonly quick?: boolean;
  /** Stop at the first benchmark that fails. Default false. */
  readonly failFast?: boolean;
  /** Ends the run after the current batch; the report holds what was finished. */
  readonly signal?: AbortSignal;
  /** Is told of each benchmark as it goes. */
  readonly observer?: SessionObserver;
}

/**
 * Measures `suites` in this process, one benchmark after another, and prints nothing.
 *
 * @param suites - What `defineSuite` made, or what it takes.
 * @param given - How to measure, what, and whether to keep it.
 * @returns The report; benchmarks that threw stand in its `failures`.
 * @throws BenchError with `BAD_DEFINITION`, `BAD_OPTION` or `NO_MATCH`, and BaselineError, before anything is measured.
 */
export async function runSuites(
  suites: readonly (Suite | SuiteOptions)[],
  given: RunSuitesOptions = {},
): Promise<RunReport> {
  checkCall(suites, given);
  const { filters = [], all = false, exact = false, keep, quick, failFast, signal, observer, ...options } = given;
  const defined = suites.map(defineSuite);
  checkSuites(defined);
  const { report } = await runSession(
    {
      suites: defined,
      selected: selectBenchmarks(defined, { filters, all, exact }),
      options: parseOptions(options),
      isQuick: quick ?? false,
      failFast: failFast ?? false,
      ...(keep && { keeping: keepingFrom(keep) }),
      workingDirectory: process.cwd(),
      clock: systemClock,
      ...(signal && { signal }),
    },
    observer,
  );
  return report;
}

const OWN = ['filters', 'all', 'exact', 'keep', 'quick', 'failFast', 'signal', 'observer'];
const KEEP = ['directory', 'baseline', 'saveBaseline'];

/** JavaScript may call with anything. @throws BenchError with `BAD_DEFINITION`, or OptionError. */
function checkCall(suites: unknown, given: unknown): void {
  if (!Array.isArray(suites)) {
    throw new BenchError(
      'BAD_DEFINITION',
      `runSuites got ${shown(suites)}: give a list of suites, as in runSuites([suite])`,
    );
  }
  if (!isObject(given)) throw new OptionError('the second argument of runSuites', given, 'give an object of options');
  refuseUnknownOptions(given, [...OWN, ...Object.keys(DEFAULT_OPTIONS)]);
  const { filters = [], keep } = given;
  if (!Array.isArray(filters) || !filters.every((filter) => typeof filter === 'string')) {
    throw new OptionError('filters', filters, "give a list of strings, such as ['parse']");
  }
  if (keep === undefined) return;
  if (!isObject(keep)) throw new OptionError('keep', keep, 'give an object, such as {} for what the command line does');
  refuseUnknownOptions(keep, KEEP, 'keep.');
  for (const [name, value] of Object.entries(keep)) {
    if (value !== undefined && typeof value !== 'string') throw new OptionError(`keep.${name}`, value, 'give a string');
  }
}

function keepingFrom({ directory, ...choice }: KeepOptions): Keeping {
  for (const name of [choice.baseline, choice.saveBaseline]) if (name !== undefined) checkBaselineName(name);
  return keepingOf({ root: directory ?? rootDirectory(process.env, process.cwd()), fileSystem }, choice);
}
