// Side of the gate: a checkout whose benchmarks can be run, or a stored baseline.
import type { ProcessResult } from './sampling/single.js';
import type { SideMetadata } from './verdict/comparable.js';
import type { Runner } from './process/runner.js';

interface Named {
  /** The side's name in reports, such as a directory and its commit. */
  readonly label: string;
}

/** A checkout, whose benchmarks run in fresh processes. */
export interface CheckoutSide extends Named, SideMetadata {
  readonly kind: 'checkout';
  /** An absolute path. */
  readonly directory: string;
  readonly ids: readonly string[];
  /** Starts a fresh process. */
  start(): Runner;
}

/** A baseline with its results. */
export interface StoredSide extends Named, SideMetadata {
  readonly kind: 'stored';
  readonly results: ReadonlyMap<string, ProcessResult>;
}

export type GateSide = CheckoutSide | StoredSide;

/** The ids of a side's benchmarks. */
export function idsOf(side: GateSide): readonly string[] {
  return side.kind === 'checkout' ? side.ids : [...side.results.keys()];
}
