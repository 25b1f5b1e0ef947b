// Workspace: a temporary directory in which tests run command lines on their own suites.
import * as fileSystem from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';

import type { ExecutionContext } from 'ava';

import { systemClock } from '../../src/bench/timing/clock.js';
import { runCommandLine } from '../../src/cli/parse/command-line.js';
import type { CliContext } from '../../src/cli/context.js';

export const QUICK: readonly string[] = [
  '--sample-size',
  '10',
  '--measurement-time',
  '0.02',
  '--warm-up-time',
  '0.005',
  '--nresamples',
  '1000',
];

export interface Finished {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Workspace {
  readonly directory: string;
  run(args: readonly string[], overrides?: Partial<CliContext>): Promise<Finished>;
}

const BENCH = new URL('../../src/bench.js', import.meta.url).href;

const SUITES = {
  execution: `
    import { sync } from '${BENCH}';
    const benchmark = (name, more) => ({ group: 'execution/group', function: name, description: name, side: 'node', setup: () => sync(() => Math.random()), ...more });
    export default {
      category: 'execution', isDefault: true, versions: { engine: '1.2.3' },
      benchmarks: [
        benchmark('first', { target: { kind: 'below', ns: 1e9, reference: 'under a second' } }),
        benchmark('second', { target: { kind: 'below', ns: 1e-9 } }),
      ],
      derived: [{ id: 'execution/ratio', description: 'one over the other', unit: 'ratio', inputs: ['execution/group/first', 'execution/group/second'],
        compute: (of) => of('execution/group/first').typicalNs / of('execution/group/second').typicalNs }],
    };`,
  crash_handling: `
    import { custom, sync } from '${BENCH}';
    const benchmark = (name, setup) => ({ group: 'crash_handling/group', function: name, description: name, side: 'node', setup });
    export default { category: 'crash_handling', isDefault: true, benchmarks: [
      benchmark('throws', () => custom(() => { throw new Error('the guest is gone'); })),
      benchmark('works', () => sync(() => Math.random())),
    ] };`,
  limits: `
    import { sync } from '${BENCH}';
    export default { category: 'limits', isDefault: false, benchmarks: [
      { group: 'limits', function: 'fuel', description: 'fuel', side: 'node', setup: () => sync(() => Math.random()) } ] };`,
};

/** A temporary directory with suites, which also receives their results. */
export async function workspace(t: ExecutionContext, suites: Record<string, string> = SUITES): Promise<Workspace> {
  const directory = await fileSystem.mkdtemp(path.join(os.tmpdir(), 'bench-cli-'));
  t.teardown(() => fileSystem.rm(directory, { recursive: true, force: true }));
  const suiteDirectory = path.join(directory, 'benches');
  await fileSystem.mkdir(suiteDirectory);
  // Without a package.json, only Node 22 and later detect a module by its syntax.
  await fileSystem.writeFile(path.join(directory, 'package.json'), '{"type":"module"}');
  for (const [name, text] of Object.entries(suites)) {
    await fileSystem.writeFile(path.join(suiteDirectory, `${name}.bench.js`), text);
  }
  return {
    directory,
    run: (args, overrides) => run(args, { workingDirectory: directory, suiteDirectory, ...overrides }),
  };
}

async function run(
  args: readonly string[],
  overrides: Pick<CliContext, 'workingDirectory' | 'suiteDirectory'> & Partial<CliContext>,
): Promise<Finished> {
  const [stdout, printed] = capture();
  const [stderr, complained] = capture();
  const status = await runCommandLine(args, '9.9.9', {
    stdout,
    stderr,
    env: {},
    fileSystem,
    clock: systemClock,
    signal: new AbortController().signal,
    ...overrides,
  });
  return { status, stdout: printed(), stderr: complained() };
}

function capture(): [PassThrough, () => string] {
  const chunks: Buffer[] = [];
  const stream = new PassThrough().on('data', (chunk: Buffer) => chunks.push(chunk));
  return [stream, () => Buffer.concat(chunks).toString()];
}
