// Recording of gate runs on identical code: its format, packed and unpacked.
//
// A recording keeps the contrasts of each round, with each of the three processes as the head: since all run identical
// code, the roles are interchangeable. It also keeps Criterion's verdict on two processes of the round. A gate's report
// calls the control `twin`.
import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { compare } from '../../dist/src/baseline/compare.js';
import { parseOptions } from '../../dist/src/bench/options.js';
import { contrastOf } from '../../dist/src/gate/round.js';

/** The fields of the processes that play base, control and head. */
const ROLES = [
  ['base', 'twin', 'head'],
  ['base', 'head', 'twin'],
  ['head', 'twin', 'base'],
];

const OPTIONS = parseOptions({ nresamples: 10_000 });

/** @param evidence - The field of that name in the report of `bench gate --report-json`. */
export function record(evidence) {
  return evidence.map(({ id, rounds }) => ({ id, rounds: rounds.map((round) => recordRound(id, round)) }));
}

function recordRound(id, round) {
  const contrasts = ROLES.map(([base, control, head]) => {
    const { effect, noise } = contrastOf({ base: round[base], control: round[control], head: round[head] });
    return [digits(effect), digits(noise)];
  });
  return { contrasts, criterion: criterion(id, round.base, round.head) };
}

function criterion(id, base, head) {
  const sample = (timesNs) => ({ mode: 'flat', iterations: timesNs.map(() => 1), timesNs });
  return compare(sample(head), { name: 'base', sample: sample(base) }, OPTIONS, id).verdict;
}

const digits = (value) => Number(value.toPrecision(4));

export const pack = (recording) => gzipSync(JSON.stringify(recording), { level: 9 });
export const unpack = (file) => JSON.parse(gunzipSync(readFileSync(file)).toString());
