// How is each batch of a sample drawn, and what do the colours of the dots say?
import { classify, countOutliers, type Fences } from '../../stats/outliers.js';
import { formatTime } from '../text/format.js';
import type { Markup } from '../markup.js';
import { dot, type LegendEntry } from './chart.js';

/** More dots than these would neither be seen nor be quick. */
const MOST = 1000;

interface Place {
  readonly value: number;
  /** From 0. */
  readonly index: number;
}

/** Mean times of the batches, in nanoseconds, and beyond what they lie far out. */
export interface Batches {
  readonly averagesNs: readonly number[];
  readonly fences: Fences;
}

/** A dot for each batch at its place in the chart's units, in the colour of what it is; of more than 1,000 for every few. */
export function batchDots(
  { averagesNs, fences }: Batches,
  placeOf: (place: Place) => [x: number, y: number],
): Markup[] {
  const every = Math.ceil(averagesNs.length / MOST);
  const places = averagesNs.map((value, index) => ({ value, index })).filter(({ index }) => index % every === 0);
  return places.map((place) => {
    const words = `batch ${place.index + 1}: ${formatTime(place.value).trim()} per iteration`;
    return dot(markOf(place.value, fences), ...placeOf(place), words);
  });
}

/** What the colours say that occur among the batches. */
export function legendOfBatches({ averagesNs, fences }: Batches, words = 'Batch'): LegendEntry[] {
  const { lowMild, highMild, lowSevere, highSevere } = countOutliers(averagesNs, fences);
  return [
    { mark: 'point', text: words },
    ...(lowMild + highMild > 0 ? [{ mark: 'mild-outlier', text: 'Mild outlier' } as const] : []),
    ...(lowSevere + highSevere > 0 ? [{ mark: 'severe-outlier', text: 'Severe outlier' } as const] : []),
  ];
}

function markOf(value: number, fences: Fences): LegendEntry['mark'] {
  const outlier = classify(value, fences);
  if (outlier === undefined) return 'point';
  return outlier.endsWith('Severe') ? 'severe-outlier' : 'mild-outlier';
}
