// Style: the CSS of all pages, for light and dark, wide and narrow screens.
import { type Markup, markup } from '../markup.js';

/** The style element of all pages. */
export const STYLE: Markup = markup`<style>
:root {
  color-scheme: light dark;
  --page: #ffffff; --surface: #f5f6f8; --line: #d8dce2; --text: #1b1f24; --muted: #59626d;
  --link: #1a56c4; --now: #1a56c4; --then: #b45309; --good: #147a43; --bad: #c0232c; --mild: #9a6700;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --surface: #1e2228; --line: #363c45; --text: #e7eaee; --muted: #a3acb8;
    --link: #86b5ff; --now: #86b5ff; --then: #f3ad63; --good: #5fd39a; --bad: #ff8d8d; --mild: #e3b84f;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 74rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .25rem 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; }
p { margin: .25rem 0 .75rem; }
a { color: var(--link); }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
small { color: var(--muted); font-size: .82rem; }
.muted { color: var(--muted); }
.good { color: var(--good); }
.bad { color: var(--bad); }
.badge { white-space: nowrap; }
ul.links, ul.counts, ul.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .35rem 1.1rem; margin: .5rem 0; padding: 0; }
ul.counts { gap: .6rem; margin: 1rem 0; }
ul.counts li, dl.tiles > div { background: var(--surface); border: 1px solid var(--line); border-radius: .5rem; padding: .45rem .8rem; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
table.fixed { table-layout: fixed; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--muted); font-size: .82rem; font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 500; }
th small, td small { display: block; font-weight: 400; }
td.number, th.number { text-align: right; }
td.number { white-space: nowrap; }
.spark { display: block; width: 6rem; height: 1.4rem; }
dl { margin: 0; }
dl > div { display: grid; grid-template-columns: 12rem 1fr; gap: 0 1rem; padding: .35rem 0; border-bottom: 1px solid var(--line); }
table + dl, .charts + dl { margin-top: 1rem; }
dt { color: var(--muted); }
dd { margin: 0; }
dl.tiles { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1rem 0; }
dl.tiles > div { display: block; }
dl.tiles dt { font-size: .82rem; }
dl.tiles strong { font-size: 1.15rem; }
dl.tiles small { display: block; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1.25rem; }
figure { margin: 0; padding: .75rem .9rem; min-width: 0; background: var(--surface); border: 1px solid var(--line); border-radius: .5rem; }
figcaption { font-weight: 600; margin-bottom: .35rem; }
figure svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--muted); font: 12px system-ui, sans-serif; font-variant-numeric: tabular-nums; }
svg .grid { stroke: var(--line); stroke-width: 1; }
.area { fill: var(--now); fill-opacity: .18; }
.previous { fill: var(--then); fill-opacity: .16; }
svg .line { fill: none; stroke: var(--now); stroke-width: 1.75; }
svg .previous.line { stroke: var(--then); }
svg .mean { stroke: var(--now); stroke-width: 1.75; }
svg .previous-mean { stroke: var(--then); stroke-width: 1.75; stroke-dasharray: 5 3; }
svg .fence { stroke: var(--mild); stroke-width: 1.25; stroke-dasharray: 4 3; }
svg .severe-fence { stroke: var(--bad); stroke-width: 1.25; stroke-dasharray: 4 3; }
svg .zero { stroke: var(--muted); stroke-width: 1; }
svg .point { fill: var(--text); fill-opacity: .65; }
svg .mild-outlier { fill: var(--mild); }
svg .severe-outlier { fill: var(--bad); }
svg .curve, svg .interval { fill: none; stroke: var(--now); stroke-width: 1.75; }
svg .estimate { fill: var(--now); }
svg .band { fill: var(--now); fill-opacity: .22; }
svg .noise { fill: var(--muted); fill-opacity: .18; }
ul.legend { gap: .15rem .9rem; margin: .4rem 0 0; font-size: .82rem; color: var(--muted); }
.swatch { display: inline-block; width: 1rem; height: .7rem; margin-right: .4rem; vertical-align: baseline; }
.swatch.curve, .swatch.mean { height: 0; border-top: 2px solid var(--now); vertical-align: middle; }
.swatch.fence, .swatch.severe-fence { height: 0; border-top: 2px dashed var(--mild); vertical-align: middle; }
.swatch.severe-fence { border-color: var(--bad); }
.swatch.point, .swatch.mild-outlier, .swatch.severe-outlier { width: .5rem; height: .5rem; border-radius: 50%; background: var(--text); }
.swatch.point { opacity: .65; }
.swatch.mild-outlier { background: var(--mild); }
.swatch.severe-outlier { background: var(--bad); }
.swatch.band { background: var(--now); opacity: .22; }
.swatch.noise { background: var(--muted); opacity: .3; }
.swatch.previous { background: none; height: 0; border-top: 2px dashed var(--then); vertical-align: middle; }
@media (max-width: 44rem) {
  main { padding: 1rem .9rem 3rem; }
  h1 { font-size: 1.3rem; }
  dl > div { grid-template-columns: 1fr; }
  table, tbody { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr { display: block; padding: .6rem 0; border-bottom: 1px solid var(--line); }
  tbody th, tbody td { display: block; padding: .1rem 0; border: 0; }
  tbody td { display: grid; grid-template-columns: 7rem 1fr; gap: 0 .75rem; }
  tbody td::before { content: attr(data-label); color: var(--muted); font-size: .82rem; grid-row: span 9; padding-top: .1rem; }
  td.number { text-align: left; white-space: normal; }
  td.empty { display: none; }
}
@media print { figure, section { break-inside: avoid; } }
</style>`;
