// How is a run written as pages that need nothing but a browser?
import { benchmarkPage } from './benchmark-page.js';
import { indexPage } from './index-page.js';
import { INDEX, pagePath } from './link.js';
import type { RunReport } from '../run-report.js';

/** A file of a report. */
export interface Page {
  /** Relative to the root, with `/`. */
  readonly path: string;
  /** The page, whole. */
  readonly text: string;
}

/**
 * `report/index.html` with all benchmarks, and `<directory>/report/index.html` for each of them. They hold styles and charts
 * themselves, run no scripts, and load nothing.
 *
 * @param run - The run.
 * @returns The index, then a page for each benchmark.
 */
export function renderHtml(run: RunReport): Page[] {
  const pages = run.results.map((result) => ({
    path: pagePath(result.directory),
    text: benchmarkPage(result, run),
  }));
  return [{ path: INDEX, text: indexPage(run) }, ...pages];
}
