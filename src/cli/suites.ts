// Which suites are there to run?
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import type { FileSystem } from '../baseline/file.js';
import { BenchError, checkSuites, type Suite } from '../bench/index.js';

const SUITE_FILE = /\.bench\.js$/;

// The guide's order, in which its readers expect the report; what is not named follows by name.
const ORDER = ['instantiation', 'execution', 'memory', 'crash_handling', 'runtime', 'limits', 'node_api'];

/**
 * Imports every `*.bench.js` of `directory` and checks them together.
 *
 * @throws BenchError with `BAD_DEFINITION` for a file that cannot be imported or is no suite, or where there is none.
 */
export async function loadSuites(directory: string, fileSystem: Pick<FileSystem, 'readdir'>): Promise<Suite[]> {
  const files = (await list(directory, fileSystem)).filter((file) => SUITE_FILE.test(file)).sort();
  if (files.length === 0) {
    throw new BenchError(
      'BAD_DEFINITION',
      `no suite lies in ${directory}: build the package, so that benches/*.bench.ts are compiled into it`,
    );
  }
  const suites = await Promise.all(files.map((file) => loadSuite(path.join(directory, file))));
  checkSuites(suites);
  return suites.sort((a, b) => rank(a) - rank(b));
}

async function list(directory: string, fileSystem: Pick<FileSystem, 'readdir'>): Promise<string[]> {
  try {
    return await fileSystem.readdir(directory);
  } catch {
    return [];
  }
}

async function loadSuite(file: string): Promise<Suite> {
  let module: { readonly default?: Partial<Suite> };
  try {
    module = (await import(pathToFileURL(file).href)) as typeof module;
  } catch (cause) {
    throw new BenchError('BAD_DEFINITION', `${file} cannot be imported: ${(cause as Error).message}`, { cause });
  }
  const suite = module.default;
  if (typeof suite?.category === 'string' && Array.isArray(suite.benchmarks)) return suite as Suite;
  throw new BenchError(
    'BAD_DEFINITION',
    `${file} exports no suite: export { category, isDefault, benchmarks } as its default`,
  );
}

function rank({ category }: Suite): number {
  const place = ORDER.indexOf(category);
  return place < 0 ? ORDER.length : place;
}
