// Bootstrap resample as counts: its statistics without sorting or allocation.
//
// The number of times each original value was drawn fully describes a resample of n values out of n. With the originals
// in ascending order, a walk over these counts yields every order statistic, so a resample costs O(n) and allocates
// nothing.
import { UINT32_TO_UNIT, type RandomBits } from './random.js';

/** A resample, stored as the number of times each value of a sorted sample was drawn. */
export class Resample {
  /** The original values, ascending. */
  readonly sorted: Float64Array;
  /** Number of times each original value was drawn. */
  readonly counts: Int32Array;
  /** Mean of the current resample. */
  mean = 0;

  constructor(values: readonly number[]) {
    this.sorted = Float64Array.from(values).sort();
    this.counts = new Int32Array(values.length);
  }

  /** Draws n values out of n, with replacement. */
  draw(random: RandomBits): void {
    const { sorted, counts } = this;
    const n = sorted.length;
    counts.fill(0);
    let sum = 0;
    for (let k = 0; k < n; k++) {
      // Multiplying instead of dividing biases an index by at most n ÷ 2³² (Lemire 2019).
      const i = ((random.next() >>> 0) * n * UINT32_TO_UNIT) | 0;
      counts[i] = (counts[i] as number) + 1;
      sum += sorted[i] as number;
    }
    this.mean = sum / n;
  }

  /** Returns the standard deviation (n − 1) of the current resample. */
  standardDeviation(): number {
    const { sorted, counts, mean } = this;
    let squares = 0;
    for (let i = 0; i < sorted.length; i++) {
      const deviation = (sorted[i] as number) - mean;
      squares += (counts[i] as number) * deviation * deviation;
    }
    return Math.sqrt(squares / (sorted.length - 1));
  }

  /** Returns the median of the current resample. */
  median(): number {
    const { sorted, counts } = this;
    const n = sorted.length;
    const lowRank = (n - 1) >> 1;
    const highRank = n >> 1;
    let i = 0;
    let drawn = counts[0] as number;
    while (drawn <= lowRank) drawn += counts[++i] as number;
    const low = sorted[i] as number;
    if (drawn > highRank) return low;
    while (drawn <= highRank) drawn += counts[++i] as number;
    return (low + (sorted[i] as number)) / 2;
  }

  /**
   * Returns the median absolute deviation from `centre`, which lies within the sample's range. No consistency factor.
   */
  medianDeviation(centre: number): number {
    const { sorted, counts } = this;
    const n = sorted.length;
    const lowRank = (n - 1) >> 1;
    const highRank = n >> 1;
    let right = 0;
    while (right < n && (sorted[right] as number) <= centre) right++;
    let left = right - 1;
    let drawn = 0;
    let low = -1;
    // Deviations grow away from the centre on both sides: merge the two runs, smallest first.
    for (;;) {
      const below = left >= 0 ? centre - (sorted[left] as number) : Infinity;
      const above = right < n ? (sorted[right] as number) - centre : Infinity;
      const deviation = below <= above ? below : above;
      drawn += (below <= above ? counts[left--] : counts[right++]) as number;
      if (low < 0 && drawn > lowRank) low = deviation;
      if (drawn > highRank) return (low + deviation) / 2;
    }
  }
}
