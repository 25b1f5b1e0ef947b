/** How are names listed in a message that a guest may fill with as many as it likes? */

const MOST = 20;

/** @internal The first of them, and how many more there are. */
export function listed(texts: readonly string[]): string {
  const more = texts.length - MOST;
  return `${texts.slice(0, MOST).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
