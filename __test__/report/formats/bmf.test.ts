import { Ajv } from 'ajv';
import test from 'ava';

import { type BmfMetric, renderBmf } from '../../../src/report/formats/bmf.js';
import { NASTY, wholeRun } from '../compared.js';
import { finishedRun, reported } from '../run.js';

// Bencher's reference: objects of measures by benchmark, each with a value and perhaps its bounds, all of them numbers.
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

test('any run has Bencher’s form', (t) => {
  const validate = new Ajv().compile(SCHEMA);
  for (const run of [wholeRun(), finishedRun({ results: [] })]) {
    t.true(validate(JSON.parse(renderBmf(run))), JSON.stringify(validate.errors));
  }
});

test('latency has the bounds of its interval, and exact metrics are measures of their own', (t) => {
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

test('every benchmark is there under its id', (t) => {
  const benchmarks = parsed(renderBmf(wholeRun()));
  for (const name of NASTY) t.true(benchmarks.has(`nasty/${name}`), name);
  t.is(benchmarks.size, wholeRun().results.length);
});

test('names that Bencher would refuse are cut, and measures spelt as it spells them', (t) => {
  const result = reported({ function: 'x'.repeat(2000) }, 5, { liveInstances: 3, [`m${'x'.repeat(100)}`]: 1 });
  const [[id, measures]] = [...parsed(renderBmf(finishedRun({ results: [result] })))] as [[string, object]];
  t.is(id.length, 1024);
  t.deepEqual(Object.keys(measures), ['latency', 'live-instances', `m${'x'.repeat(63)}`]);
});
