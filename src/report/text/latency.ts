// In which order of magnitude does a benchmark lie?

/** One latency class: what is shorter than `belowNs` and belongs to no shorter class. */
export interface LatencyClass<T> {
  readonly name: string;
  readonly range: string;
  readonly members: readonly T[];
}

const CLASSES = [
  { name: 'sub-nanosecond', range: 'below 1 ns', belowNs: 1 },
  { name: 'sub-microsecond', range: 'below 1 µs', belowNs: 1e3 },
  { name: 'sub-millisecond', range: 'below 1 ms', belowNs: 1e6 },
  { name: 'sub-second', range: 'below 1 s', belowNs: 1e9 },
  { name: 'seconds', range: '1 s and more', belowNs: Infinity },
] as const;

/** Sorts `members` into the classes by their typical time, in nanoseconds; classes without members are left out. */
export function latencyClasses<T>(members: readonly T[], typicalNs: (member: T) => number): LatencyClass<T>[] {
  const classOf = (member: T) => CLASSES.find(({ belowNs }) => typicalNs(member) < belowNs);
  return CLASSES.map((latencyClass) => ({
    name: latencyClass.name,
    range: latencyClass.range,
    members: members.filter((member) => classOf(member) === latencyClass),
  })).filter(({ members: own }) => own.length > 0);
}
