// How do the batches lie around the line through them?
import type { Estimate } from '../../stats/estimate.js';
import { formatTime } from '../text/format.js';
import { attributes, type Markup, markup } from '../markup.js';
import type { ReportedResult } from '../run-report.js';
import { figureOf, horizontal, pathOf, vertical } from './chart.js';
import { batchDots, legendOfBatches } from './points.js';
import { type Scale, ticksOf, timeUnit } from './scale.js';

type Sampled = Pick<ReportedResult, 'analysis' | 'sample'>;

/** Total time over iterations with the regression line where there is one, else the time of each batch with the mean. */
export function samplesChart(result: Sampled): Markup {
  const { slope } = result.analysis.estimates;
  return slope === null ? flatChart(result) : linearChart(result, slope);
}

function linearChart(result: Sampled, slope: Estimate): Markup {
  const { iterations, timesNs } = result.sample;
  const most = iterations.reduce((a, b) => Math.max(a, b));
  const longest = timesNs.reduce((a, b) => Math.max(a, b));
  const x = horizontal([0, most * 1.03]);
  const y = vertical([0, Math.max(longest, slope.confidenceInterval.upperBound * most) * 1.05]);
  const unit = timeUnit(longest);
  const { lowerBound, upperBound } = slope.confidenceInterval;
  const end = x.domain[1];
  return figureOf({
    id: 'samples',
    title: 'Total time over iterations',
    description: `${timesNs.length} batches of up to ${most.toLocaleString('en')} iterations around a line through the origin whose slope is ${written(slope)}.`,
    x,
    y,
    xAxis: { title: 'Iterations of a batch', ticks: ticksOf(x, 5) },
    yAxis: { title: `Total time (${unit.name})`, ticks: ticksOf(y, 5, unit.ns) },
    body: [
      bandOf(
        [
          [0, 0],
          [end, lowerBound * end],
          [end, upperBound * end],
        ],
        x,
        y,
      ),
      lineOf(
        [
          [0, 0],
          [end, slope.pointEstimate * end],
        ],
        x,
        y,
      ),
      batchDots(result.analysis, ({ index }) => [x.at(iterations[index] as number), y.at(timesNs[index] as number)]),
    ],
    legend: [
      ...legendOfBatches(result.analysis),
      { mark: 'curve', text: `Regression line, ${formatTime(slope.pointEstimate).trim()} per iteration` },
      { mark: 'band', text: `Its ${slope.confidenceInterval.confidenceLevel * 100} % confidence interval` },
    ],
  });
}

function flatChart(result: Sampled): Markup {
  const { averagesNs, estimates } = result.analysis;
  const { mean } = estimates;
  const count = averagesNs.length;
  const [least, greatest] = [averagesNs.reduce((a, b) => Math.min(a, b)), averagesNs.reduce((a, b) => Math.max(a, b))];
  const room = (greatest - least) * 0.1;
  const x = horizontal([0, count + 1]);
  const y = vertical([least - room, greatest + room]);
  const unit = timeUnit(mean.pointEstimate);
  const { lowerBound, upperBound, confidenceLevel } = mean.confidenceInterval;
  return figureOf({
    id: 'samples',
    title: 'Time of each batch',
    description: `${count} batches of ${(result.sample.iterations[0] as number).toLocaleString('en')} iterations each in the order in which they ran, around their mean of ${written(mean)}.`,
    x,
    y,
    xAxis: { title: 'Batch', ticks: ticksOf(x, 5).filter(({ value }) => Number.isInteger(value)) },
    yAxis: { title: `Time per iteration (${unit.name})`, ticks: ticksOf(y, 5, unit.ns) },
    body: [
      bandOf(
        [
          [0, lowerBound],
          [count + 1, lowerBound],
          [count + 1, upperBound],
          [0, upperBound],
        ],
        x,
        y,
      ),
      lineOf(
        [
          [0, mean.pointEstimate],
          [count + 1, mean.pointEstimate],
        ],
        x,
        y,
      ),
      batchDots(result.analysis, ({ value, index }) => [x.at(index + 1), y.at(value)]),
    ],
    legend: [
      ...legendOfBatches(result.analysis),
      { mark: 'curve', text: `Mean, ${formatTime(mean.pointEstimate).trim()}` },
      { mark: 'band', text: `Its ${confidenceLevel * 100} % confidence interval` },
    ],
  });
}

function bandOf(corners: readonly (readonly [number, number])[], x: Scale, y: Scale): Markup {
  return markup`<path${attributes({ class: 'band', d: `${pathOf(placed(corners, x, y))}Z` })}/>\n`;
}

function lineOf(ends: readonly (readonly [number, number])[], x: Scale, y: Scale): Markup {
  return markup`<path${attributes({ class: 'curve', d: pathOf(placed(ends, x, y)) })}/>\n`;
}

function placed(points: readonly (readonly [number, number])[], x: Scale, y: Scale): [number, number][] {
  return points.map(([a, b]) => [x.at(a), y.at(b)]);
}

function written({ pointEstimate, confidenceInterval }: Estimate): string {
  const [low, point, high] = [confidenceInterval.lowerBound, pointEstimate, confidenceInterval.upperBound].map((ns) =>
    formatTime(ns).trim(),
  );
  return `${point} (${low} to ${high})`;
}
