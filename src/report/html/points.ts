// Which values of a large sample are drawn one by one?

/** More dots than these would neither be seen nor be quick. */
const MOST = 1000;

/** A value and where in the sample it stands. */
export interface Place {
  readonly value: number;
  /** From 0. */
  readonly index: number;
}

/** All values of up to 1,000, and of more every second, third, … */
export function everyFew(values: readonly number[]): Place[] {
  const step = Math.ceil(values.length / MOST);
  return values.map((value, index) => ({ value, index })).filter(({ index }) => index % step === 0);
}
