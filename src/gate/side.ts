// What is one side of a gate: a checkout that can be run, or a baseline that has been?
import type { ProcessResult } from './sampling/single.js';
import type { Circumstances } from './verdict/comparable.js';
import type { Participant } from './process/runner.js';

interface Named {
  /** How reports call the side, such as a directory and its commit. */
  readonly label: string;
}

/** A checkout, whose benchmarks run in fresh processes. */
export interface CheckoutSide extends Named, Circumstances {
  readonly kind: 'checkout';
  /** Absolute. */
  readonly directory: string;
  readonly ids: readonly string[];
  /** Begins a fresh process. */
  start(): Participant;
}

/** A baseline, with what was measured once. */
export interface StoredSide extends Named, Circumstances {
  readonly kind: 'stored';
  readonly results: ReadonlyMap<string, ProcessResult>;
}

export type GateSide = CheckoutSide | StoredSide;

/** The benchmarks that a side has. */
export function idsOf(side: GateSide): readonly string[] {
  return side.kind === 'checkout' ? side.ids : [...side.results.keys()];
}
