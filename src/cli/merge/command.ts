// Command `bench merge`: merges the results of several shards into one directory.
import path from 'node:path';

import type { Argv } from 'yargs';

import { mergeSource, mergeStores } from '../../baseline/transfer/merge.js';
import { EXIT } from '../process/exit-status.js';
import {
  checkArguments,
  declare,
  hideFilter,
  isGiven,
  listOf,
  type OptionSpecs,
  type ParsedArguments,
  textOf,
} from '../options/option.js';
import { type CliContext, storeOf } from '../context.js';

/** The request of one `bench merge` command line. */
export interface MergeRequest {
  /** Result directories, as `CRITERION_HOME` names them, and exported files. */
  readonly sources: readonly string[];
  /** The target directory. Default: `CRITERION_HOME`, or `target/criterion`. */
  readonly into: string | undefined;
  readonly allowDifferent: boolean;
}

const SPECS: OptionSpecs = {
  into: {
    kind: 'text',
    describe: 'the directory to merge into (default CRITERION_HOME, else target/criterion)',
    example: 'target/criterion',
  },
  'allow-different': {
    kind: 'flag',
    describe: 'merge results that were measured differently; of two results of one benchmark, keep the later',
  },
};

/** Declares the options of `bench merge <source..>`. */
export function declareMergeOptions(yargs: Argv): Argv {
  return hideFilter(declare(yargs, SPECS))
    .positional('source', {
      describe: 'directory of a shard’s results, or an exported file',
      array: true,
      type: 'string',
    })
    .example('$0 bench merge shard-1 shard-2', 'the results of bench --shard 1/2 and 2/2')
    .example('$0 bench merge one.json.gz two.json.gz --into merged', 'of exported files, into another directory');
}

/** Reads what yargs parsed. @throws UsageError for an option that is unknown, given twice or empty. */
export function readMergeRequest(argv: ParsedArguments): MergeRequest {
  checkArguments(argv, SPECS, { command: 'bench merge', positionals: ['source', 'filter'] });
  return {
    sources: listOf(argv, 'source'),
    into: textOf(argv, 'into'),
    allowDifferent: isGiven(argv, 'allow-different'),
  };
}

/**
 * Merges the sources and prints what was merged.
 *
 * @returns The exit status.
 * @throws BaselineError; with `DIFFERENT`, the message names what differs.
 */
export async function runMergeCommand(request: MergeRequest, context: CliContext): Promise<number> {
  const { workingDirectory, stdout } = context;
  const { sources, into, allowDifferent } = request;
  const own = storeOf(context);
  const store = into === undefined ? own : { ...own, root: path.resolve(workingDirectory, into) };
  const found = [...new Set(sources)].map((source) => mergeSource(workingDirectory, source));
  const merged = await mergeStores(store, found, allowDifferent);
  for (const { name, benchmarks, from } of merged) {
    const parts = [...from].map(([label, count]) => `${count} of ${label}`).join(', ');
    stdout.write(`merged ${benchmarks} ${benchmarks === 1 ? 'benchmark' : 'benchmarks'} into '${name}': ${parts}\n`);
  }
  return EXIT.ok;
}
