// Holm adjustment of p values for multiple tests.

/**
 * Holm's step-down adjustment (Holm 1979): rejecting every hypothesis with an adjusted p below α keeps the probability
 * of any false rejection at or below α, whatever the dependence between the tests.
 *
 * @param ps - Probabilities in [0, 1].
 * @returns The adjusted probabilities, in the order of `ps`.
 */
export function holmAdjust(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).sort((a, b) => (ps[a] as number) - (ps[b] as number));
  const adjusted = Array<number>(ps.length).fill(1);
  let largest = 0;
  for (const [rank, i] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (ps.length - rank) * (ps[i] as number)));
    adjusted[i] = largest;
  }
  return adjusted;
}
