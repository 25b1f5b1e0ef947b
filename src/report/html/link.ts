// Where do the pages lie, and how do they link to each other?

/** The page that lists all benchmarks, relative to the root. */
export const INDEX = 'report/index.html';

/** The page of the benchmark whose files lie in `directory`, relative to the root. */
export function pagePath(directory: string): string {
  return `${directory}/report/index.html`;
}

/** The address of a benchmark's page, seen from the index. */
export function linkFromIndex(directory: string): string {
  return `../${pagePath(directory).split('/').map(encoded).join('/')}`;
}

/** The address of the index, seen from the page of the benchmark in `directory`. */
export function linkToIndex(directory: string): string {
  const up = '../'.repeat(directory.split('/').length + 1);
  return `${up}${INDEX}`;
}

/** Half a pair of surrogates, which file systems turn into U+FFFD, cannot be encoded otherwise. */
function encoded(segment: string): string {
  return encodeURIComponent(Buffer.from(segment).toString());
}
