// Batch dots: the batches of a sample as dots, coloured by outlier class.
import { classify, countOutliers, type Fences } from '../../stats/outliers.js';
import { formatTime } from '../text/format.js';
import type { Markup } from '../markup.js';
import { dot, type LegendEntry } from './chart.js';

/** More dots would be slow to draw and impossible to tell apart. */
const MAX_DOTS = 1000;

interface BatchMean {
  readonly value: number;
  /** The index of the batch, from 0. */
  readonly index: number;
}

/** The mean time of each batch in nanoseconds, and the fences beyond which it is an outlier. */
export interface BatchMeans {
  readonly averagesNs: readonly number[];
  readonly fences: Fences;
}

/**
 * Draws a dot for each batch, coloured by its outlier class. Samples of more than 1,000 batches are thinned out evenly.
 *
 * @param positionOf - Returns the position of a batch, in the chart's units.
 */
export function batchDots(
  { averagesNs, fences }: BatchMeans,
  positionOf: (mean: BatchMean) => [x: number, y: number],
): Markup[] {
  const every = Math.ceil(averagesNs.length / MAX_DOTS);
  const means = averagesNs.map((value, index) => ({ value, index })).filter(({ index }) => index % every === 0);
  return means.map((mean) => {
    const words = `batch ${mean.index + 1}: ${formatTime(mean.value).trim()} per iteration`;
    return dot(markOf(mean.value, fences), ...positionOf(mean), words);
  });
}

/** Returns a legend entry for each colour that occurs among the batches. */
export function legendOfBatches({ averagesNs, fences }: BatchMeans, words = 'Batch'): LegendEntry[] {
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
