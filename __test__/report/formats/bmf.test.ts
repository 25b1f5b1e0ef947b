// Tests of the Bencher Metric Format.
import { Ajv } from 'ajv';
import test from 'ava';

import { type BmfMetric, renderBmf } from '../../../src/report/formats/bmf.js';
import { NASTY, wholeRun } from '../golden-run.js';
import { finishedRun, reported } from '../fake-run.js';

// By Bencher's reference: measures by benchmark, each with a numeric value and optional bounds.
const SCHEMA = {
  type: 'object',
  patternProperties: {
    '.+': {
      type: 'object',
      patternProperties: {
        '.+': {
          type: 'object',
          properties: {
            value: { type: 'number' },
            lower_value: { type: 'number' },
            upper_value: { type: 'number' },
          },
          required: ['value'],
          additionalProperties: false,
        },
      },
    },
  },
};

function parsed(text: string): Map<string, Record<string, BmfMetric>> {
  return new Map(Object.entries(JSON.parse(text) as Record<string, Record<string, BmfMetric>>));
}

test('any run fits Bencher’s schema', (t) => {
  const validate = new Ajv().compile(SCHEMA);
  for (const run of [wholeRun(), finishedRun({ results: [] })]) {
    t.true(validate(JSON.parse(renderBmf(run))), JSON.stringify(validate.errors));
  }
});

test('latency has the bounds of its interval, and exact metrics are separate measures', (t) => {
  const run = wholeRun();
  const { pointEstimate, confidenceInterval } = run.results[0]?.analysis.typical ?? t.fail();
  t.deepEqual(parsed(renderBmf(run)).get('execution/compute_heavy/fib_10'), {
    latency: {
      value: pointEstimate,
      lower_value: confidenceInterval.lowerBound,
      upper_value: confidenceInterval.upperBound,
    },
    fuel: { value: 1204 },
    'peak-memory': { value: 65_536 },
    'code-size': { value: 2048 },
  });
});

test('every benchmark is included under its id', (t) => {
  const benchmarks = parsed(renderBmf(wholeRun()));
  for (const name of NASTY) t.true(benchmarks.has(`nasty/${name}`), name);
  t.is(benchmarks.size, wholeRun().results.length);
});

test('names too long for Bencher are truncated, and measures are in kebab case', (t) => {
  const result = reported({ function: 'x'.repeat(2000) }, 5, { liveInstances: 3, [`m${'x'.repeat(100)}`]: 1 });
  const [[id, measures]] = [...parsed(renderBmf(finishedRun({ results: [result] })))] as [[string, object]];
  t.is(id.length, 1024);
  t.deepEqual(Object.keys(measures), ['latency', 'live-instances', `m${'x'.repeat(63)}`]);
});
