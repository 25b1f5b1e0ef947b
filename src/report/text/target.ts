// How is a target written, and whether it is met?
import type { TargetRow } from '../../bench/derived.js';
import { formatValue } from './format.js';

const SIGNS = { '<': '<', '<=': '≤', '>=': '≥', '>': '>' } as const;
const STATUS = { met: 'met', missed: 'MISSED', unknown: '—' } as const;

/** A target as the texts of a table's cells. */
export interface TargetCells {
  readonly id: string;
  /** Such as `< 10.000 ms`. */
  readonly bound: string;
  /** `—` where nothing was measured. */
  readonly actual: string;
  readonly status: (typeof STATUS)[TargetRow['status']];
  readonly reference: string;
}

export function targetCells({ id, target, unit, actual, status, reference }: TargetRow): TargetCells {
  return {
    id,
    bound: `${SIGNS[target.comparison]} ${formatValue(target.value, unit)}`,
    actual: actual === null ? '—' : formatValue(actual, unit),
    status: STATUS[status],
    reference: reference ?? '',
  };
}
