// Gate study: measures false alarms and detection rates, and prints the tables of docs/gate-study.md.
//
// `node docs/gate-study/study.mjs [suites] [recording]` reads the recordings in this directory.
import { readdirSync } from 'node:fs';
import { unpack } from './recording.mjs';
import { replay } from './replay.mjs';

const suites = Number(process.argv[2] ?? 2_000);
const here = new URL('.', import.meta.url);
const names = readdirSync(here)
  .filter((name) => name.endsWith('.json.gz') && name.startsWith(process.argv[3] ?? ''))
  .sort();

for (const name of names) {
  const recording = unpack(new URL(name, here));
  const rounds = Math.min(...recording.map((one) => one.rounds.length));
  console.log(`\n${name}: ${recording.length} benchmarks, ${rounds} rounds of three processes, identical code\n`);
  console.log(`| what | share | of |\n|---|---:|---:|`);
  await falseAlarms(recording);
  criterionAlarms(recording, rounds);
  await detection(recording);
}

async function falseAlarms(recording) {
  let alarms = 0;
  let suspected = 0;
  for (let seed = 1; seed <= suites; seed++) {
    const { verdicts, unconfirmed } = await replay(recording, { seed });
    const isAlarm = verdicts.some(({ time }) => time === 'regressed');
    alarms += isAlarm ? 1 : 0;
    suspected += isAlarm || unconfirmed.length > 0 ? 1 : 0;
  }
  row('suites in which the gate raises a false alarm', alarms, suites);
  row('suites in which it would without the rounds of confirmation', suspected, suites);
}

function criterionAlarms(recording, rounds) {
  const ofCriterion = recording.flatMap((one) => one.rounds.map(({ criterion }) => criterion));
  const isFalse = (verdict) => verdict === 'regressed' || verdict === 'improved';
  row(
    "benchmarks that Criterion's verdict calls changed, by two processes",
    ofCriterion.filter(isFalse).length,
    ofCriterion.length,
  );
  const alarmed = Array.from({ length: rounds }, (_, i) =>
    recording.some((one) => one.rounds[i].criterion === 'regressed'),
  );
  row("suites in which Criterion's verdict finds a regression", alarmed.filter(Boolean).length, rounds);
}

async function detection(recording) {
  for (const percent of [5, 10, 20]) {
    let found = 0;
    let tried = 0;
    for (let seed = 1; seed <= Math.ceil(suites / 20); seed++) {
      for (const { id } of recording) {
        const { verdicts } = await replay(
          recording.filter((one) => one.id === id),
          { seed, slower: { [id]: 1 + percent / 100 }, significanceLevel: 0.05 / recording.length },
        );
        found += verdicts.some(({ time }) => time === 'regressed') ? 1 : 0;
        tried += 1;
      }
    }
    row(`benchmarks made ${percent} % slower that the gate finds, one of ${recording.length} at a time`, found, tried);
  }
}

function row(what, count, of) {
  console.log(`| ${what} | ${((100 * count) / of).toFixed(2)} % | ${of} |`);
}
