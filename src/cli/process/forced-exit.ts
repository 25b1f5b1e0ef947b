// Forced exit: ends a process that handles left open by a suite would keep alive.

/** The part of the process that is used. */
type Process = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'exit' | 'getActiveResourcesInfo'>;

/** Time for suites to close their handles at the end of a run. */
const GRACE_MS = 1_000;

// Taken at load, since measured code may replace it.
const { setTimeout } = globalThis;

/** Resources that belong to the process's own streams and not to a suite. */
const STREAMS: readonly string[] = ['TTYWrap', 'PipeWrap', 'FSReqCallback'];

/**
 * Once all output is written, waits for the process to exit by itself, and otherwise ends it with a note. The exit status
 * does not change.
 */
export function forceExitAfterGrace(process: Process): void {
  process.stdout.write('', () => {
    setTimeout(() => {
      const open = [...new Set(process.getActiveResourcesInfo())].filter((name) => !STREAMS.includes(name));
      const what = open.length === 0 ? '' : ` (${open.join(', ')})`;
      const note = `note: a suite left resources open${what}, which end with the process: close them in the benchmark's dispose or teardown\n`;
      process.stderr.write(note, () => process.exit());
    }, GRACE_MS).unref();
  });
}
