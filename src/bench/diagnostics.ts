// What makes figures worse than they need be, and what is to be done about it?
import type { Conditions } from './machine/conditions.js';
import type { Result } from './run.js';

/** Processors below which the bench, the system and the measured code's own threads get into each other's way. */
const ENOUGH_CORES = 2;
/** Share of the processors from which others disturb. */
const BUSY = 0.2;
/** Share of time given to other guests of the machine from which they disturb. */
const STOLEN = 0.01;
/** Time of an iteration below which the loop is nearly all that is measured. */
const LEAST_NS = 1;

const STEADY_GOVERNORS: readonly string[] = ['performance', 'userspace'];

/** One line for each condition that disturbs: what it is, and what to do. Empty where all is well, or unknown. */
export function adviceFor(conditions: Conditions): string[] {
  return [
    ...frequencyAdvice(conditions),
    ...loadAdvice(conditions),
    ...coreAdvice(conditions),
    ...(conditions.isVirtual
      ? ['this is a virtual machine, whose host shares its processors out: compare only what was measured side by side']
      : []),
    ...conditions.nodeOptions.map(
      (option) => `Node runs with ${option}, which slows down what is measured: leave it out`,
    ),
  ];
}

/** One line for each reason to distrust a result, and what to do. */
export function adviceForResult({
  benchmark,
  analysis,
}: Pick<Result, 'analysis'> & { readonly benchmark: Pick<Result['benchmark'], 'side'> }): string[] {
  const ns = analysis.typical.pointEstimate;
  if (benchmark.side !== 'node' || ns >= LEAST_NS) return [];
  return [
    `${ns.toFixed(2)} ns an iteration is what the loop alone takes: have the measured function return what it computes, from an input that setup makes`,
  ];
}

function frequencyAdvice({ governors, isBoosting, isOnBattery }: Conditions): string[] {
  const unsteady = (governors ?? []).filter((governor) => !STEADY_GOVERNORS.includes(governor));
  return [
    ...(isOnBattery ? ['the machine runs on its battery, and slows down to spare it: connect it to the mains'] : []),
    ...(unsteady.length > 0
      ? [
          `the processors' frequency follows the load (governor ${unsteady.join(', ')}): set it to performance, as with cpupower frequency-set -g performance`,
        ]
      : []),
    ...(isBoosting
      ? [
          'the processors run faster while they are cool (turbo, boost): for steady figures switch it off in the firmware, or in /sys/devices/system/cpu',
        ]
      : []),
  ];
}

function loadAdvice({ busyShare, stolenShare }: Conditions): string[] {
  return [
    ...(busyShare !== null && busyShare >= BUSY
      ? [`other processes keep ${percent(busyShare)} of the processors busy: close applications, indexing and backups`]
      : []),
    ...(stolenShare !== null && stolenShare >= STOLEN
      ? [
          `other guests of this host take ${percent(stolenShare)} of the time: measure on a machine of your own, or at another time`,
        ]
      : []),
  ];
}

function coreAdvice({ cores, cpuQuota }: Conditions): string[] {
  return [
    ...(cores <= ENOUGH_CORES
      ? [
          `there ${cores === 1 ? 'is one processor' : `are ${cores} processors`}: run nothing else beside, and take what uses threads with caution`,
        ]
      : []),
    ...(cpuQuota !== null && cpuQuota < cores
      ? [
          `this container is held to ${cpuQuota} of ${cores} processors, and stopped when they are used up: lift its limit`,
        ]
      : []),
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
