// What is shown while a run goes on? One overwritten line on a terminal, plain lines elsewhere. Nothing here is called
// while a batch runs.
import { createLogUpdate } from 'log-update';

import type { Clock } from '../../bench/sampling/clock.js';
import type { Plan } from '../../bench/sampling/plan.js';
import type { Position } from '../../bench/run.js';
import { formatDuration } from './format.js';

/** A stream that may be a terminal. */
export type OutputStream = NodeJS.WriteStream | (NodeJS.WritableStream & { readonly isTTY?: boolean });

/** Shows where a run is. */
export interface Progress {
  warmingUp(position: Position): void;
  sampling(position: Position, plan: Plan, done: number): void;
  /** Takes away what is shown, before something else is printed. */
  clear(): void;
}

// Drawing takes a fraction of a millisecond, but would still cool the caches between short batches.
const REDRAW_NS = 100e6;

/**
 * @param stream - Where to show it; a terminal gets one overwritten line.
 * @param clock - Decides when to draw again.
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
  // A hidden cursor would stay hidden where the process is killed.
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

function heading({ id, number, total }: Position): string {
  return `[${number}/${total}] ${id}`;
}
