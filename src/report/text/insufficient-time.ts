// Insufficient time: the warning for a measurement time too short for the sample.
import { NS_PER_S } from '../../bench/timing/clock.js';
import type { Options } from '../../bench/options.js';
import type { SamplingPlan } from '../../bench/sampling/plan.js';
import { formatDuration } from './format.js';

/** Returns one line with settings that suffice, or `undefined` if the plan fits. The words are Criterion's. */
export function insufficientTimeWarning(
  plan: SamplingPlan,
  options: Pick<Options, 'measurementTimeS'>,
): string | undefined {
  if (plan.insufficientTime === undefined) return undefined;
  const { neededNs, fittingSampleSize, isFlatEnough } = plan.insufficientTime;
  const target = formatDuration(options.measurementTimeS * NS_PER_S);
  const ways = [
    `increase target time to ${formatDuration(neededNs + 1e5)}`,
    ...(isFlatEnough ? ['enable flat sampling'] : []),
    ...(fittingSampleSize === undefined ? [] : [`reduce sample count to ${fittingSampleSize}`]),
  ];
  return `Warning: Unable to complete ${plan.iterations.length} samples in ${target}. You may wish to ${alternatives(ways)}.`;
}

function alternatives(ways: readonly string[]): string {
  if (ways.length < 3) return ways.join(' or ');
  return `${ways.slice(0, -1).join(', ')}, or ${ways.at(-1)}`;
}
