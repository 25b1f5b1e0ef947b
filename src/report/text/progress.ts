// Progress: one overwritten line on a terminal, plain lines elsewhere. Nothing here is called while a batch runs.
import { createLogUpdate } from 'log-update';

import type { Clock } from '../../bench/timing/clock.js';
import type { SamplingPlan } from '../../bench/sampling/plan.js';
import type { RunPosition } from '../../bench/run-benchmarks.js';
import { formatDuration } from './format.js';

/** A stream that may be a terminal. */
export type OutputStream = NodeJS.WriteStream | (NodeJS.WritableStream & { readonly isTTY?: boolean });

/** The progress display of a run. */
export interface Progress {
  warmingUp(position: RunPosition): void;
  sampling(position: RunPosition, plan: SamplingPlan, done: number): void;
  /** Erases the line, so that something else can be printed. */
  clear(): void;
}

// Drawing takes less than a millisecond, but would still evict cached data between short batches.
const REDRAW_NS = 100e6;

/**
 * Creates the progress display.
 *
 * @param stream - The stream to write to; a terminal gets one overwritten line.
 * @param clock - Limits how often the line is redrawn.
 */
export function createProgress(stream: OutputStream, clock: Clock): Progress {
  return stream.isTTY ? overwrittenLine(stream as NodeJS.WriteStream, clock) : plainLines(stream);
}

function plainLines(stream: NodeJS.WritableStream): Progress {
  return {
    warmingUp: (position) => void stream.write(`${heading(position)} …\n`),
    sampling: () => undefined,
    clear: () => undefined,
  };
}

function overwrittenLine(stream: NodeJS.WriteStream, clock: Clock): Progress {
  // A killed process would leave a hidden cursor hidden.
  const line = createLogUpdate(stream, { showCursor: true });
  let drawnNs = -Infinity;
  return {
    warmingUp: (position) => line(`${heading(position)}: warming up`),
    sampling(position, plan, done) {
      if (done > 0 && clock() - drawnNs < REDRAW_NS) return;
      drawnNs = clock();
      const total = plan.iterations.length;
      line(`${heading(position)}: sample ${done + 1} of ${total}, about ${formatDuration(plan.expectedNs)} in all`);
    },
    clear: () => line.clear(),
  };
}

function heading({ id, number, total }: RunPosition): string {
  return `[${number}/${total}] ${id}`;
}
