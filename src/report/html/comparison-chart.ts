// How far do a measurement and its baseline lie apart?
import type { Comparison } from '../../baseline/compare.js';
import type { Baseline } from '../../baseline/store.js';
import { averagesNs } from '../../bench/sampling/sample.js';
import type { Estimate } from '../../stats/estimate.js';
import { mean } from '../../stats/descriptive.js';
import { tukeyFences } from '../../stats/outliers.js';
import { formatChange, formatTime } from '../text/format.js';
import { attributes, type Markup, markup } from '../markup.js';
import type { ReportedResult } from '../run-report.js';
import { figureOf, horizontal, PLOT, vertical, verticalLine } from './chart.js';
import { areaOf, curveOf, peakOf, rangeOf } from './density-chart.js';
import { type Scale, ticksOf, timeUnit } from './scale.js';

/** Both densities on one scale. */
export function densitiesChart({ analysis }: Pick<ReportedResult, 'analysis'>, previous: Baseline): Markup {
  const before = averagesNs(previous.sample);
  const [low, high] = rangeOf(analysis.averagesNs, analysis.fences);
  const [previousLow, previousHigh] = rangeOf(before, tukeyFences(before));
  const range = [Math.min(low, previousLow), Math.max(high, previousHigh)] as const;
  const curves = [curveOf(before, range), curveOf(analysis.averagesNs, range)] as const;
  const x = horizontal(range);
  const y = vertical([0, Math.max(...curves.map(peakOf)) * 1.05]);
  const means = [mean(before), analysis.estimates.mean.pointEstimate] as const;
  const unit = timeUnit(means[1]);
  const [then, now] = means.map((ns) => formatTime(ns).trim());
  return figureOf({
    id: 'densities',
    title: 'Densities of both',
    description: `Kernel densities of the batch means: mean ${now} now, ${then} in the baseline ${previous.name}.`,
    x,
    y,
    xAxis: { title: `Time per iteration (${unit.name})`, ticks: ticksOf(x, 5, unit.ns) },
    yAxis: { title: 'Density', ticks: [] },
    body: [
      areaOf(curves[0], x, y, 'previous'),
      areaOf(curves[1], x, y, 'area'),
      verticalLine('previous-mean', x.at(means[0])),
      verticalLine('mean', x.at(means[1])),
    ],
    legend: [
      { mark: 'curve', text: `Now, mean ${now}` },
      { mark: 'previous', text: `Baseline ${previous.name}, mean ${then}` },
    ],
  });
}

/** The relative changes of mean and median with their intervals, before the noise threshold. */
export function changeChart({ change, baseline }: Comparison, noiseThreshold: number): Markup {
  const rows = [
    ['Mean', change.mean],
    ['Median', change.median],
  ] as const;
  const farthest = rows.flatMap(
    ([
      ,
      {
        confidenceInterval: { lowerBound, upperBound },
      },
    ]) => [lowerBound, upperBound],
  );
  const reach = Math.max(...farthest.map(Math.abs), noiseThreshold) * 1.15;
  const x = horizontal([-reach, reach]);
  const y = vertical([-0.5, rows.length - 0.5]);
  return figureOf({
    id: 'change',
    title: 'Relative change',
    description: `Against ${baseline}: ${rows.map(([name, estimate]) => `${name.toLowerCase()} ${changeText(estimate)}`).join(', ')}; the noise threshold is ${noiseThreshold * 100} %.`,
    x,
    y,
    xAxis: { title: 'Change (%), less is faster', ticks: ticksOf(x, 5, 0.01) },
    yAxis: { title: '', ticks: rows.map(([label], i) => ({ value: rows.length - 1 - i, label })) },
    body: [
      noiseBand(noiseThreshold, x),
      verticalLine('zero', x.at(0)),
      rows.map(([, estimate], i) => interval(estimate, x, y.at(rows.length - 1 - i))),
    ],
    legend: [
      { mark: 'curve', text: 'Estimate with its confidence interval' },
      { mark: 'noise', text: `Noise, up to ${noiseThreshold * 100} %` },
    ],
  });
}

/** Such as `−2.34% (−2.50% to −2.20%)`. */
export function changeText({ pointEstimate, confidenceInterval }: Estimate): string {
  const [low, point, high] = [confidenceInterval.lowerBound, pointEstimate, confidenceInterval.upperBound].map(
    (fraction) => formatChange(fraction).trim(),
  );
  return `${point} (${low} to ${high})`;
}

function noiseBand(noise: number, x: Scale): Markup {
  const [from, to] = [x.at(-noise), x.at(noise)];
  const place = { x: from, y: PLOT.top, width: to - from, height: PLOT.bottom - PLOT.top };
  return markup`<rect${attributes({ class: 'noise', ...place })}/>\n`;
}

function interval({ pointEstimate, confidenceInterval }: Estimate, x: Scale, y: number): Markup {
  const [from, to] = [x.at(confidenceInterval.lowerBound), x.at(confidenceInterval.upperBound)];
  const d = `M${from} ${y}H${to}M${from} ${y - 9}V${y + 9}M${to} ${y - 9}V${y + 9}`;
  return markup`<path${attributes({ class: 'interval', d })}/><circle${attributes({ class: 'estimate', cx: x.at(pointEstimate), cy: y, r: 5 })}/>\n`;
}
