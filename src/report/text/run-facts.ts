// Under which circumstances was measured, in words?
import type { Environment } from '../../bench/machine/environment.js';
import type { Options } from '../../bench/options.js';
import { capitalised, formatBytes } from './format.js';
import { sampleSizeNote } from '../run-report.js';

/** A name and what it is. */
export type Fact = readonly [name: string, text: string];

/** Machine, system, versions, commit and date. */
export function environmentFacts({ machine, node, versions, commit, startedAt }: Environment): Fact[] {
  const cores = machine.physicalCores === machine.logicalCores ? '' : `, ${machine.logicalCores} threads`;
  return [
    [
      'Machine',
      `${machine.cpu}, ${machine.physicalCores} cores${cores}, ${formatBytes(machine.memoryBytes)}${machine.isVirtual ? ', virtual' : ''}`,
    ],
    ['System', `${machine.os}, ${machine.architecture}`],
    ['Node', node],
    ...Object.entries(versions).map(([name, version]): Fact => [capitalised(name), version]),
    ...(commit ? [['Commit', `${commit.hash.slice(0, 12)}${commit.isModified ? ', modified' : ''}`] as const] : []),
    ['Date', startedAt.slice(0, 10)],
  ];
}

/** Sample size, times and bounds. */
export function samplingFacts(options: Options): Fact[] {
  return [
    ['Samples', sampleSizeNote(options)],
    ['Times', `warm-up ${options.warmUpTimeS} s, measurement ${options.measurementTimeS} s per benchmark`],
    ['Bounds', `${options.confidenceLevel * 100} % confidence, ${options.nresamples.toLocaleString('en')} resamples`],
  ];
}
