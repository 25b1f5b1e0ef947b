// Target cells: a target and its status as the texts of table cells.
import type { TargetRow } from '../../bench/derived.js';
import { formatValue } from './format.js';

const SIGNS = { '<': '<', '<=': '≤', '>=': '≥', '>': '>' } as const;
const STATUS_WORDS = { met: 'met', missed: 'MISSED', unknown: '—' } as const;

/** A target as the texts of table cells. */
export interface TargetCells {
  readonly id: string;
  /** The comparison and its value, such as `< 10.000 ms`. */
  readonly bound: string;
  /** The measured value; `—` if it was not measured. */
  readonly actual: string;
  readonly status: (typeof STATUS_WORDS)[TargetRow['status']];
  readonly reference: string;
}

/** Formats a target. */
export function targetCells({ id, target, unit, actual, status, reference }: TargetRow): TargetCells {
  return {
    id,
    bound: `${SIGNS[target.comparison]} ${formatValue(target.value, unit)}`,
    actual: actual === null ? '—' : formatValue(actual, unit),
    status: STATUS_WORDS[status],
    reference: reference ?? '',
  };
}
