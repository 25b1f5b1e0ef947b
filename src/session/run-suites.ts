// Runs of suites from code, without a command line.
import * as fileSystem from 'node:fs/promises';

import { checkBaselineName, rootDirectory } from '../baseline/files/directory.js';
import { inspectShort, isObject, namesOf } from '../bench/suite/validate.js';
import { BenchError, OptionError } from '../bench/errors.js';
import { validateSuites } from '../bench/suite/validate-suites.js';
import { DEFAULT_OPTIONS, type Options, parseOptions, rejectUnknownOptions } from '../bench/options.js';
import { defineSuite, type SuiteOptions } from '../bench/suite/define.js';
import { selectBenchmarks } from '../bench/suite/select.js';
import type { Suite } from '../bench/suite/definition.js';
import { systemClock } from '../bench/timing/clock.js';
import type { RunReport } from '../report/run-report.js';
import { baselinePlanFor } from './baseline-plan.js';
import type { BaselinePlan, RunObserver } from './request.js';
import { runSession } from './run-session.js';

/** Store of baselines, and the baselines to compare with and to save. */
export interface BaselineOptions {
  /** Directory of the store. Default: as on the command line, `CRITERION_HOME` or `target/criterion`. */
  readonly directory?: string;
  /** Baseline to compare with; every benchmark must have it. Default: the last run. */
  readonly baseline?: string;
  /** Baseline to save to. Default: `base`, which the next run is compared with; nothing if `baseline` is given. */
  readonly saveBaseline?: string;
}

/** Options of `runSuites`; sample size, times and the other `Options` are those of the command line. */
export interface RunSuitesOptions extends Partial<Options> {
  /** Categories or regular expressions over ids. Default: all benchmarks of the default suites. */
  readonly filters?: readonly string[];
  /** Also runs suites that do not run by default. Default false. */
  readonly all?: boolean;
  /** Treats filters as exact ids. Default false. */
  readonly exact?: boolean;
  /** Saves results and compares them with a baseline. Default: neither. */
  readonly keep?: BaselineOptions;
  /** Takes quick samples, for a rough estimate. Default false. */
  readonly quick?: boolean;
  /** Stops at the first benchmark that fails. Default false. */
  readonly failFast?: boolean;
  /** Stops the run after the current batch; the report contains the finished benchmarks. */
  readonly signal?: AbortSignal;
  /** Observes the progress of the run. */
  readonly observer?: RunObserver;
}

/**
 * Measures `suites` in this process, one benchmark after another, and prints nothing.
 *
 * @param suites - Suites, or options as `defineSuite` accepts them.
 * @param given - Selection, sampling options and baselines.
 * @returns The report; benchmarks that threw are in its `failures`.
 * @throws BenchError with `BAD_DEFINITION`, `BAD_OPTION` or `NO_MATCH`, and BaselineError, before anything is measured.
 */
export async function runSuites(
  suites: readonly (Suite | SuiteOptions)[],
  given: RunSuitesOptions = {},
): Promise<RunReport> {
  validateArguments(suites, given);
  const { filters = [], all = false, exact = false, keep, quick, failFast, signal, observer, ...options } = given;
  const defined = suites.map(defineSuite);
  validateSuites(defined);
  const { report } = await runSession(
    {
      suites: defined,
      selected: selectBenchmarks(defined, { filters, all, exact }),
      options: parseOptions(options),
      isQuick: quick ?? false,
      failFast: failFast ?? false,
      ...(keep && { baselines: parseBaselineOptions(keep) }),
      workingDirectory: process.cwd(),
      clock: systemClock,
      ...(signal && { signal }),
    },
    observer,
  );
  return report;
}

const RUN_OPTIONS = namesOf<Exclude<keyof RunSuitesOptions, keyof Options>>({
  filters: true,
  all: true,
  exact: true,
  keep: true,
  quick: true,
  failFast: true,
  signal: true,
  observer: true,
});
const BASELINE_OPTIONS = namesOf<keyof BaselineOptions>({ directory: true, baseline: true, saveBaseline: true });

/** Validates the arguments of callers in JavaScript. @throws BenchError with `BAD_DEFINITION`, or OptionError. */
function validateArguments(suites: unknown, given: unknown): void {
  if (!Array.isArray(suites)) {
    throw new BenchError(
      'BAD_DEFINITION',
      `runSuites got ${inspectShort(suites)}: give a list of suites, as in runSuites([suite])`,
    );
  }
  if (!isObject(given)) throw new OptionError('the second argument of runSuites', given, 'give an object of options');
  rejectUnknownOptions(given, [...RUN_OPTIONS, ...Object.keys(DEFAULT_OPTIONS)]);
  const { filters = [], keep } = given;
  if (!Array.isArray(filters) || !filters.every((filter) => typeof filter === 'string')) {
    throw new OptionError('filters', filters, "give a list of strings, such as ['parse']");
  }
  if (keep === undefined) return;
  if (!isObject(keep))
    throw new OptionError('keep', keep, 'give an object, such as {} for the defaults of the command line');
  rejectUnknownOptions(keep, BASELINE_OPTIONS, 'keep.');
  for (const [name, value] of Object.entries(keep)) {
    if (value !== undefined && typeof value !== 'string') throw new OptionError(`keep.${name}`, value, 'give a string');
  }
}

function parseBaselineOptions({ directory, ...choice }: BaselineOptions): BaselinePlan {
  for (const name of [choice.baseline, choice.saveBaseline]) if (name !== undefined) checkBaselineName(name);
  return baselinePlanFor({ root: directory ?? rootDirectory(process.env, process.cwd()), fileSystem }, choice);
}
