// Bencher format: the benchmark line of Rust’s libtest, as Criterion 0.8 prints it with `--output-format bencher`.
import type { DocumentRenderer, ReportedResult } from '../run-report.js';

/**
 * Formats `test <title> ... bench:        1234 ns/iter (+/- 56)`: median and standard deviation, truncated to whole
 * nanoseconds. Control characters in the title become spaces, so that the result is always one line.
 */
export function bencherLine({ title, analysis }: Pick<ReportedResult, 'title' | 'analysis'>): string {
  const { median, stdDev } = analysis.estimates;
  const time = whole(median.pointEstimate).padStart(11);
  return `test ${title.replaceAll(/\p{Cc}+/gu, ' ')} ... bench: ${time} ns/iter (+/- ${whole(stdDev.pointEstimate)})`;
}

/** Renders one line for each benchmark and, as Criterion does, an empty line after each group. */
export const renderBencher: DocumentRenderer = ({ results }) =>
  results
    .map((result, i) => {
      const isLast = results[i + 1]?.benchmark.group !== result.benchmark.group;
      return `${bencherLine(result)}\n${isLast ? '\n' : ''}`;
    })
    .join('');

function whole(ns: number): string {
  return Math.trunc(ns).toFixed(0);
}
