// Gate study: its scripts replay a recording with the package's present code.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import test from 'ava';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const study = `${root}docs/gate-study/study.mjs`;

test('the study replays the recording of short batches', async (t) => {
  const { stdout } = await promisify(execFile)(process.execPath, [study, '1', 'short'], { cwd: root });
  t.regex(stdout, /^short\.json\.gz: 63 benchmarks, 48 rounds of three processes/m);
  t.regex(stdout, /^\| suites in which the gate raises a false alarm \| [\d.]+ % \| 1 \|$/m);
  t.regex(
    stdout,
    /^\| benchmarks made 20 % slower that the gate finds, one of 63 at a time \| [1-9][\d.]* % \| 63 \|$/m,
  );
});

test('a recording has a contrast and a verdict for each role', async (t) => {
  const { pack, record } = (await import(`${root}docs/gate-study/recording.mjs`)) as {
    pack: (recording: unknown) => Buffer;
    record: (evidence: readonly unknown[]) => readonly { readonly rounds: readonly { contrasts: number[][] }[] }[];
  };
  const times = [100, 101, 99, 100, 102, 98, 100, 101, 99, 100];
  const round = { base: times, twin: times, head: times.map((ns) => ns * 2) };
  const recording = record([{ id: 'a/b', rounds: [round] }]);
  t.is(recording[0]?.rounds[0]?.contrasts.length, 3);
  t.true(recording[0]?.rounds[0]?.contrasts.flat().every(Number.isFinite));
  t.true(pack(recording).length > 0);
});
