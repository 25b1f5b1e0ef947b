// Replay of recorded rounds: runs the gate's own code with processes that play the recording back.
//
// Each simulated round uses one recorded round for all benchmarks, so that simultaneous disturbances stay together, and
// reassigns the three roles.
import { runRounds } from '../../dist/src/gate/rounds.js';
import { seededBits, UINT32_TO_UNIT } from '../../dist/src/stats/random.js';

const OPTIONS = {
  sampling: { warmUpNs: 1, measurementNs: 3, sampleSize: 3 },
  rounds: 6,
  maxRounds: 12,
  threshold: 0.01,
  significanceLevel: 0.05,
  confidenceLevel: 0.95,
  targetDetectable: 0.05,
};

/**
 * @param recording - The recording of one suite.
 * @param options.seed - Decides which rounds are drawn.
 * @param options.slower - Slow-down factors of the head, by benchmark id.
 * @returns What `runRounds` returns.
 */
export function replay(recording, { seed, slower = {}, ...more }) {
  const random = seededBits(seed, 'replay');
  const below = (n) => ((random.next() >>> 0) * n * UINT32_TO_UNIT) | 0;
  const rounds = Math.min(...recording.map((one) => one.rounds.length));
  const byId = new Map(recording.map((one) => [one.id, one]));
  let started = 0;
  let drawn;
  const start = async (side) => {
    if (started++ % 3 === 0) drawn = { round: below(rounds), part: below(3), mirrored: below(2) === 1, baseCount: 0 };
    const role = side === 'head' ? 'head' : drawn.baseCount++ === 0 ? 'base' : 'control';
    return runner(side, role, drawn);
  };
  const runner = (side, role, { round, part, mirrored }) => {
    let time = 1;
    return {
      prepare: async (id) => {
        const [effect, noise] = byId.get(id).rounds[round].contrasts[part];
        time = Math.exp(logTime(role, effect, mirrored ? -noise : noise)) * (side === 'head' ? (slower[id] ?? 1) : 1);
        return 1;
      },
      run: async (iterations) => iterations * time,
      finish: async () => ({}),
      close: async () => undefined,
    };
  };
  return runRounds(
    recording.map(({ id }) => id),
    start,
    { ...OPTIONS, seed, ...more },
  );
}

/** The base takes one unit; control and head follow from the contrasts. */
function logTime(role, effect, noise) {
  if (role === 'base') return 0;
  return role === 'control' ? -noise : effect - noise / 2;
}
