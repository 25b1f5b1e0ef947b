import test from 'ava';

import { renderMarkdown } from '../../../src/report/formats/markdown.js';
import { wholeRun } from '../compared.js';
import { finishedRun } from '../run.js';

test('the page holds machine, versions, settings and sample size', (t) => {
  const page = renderMarkdown(finishedRun());
  t.true(page.includes('| Machine | Some CPU, 2 cores, 4 threads, 8 GiB, virtual |'));
  t.true(
    page.includes(
      '| Node | 20.20.2 |\n| Wasmtime | 48.0.8 |\n| Commit | `ffffffffffff`, modified |\n| Date | 2026-11-20 |',
    ),
  );
  t.true(page.includes("| Samples | 30 samples; Criterion's default is 100 |"));
  t.true(page.includes('| Bounds | 95 % confidence, 200 resamples |'));
});

test('each category has a table with bounds, outliers, rate and settings', (t) => {
  const page = renderMarkdown(finishedRun());
  const [, runtime] = page.split('## `runtime`');
  t.regex(
    runtime ?? '',
    /\| `runtime\/engine_creation`<br>nothing \| [\d.]+ µs \| \*\*[\d.]+ µs\*\* \| [\d.]+ µs \| 3\.33% \| [\d,]+\/s \| interruption: fuel \|/,
  );
  t.true(page.includes('## `execution`'));
});

test('targets stand beside the guide’s words with their status', (t) => {
  const page = renderMarkdown(finishedRun());
  t.true(page.includes('| `a` | <10ms | < 10.000 ms | 2.3500 µs | met |'));
  t.true(page.includes('| `b` |  | ≥ 98 % | 61.5 % | **MISSED** |'));
  t.true(page.includes('| `c` |  | ≤ 512 KiB | — | — |'));
});

test('exact metrics, derived rows and latency classes are listed', (t) => {
  const page = renderMarkdown(finishedRun());
  t.true(page.includes('fuel per iteration 12, code 2 KiB'));
  t.true(page.includes('| `execution/ratio`<br>this over that | **0.98 ×** | R² 0.999 |'));
  t.regex(page, /- \*\*Sub-microsecond\*\* \(below 1 µs\): `execution\/add\/core\|call` [\d.]+ ns\n/);
});

test('exact metrics are told with their change against the baseline', (t) => {
  const page = renderMarkdown(wholeRun());
  t.true(page.includes('fuel per iteration 1,204 → 1,205 (+1), peak memory 64 KiB (no change), code 2 KiB'));
});

test('the latency of single calls has a table of its own', (t) => {
  const latency = { count: 12_345, p50Ns: 800, p95Ns: 1_200, p99Ns: 1_500, p999Ns: 16_000, maxNs: 3e6 };
  const run = finishedRun();
  t.false(renderMarkdown(run).includes('Latency of single calls'));
  const page = renderMarkdown({ ...run, results: run.results.map((result) => Object.assign({}, result, { latency })) });
  t.regex(
    page,
    /\| `runtime\/engine_creation` \| 800\.00 ns \| 1\.2000 µs \| 1\.5000 µs \| 16\.000 µs \| 3\.0000 ms \| 12,345 \|/,
  );
});

test('a pipe does not break a table', (t) => {
  t.true(renderMarkdown(finishedRun()).includes('| `execution/add/core\\|call`<br>one call |'));
});

test('failures are on the page', (t) => {
  const page = renderMarkdown(finishedRun({ failures: [{ id: 'x/y', error: new Error('broken') }] }));
  t.true(page.endsWith('## Failed\n\n- `x/y`: broken\n'));
});
