// Scale: the positions of values on an axis, and its ticks.

/** A linear axis. */
export interface Scale {
  /** The least and the greatest value. */
  readonly domain: readonly [number, number];
  /** Returns the position of a value, in the chart's units. */
  at(value: number): number;
}

/** Creates a scale from `domain` to the positions `start` to `end`. An empty domain is widened around its value. */
export function scaleOf(domain: readonly [number, number], start: number, end: number): Scale {
  const [from, to] = domain[1] > domain[0] ? domain : widened(domain[0]);
  return { domain: [from, to], at: (value) => start + ((value - from) / (to - from)) * (end - start) };
}

/** A labelled value on an axis. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/**
 * Returns round values within the domain, 1, 2 or 5 times a power of ten apart.
 *
 * @param count - The approximate number of ticks.
 * @param unit - The unit of the labels; values in the domain are divided by it.
 */
export function ticksOf({ domain: [from, to] }: Scale, count: number, unit: number = 1): Tick[] {
  const step = roundStep((to - from) / unit / count);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(from / unit / step - 1e-9);
  const last = Math.floor(to / unit / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const value = (first + i) * step;
    return { value: value * unit, label: labelOf(value, decimals) };
  });
}

/** Returns the unit of time in which `ns` has one to three digits before the point. */
export function timeUnit(ns: number): { readonly name: string; readonly ns: number } {
  return UNITS.findLast((unit) => ns >= unit.ns) ?? UNITS[0];
}

const UNITS = [
  { name: 'ps', ns: 1e-3 },
  { name: 'ns', ns: 1 },
  { name: 'µs', ns: 1e3 },
  { name: 'ms', ns: 1e6 },
  { name: 's', ns: 1e9 },
] as const;

const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 4 });

function labelOf(value: number, decimals: number): string {
  const text = Math.abs(value) >= 10_000 ? COMPACT.format(value) : value.toFixed(decimals);
  return text.replace(/^-(?=.*[1-9])/, '\u2212').replace(/^-/, '');
}

function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * (STEPS.find((step) => step * power >= least * (1 - 1e-9)) ?? 10);
}

const STEPS = [1, 2, 5, 10] as const;

function widened(value: number): [number, number] {
  const half = Math.abs(value) / 2 || 1;
  return [value - half, value + half];
}
