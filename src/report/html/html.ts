// HTML format: self-contained pages, an index and one page for each benchmark.
import { benchmarkPage } from './benchmark-page.js';
import { indexPage } from './index-page.js';
import { INDEX, pagePath } from './link.js';
import type { RunReport } from '../run-report.js';

/** A file of a report. */
export interface Page {
  /** The path relative to the root, with `/`. */
  readonly path: string;
  /** The whole page. */
  readonly text: string;
}

/**
 * Renders `report/index.html` with all benchmarks, and `<directory>/report/index.html` for each of them. The pages
 * contain their styles and charts, run no scripts, and load nothing.
 *
 * @param run - The finished run.
 * @returns The index, followed by one page for each benchmark.
 */
export function renderHtml(run: RunReport): Page[] {
  const pages = run.results.map((result) => ({
    path: pagePath(result.directory),
    text: benchmarkPage(result, run),
  }));
  return [{ path: INDEX, text: indexPage(run) }, ...pages];
}
