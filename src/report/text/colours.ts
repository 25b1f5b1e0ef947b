// Colours: the terminal colours of a report.
import picocolors from 'picocolors';

/** Functions that wrap text in terminal colours, or return it unchanged. */
export type Colours = ReturnType<typeof picocolors.createColors>;

/** Creates the colour functions. @param isEnabled - If false, every function returns its text unchanged. */
export function createColours(isEnabled: boolean): Colours {
  return picocolors.createColors(isEnabled);
}
