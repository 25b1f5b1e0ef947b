// What does a run read and write, by the baselines that it is told?
import { DEFAULT_BASELINE, type Store } from '../baseline/store.js';
import type { Keeping, Reference } from './request.js';

/** The baselines that a run is told. */
export interface BaselineChoice {
  /** Compare with this one. */
  readonly baseline?: string | undefined;
  /** Save under this name, and compare with what it held unless `baseline` says otherwise. */
  readonly saveBaseline?: string | undefined;
  /** Whether benchmarks may lack the baseline that is named. Default false. */
  readonly isLenient?: boolean;
  /** Compare with the last run, and leave it to the next. Default false. */
  readonly discards?: boolean;
}

/** With what a run is compared: the baseline that is named, else the one that is saved, else the last run. */
export function referenceOf({ baseline, saveBaseline, isLenient = false }: BaselineChoice): Reference {
  return {
    name: baseline ?? saveBaseline ?? DEFAULT_BASELINE,
    isRequired: baseline !== undefined && !isLenient,
  };
}

/** What a run keeps in `store`. One that is compared with a baseline of its own leaves the last run's to the next. */
export function keepingOf(store: Store, choice: BaselineChoice): Keeping {
  const { baseline, saveBaseline, discards = false } = choice;
  const saved = saveBaseline ?? (baseline === undefined && !discards ? DEFAULT_BASELINE : undefined);
  return { store, reference: referenceOf(choice), save: saved === undefined ? [] : [saved] };
}
