// What does `--output-format bencher` print? The line of Rust's libtest, as Criterion 0.8 writes it.
import type { Format, ReportedResult } from '../run-report.js';

/**
 * `test <title> ... bench:        1234 ns/iter (+/- 56)`: median and standard deviation, cut to whole nanoseconds.
 * Nothing in a title may end the line.
 */
export function bencherLine({ title, analysis }: Pick<ReportedResult, 'title' | 'analysis'>): string {
  const { median, stdDev } = analysis.estimates;
  const time = whole(median.pointEstimate).padStart(11);
  return `test ${title.replaceAll(/\p{Cc}+/gu, ' ')} ... bench: ${time} ns/iter (+/- ${whole(stdDev.pointEstimate)})`;
}

/** All lines of a run, with an empty one after each group, as Criterion has it. */
export const renderBencher: Format = ({ results }) =>
  results
    .map((result, i) => {
      const isLast = results[i + 1]?.benchmark.group !== result.benchmark.group;
      return `${bencherLine(result)}\n${isLast ? '\n' : ''}`;
    })
    .join('');

function whole(ns: number): string {
  return Math.trunc(ns).toFixed(0);
}
