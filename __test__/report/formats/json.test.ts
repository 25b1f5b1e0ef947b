// Tests of the JSON format and its published schema.
import { readFileSync } from 'node:fs';

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import test from 'ava';

import { renderJson, runDocument } from '../../../src/report/formats/json.js';
import { type RunDocument, runSchema } from '../../../src/report/formats/run-schema.js';
import { NASTY, wholeRun } from '../golden-run.js';
import { finishedRun } from '../fake-run.js';

/** The schema as users of the package import it. */
const PUBLISHED = new URL(import.meta.resolve('airssys-wasm/run.schema.json'));

function validator(): ValidateFunction {
  return new Ajv2020({ strict: true, allErrors: true }).compile(JSON.parse(readFileSync(PUBLISHED, 'utf8')));
}

test('the published schema is the current one', (t) => {
  t.deepEqual(
    JSON.parse(readFileSync(PUBLISHED, 'utf8')),
    runSchema(),
    'write JSON.stringify(runSchema(), null, 2) of src/report/formats/run-schema.ts to docs/run.schema.json, then run oxfmt',
  );
});

test('a complete run is valid by the published schema', (t) => {
  const validate = validator();
  for (const run of [wholeRun(), finishedRun(), finishedRun({ results: [], derived: [], targets: [] })]) {
    t.true(validate(JSON.parse(renderJson(run))), JSON.stringify(validate.errors));
  }
});

test('the published schema rejects other documents, and allows unknown fields', (t) => {
  const validate = validator();
  const document = runDocument(finishedRun());
  t.true(validate({ ...document, added: 1 }));
  t.false(validate({ ...document, schemaVersion: 2 }));
  t.false(validate({ ...document, results: [{ ...document.results[0], sample: undefined }] }));
  t.false(validate({ ...document, targets: [{ ...document.targets[0], status: 'perhaps' }] }));
});

test('ids, samples and comparisons are read back unchanged', (t) => {
  const run = wholeRun();
  const { results } = JSON.parse(renderJson(run)) as RunDocument;
  t.deepEqual(
    results.map(({ id, sample, comparison }) => ({ id, sample, comparison })),
    run.results.map(({ id, sample, comparison }) => ({ id, sample: { ...sample }, comparison: comparison ?? null })),
  );
  t.true(NASTY.every((name) => results.some(({ id }) => id === `nasty/${name}`)));
  t.is(results[0]?.directory, 'execution_compute_heavy/fib_10');
});

test('absent values are null', (t) => {
  const { results } = runDocument(wholeRun());
  const [compared, flat, fresh] = [results[0], results[4], results[5]];
  t.is(compared?.warmUpIterations, null);
  t.is(compared?.previous?.name, 'a');
  t.deepEqual(compared?.previous?.metrics, { fuelPerIteration: 1204, peakMemoryBytes: 65_536 });
  t.is(flat?.estimates.slope, null);
  t.is(fresh?.warmUpIterations, 10);
  t.deepEqual([fresh?.comparison, fresh?.previous, fresh?.latency, fresh?.throughput], [null, null, null, null]);
});

test('whole numbers beyond 2⁵³ are decimal text', (t) => {
  const { results } = runDocument(wholeRun());
  t.is(results.find(({ id }) => id === 'nasty/__proto__')?.metrics['fuelPerIteration'], '18446744073709551622');
});

test('a figure that JSON cannot represent is an error that names its field', (t) => {
  const run = finishedRun();
  const error = t.throws(() => renderJson({ ...run, derived: [{ id: 'x', description: '', unit: 'ns', value: NaN }] }));
  t.regex(error?.message ?? '', /"derived",\s*0,\s*"value"/);
});

test('failures keep name, message and code, for any thrown value', (t) => {
  const coded = Object.assign(new RangeError('broken\nsecond line'), { code: 'BROKEN' });
  const { failures } = runDocument(
    finishedRun({
      failures: [
        { id: 'a', error: coded },
        { id: 'b', error: 'odd' },
        { id: 'c', error: undefined },
      ],
    }),
  );
  t.deepEqual(failures, [
    { id: 'a', name: 'RangeError', message: 'broken\nsecond line', code: 'BROKEN' },
    { id: 'b', name: 'string', message: 'odd', code: null },
    { id: 'c', name: 'undefined', message: 'undefined', code: null },
  ]);
});
