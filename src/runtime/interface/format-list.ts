// Lists in messages: bounded, since a guest decides how many names there are.

const MAX_LISTED = 20;

/** @internal The first texts, and the number of the others. */
export function formatList(texts: readonly string[]): string {
  const more = texts.length - MAX_LISTED;
  return `${texts.slice(0, MAX_LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
