// How do the results of several shards become one? The command `bench merge`.
import path from 'node:path';

import type { Argv } from 'yargs';

import { rootDirectory } from '../../baseline/files/directory.js';
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
import type { Terminal } from '../context.js';

/** What one `bench merge` command line asks for. */
export interface MergeRequest {
  /** Directories, as CRITERION_HOME names them, and exported files. */
  readonly sources: readonly string[];
  /** Where to; by default where this command line's results lie. */
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
    describe: 'merge what was not measured alike; of two results of one benchmark the later stays',
  },
};

/** Declares the options of `bench merge <source..>`. */
export function declareMergeOptions(yargs: Argv): Argv {
  return hideFilter(declare(yargs, SPECS))
    .positional('source', { describe: 'directory of a shard’s results, or exported file', array: true, type: 'string' })
    .example('$0 bench merge shard-1 shard-2', 'the results of bench --shard 1/2 and 2/2')
    .example('$0 bench merge one.json.gz two.json.gz --into merged', 'of exported files, elsewhere');
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
 * Runs what `request` asks for, and says what it merged.
 *
 * @returns The exit status.
 * @throws BaselineError; `DIFFERENT` names what differs.
 */
export async function runMergeCommand(request: MergeRequest, terminal: Terminal): Promise<number> {
  const { env, workingDirectory, fileSystem, stdout } = terminal;
  const { sources, into, allowDifferent } = request;
  const root = into === undefined ? rootDirectory(env, workingDirectory) : path.resolve(workingDirectory, into);
  const found = [...new Set(sources)].map((source) => mergeSource(workingDirectory, source));
  const merged = await mergeStores({ root, fileSystem }, found, allowDifferent);
  for (const { name, benchmarks, from } of merged) {
    const parts = [...from].map(([label, count]) => `${count} of ${label}`).join(', ');
    stdout.write(`merged ${benchmarks} ${benchmarks === 1 ? 'benchmark' : 'benchmarks'} into '${name}': ${parts}\n`);
  }
  return EXIT.ok;
}
