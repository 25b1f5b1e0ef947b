// Which colours does a report use?
import picocolors from 'picocolors';

/** Functions that wrap text in terminal colours, or return it as it is. */
export type Colours = ReturnType<typeof picocolors.createColors>;

/** @param isEnabled - Without, every function returns its text unchanged. */
export function createColours(isEnabled: boolean): Colours {
  return picocolors.createColors(isEnabled);
}
