// Diagnostics: conditions of the machine and results that make measurements unreliable, each with its fix.
import type { MachineConditions } from './machine/conditions.js';
import type { BenchmarkResult } from './run-benchmarks.js';

/** Up to this many processors, the bench, the system and threads of the measured code compete for them. */
const CROWDED_CORES = 2;
/** Share of CPU time from which other processes disturb a measurement. */
const MAX_BUSY_SHARE = 0.2;
/** Share of CPU time taken by other virtual machines from which they disturb a measurement. */
const MAX_STOLEN_SHARE = 0.01;
/** Time of an iteration below which the loop itself dominates the measurement. */
const MIN_ITERATION_NS = 1;

const STEADY_GOVERNORS: readonly string[] = ['performance', 'userspace'];

/** Returns one line for each disturbing condition, with its fix. Empty if every condition is fine or unknown. */
export function diagnoseConditions(conditions: MachineConditions): string[] {
  return [
    ...diagnoseFrequency(conditions),
    ...diagnoseLoad(conditions),
    ...diagnoseCores(conditions),
    ...(conditions.isVirtual
      ? [
          'this is a virtual machine, whose host shares its processors with others: compare only runs measured side by side',
        ]
      : []),
    ...conditions.nodeOptions.map(
      (option) => `Node runs with ${option}, which slows down the measured code: remove it`,
    ),
  ];
}

/** Returns one line for each reason to distrust a result, with its fix. */
export function diagnoseResult({
  benchmark,
  analysis,
}: Pick<BenchmarkResult, 'analysis'> & { readonly benchmark: Pick<BenchmarkResult['benchmark'], 'side'> }): string[] {
  const ns = analysis.typical.pointEstimate;
  if (benchmark.side !== 'node' || ns >= MIN_ITERATION_NS) return [];
  return [
    `${ns.toFixed(2)} ns per iteration is the time of an empty loop: let the measured function return its result, and create its input in setup`,
  ];
}

function diagnoseFrequency({ governors, isBoosting, isOnBattery }: MachineConditions): string[] {
  const unsteady = (governors ?? []).filter((governor) => !STEADY_GOVERNORS.includes(governor));
  return [
    ...(isOnBattery ? ['the machine runs on battery and slows down to save power: plug it in'] : []),
    ...(unsteady.length > 0
      ? [
          `the CPU frequency follows the load (governor ${unsteady.join(', ')}): set the governor to performance, such as with cpupower frequency-set -g performance`,
        ]
      : []),
    ...(isBoosting
      ? [
          'the CPU runs faster while it is cool (turbo, boost): for steady results, turn it off in the firmware or in /sys/devices/system/cpu',
        ]
      : []),
  ];
}

function diagnoseLoad({ busyShare, stolenShare }: MachineConditions): string[] {
  return [
    ...(busyShare !== null && busyShare >= MAX_BUSY_SHARE
      ? [`other processes use ${percent(busyShare)} of the CPU: close applications, and stop indexing and backups`]
      : []),
    ...(stolenShare !== null && stolenShare >= MAX_STOLEN_SHARE
      ? [
          `other virtual machines on this host take ${percent(stolenShare)} of the CPU time: measure on a dedicated machine, or at another time`,
        ]
      : []),
  ];
}

function diagnoseCores({ cores, cpuQuota }: MachineConditions): string[] {
  return [
    ...(cores <= CROWDED_CORES
      ? [
          `there ${cores === 1 ? 'is only one processor' : `are only ${cores} processors`}: run nothing else, and treat results of multithreaded code with caution`,
        ]
      : []),
    ...(cpuQuota !== null && cpuQuota < cores
      ? [
          `this container is limited to ${cpuQuota} of ${cores} processors, and paused when it has used them up: raise its limit`,
        ]
      : []),
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
