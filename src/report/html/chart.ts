// Chart: an SVG frame with two axes, a description for screen readers, and a legend.
import { attributes, type Content, type Markup, markup } from '../markup.js';
import { type Scale, scaleOf, type Tick } from './scale.js';

/** The size of a chart in its own units; the page scales it. */
const WIDTH = 480;
const HEIGHT = 270;
const LEFT = 56;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 44;

/** The edges of the space between the axes. */
export const PLOT: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number } = {
  left: LEFT,
  right: WIDTH - RIGHT,
  top: TOP,
  bottom: HEIGHT - BOTTOM,
};

export interface Axis {
  readonly title: string;
  readonly ticks: readonly Tick[];
}

export interface LegendEntry {
  /** The CSS class of the explained element. */
  readonly mark:
    | 'curve'
    | 'mean'
    | 'fence'
    | 'severe-fence'
    | 'point'
    | 'mild-outlier'
    | 'severe-outlier'
    | 'band'
    | 'previous'
    | 'noise';
  readonly text: string;
}

export interface Chart {
  /** Unique on its page. */
  readonly id: string;
  readonly title: string;
  /** The contents in words, with the figures. */
  readonly description: string;
  readonly x: Scale;
  readonly y: Scale;
  readonly xAxis: Axis;
  readonly yAxis: Axis;
  readonly body: Content;
  readonly legend: readonly LegendEntry[];
}

export function horizontal(domain: readonly [number, number]): Scale {
  return scaleOf(domain, PLOT.left, PLOT.right);
}

export function vertical(domain: readonly [number, number]): Scale {
  return scaleOf(domain, PLOT.bottom, PLOT.top);
}

/** Renders the chart as a figure with its heading and legend. */
export function figureOf(chart: Chart): Markup {
  const { id, title, description, body, legend } = chart;
  const labelled = attributes({ 'aria-labelledby': `${id}-title ${id}-description` });
  return markup`<figure>
<figcaption>${title}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"${labelled}>
<title id="${id}-title">${title}</title>
<desc id="${id}-description">${description}</desc>
<clipPath id="${id}-plot"><rect${attributes({ x: PLOT.left, y: PLOT.top, width: PLOT.right - PLOT.left, height: PLOT.bottom - PLOT.top })}/></clipPath>
${xAxisOf(chart)}${yAxisOf(chart)}<g clip-path="url(#${id}-plot)">
${body}</g>
</svg>
<ul class="legend">${legend.map(legendItem)}</ul>
</figure>
`;
}

/** Returns the SVG path through `points`, in the chart's units. */
export function pathOf(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${tenth(x)} ${tenth(y)}`).join('');
}

/** Draws a vertical line over the whole height. */
export function verticalLine(className: string, x: number): Markup {
  return markup`<line${attributes({ class: className, x1: tenth(x), x2: tenth(x), y1: PLOT.top, y2: PLOT.bottom })}/>\n`;
}

/** Draws a dot with a tooltip. */
export function dot(className: string, x: number, y: number, words: string): Markup {
  return markup`<circle${attributes({ class: className, cx: tenth(x), cy: tenth(y), r: 2.5 })}><title>${words}</title></circle>\n`;
}

function xAxisOf({ x, xAxis }: Chart): Markup {
  const marks = xAxis.ticks.map(({ value, label }) => {
    const at = tenth(x.at(value));
    const line = attributes({ class: 'grid', x1: at, x2: at, y1: PLOT.top, y2: PLOT.bottom });
    return markup`<line${line}/><text${attributes({ x: at, y: PLOT.bottom + 16, 'text-anchor': 'middle' })}>${label}</text>\n`;
  });
  const middle = { x: (PLOT.left + PLOT.right) / 2, y: HEIGHT - 8, 'text-anchor': 'middle' };
  return markup`${marks}<text${attributes({ class: 'axis', ...middle })}>${xAxis.title}</text>\n`;
}

function yAxisOf({ y, yAxis }: Chart): Markup {
  const marks = yAxis.ticks.map(({ value, label }) => {
    const at = tenth(y.at(value));
    const line = attributes({ class: 'grid', x1: PLOT.left, x2: PLOT.right, y1: at, y2: at });
    return markup`<line${line}/><text${attributes({ x: PLOT.left - 6, y: at + 4, 'text-anchor': 'end' })}>${label}</text>\n`;
  });
  const middle = (PLOT.top + PLOT.bottom) / 2;
  const turned = attributes({
    class: 'axis',
    transform: `translate(13 ${middle}) rotate(-90)`,
    'text-anchor': 'middle',
  });
  return markup`${marks}<text${turned}>${yAxis.title}</text>\n`;
}

function legendItem({ mark, text }: LegendEntry): Markup {
  return markup`<li><span${attributes({ class: `swatch ${mark}` })} aria-hidden="true"></span>${text}</li>\n`;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
