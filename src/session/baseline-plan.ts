// Baseline plan of a run, from its baseline options.
import { DEFAULT_BASELINE, type Store } from '../baseline/store.js';
import type { BaselinePlan, BaselineReference } from './request.js';

/** Baseline options of a run. */
export interface BaselineChoice {
  /** Baseline to compare with. */
  readonly baseline?: string | undefined;
  /** Baseline to save to, and to compare with unless `baseline` is given. */
  readonly saveBaseline?: string | undefined;
  /** Whether benchmarks may lack the named `baseline`. Default false. */
  readonly isLenient?: boolean;
  /** Compares with the last run without replacing it as `base`. Default false. */
  readonly discardBaseline?: boolean;
}

/** Returns the reference of a run: the named baseline, else the saved one, else the last run. */
export function referenceFor({ baseline, saveBaseline, isLenient = false }: BaselineChoice): BaselineReference {
  return {
    name: baseline ?? saveBaseline ?? DEFAULT_BASELINE,
    isRequired: baseline !== undefined && !isLenient,
  };
}

/** Returns the baseline plan of a run in `store`. With an explicit `baseline`, `base` is left unchanged. */
export function baselinePlanFor(store: Store, choice: BaselineChoice): BaselinePlan {
  const { baseline, saveBaseline, discardBaseline = false } = choice;
  const saved = saveBaseline ?? (baseline === undefined && !discardBaseline ? DEFAULT_BASELINE : undefined);
  return { store, reference: referenceFor(choice), save: saved === undefined ? [] : [saved] };
}
