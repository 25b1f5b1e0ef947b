// Links: the paths of the HTML pages and the links between them.

/** The page that lists all benchmarks, relative to the root. */
export const INDEX = 'report/index.html';

/** Returns the path of a benchmark's page, relative to the root. @param directory - The directory of its files. */
export function pagePath(directory: string): string {
  return `${directory}/report/index.html`;
}

/** Returns the link from the index to a benchmark's page. */
export function linkFromIndex(directory: string): string {
  return `../${pagePath(directory).split('/').map(encoded).join('/')}`;
}

/** Returns the link from the page of the benchmark in `directory` to the index. */
export function linkToIndex(directory: string): string {
  const up = '../'.repeat(directory.split('/').length + 1);
  return `${up}${INDEX}`;
}

/** Encodes a segment. Lone surrogates become U+FFFD, as in file systems; `encodeURIComponent` alone would throw. */
function encoded(segment: string): string {
  return encodeURIComponent(Buffer.from(segment).toString());
}
