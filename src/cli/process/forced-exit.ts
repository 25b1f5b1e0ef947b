// How does the process end where a suite left something open that would keep it alive for ever?

/** What of the process is used. */
type Process = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'exit' | 'getActiveResourcesInfo'>;

/** Whoever closes at the end of the run has that much time to do it. */
const GRACE_MS = 1_000;

// Measured code may replace it.
const { setTimeout } = globalThis;

/** What keeps a process alive that is no suite's: its own streams. */
const STREAMS: readonly string[] = ['TTYWrap', 'PipeWrap', 'FSReqCallback'];

/** Once all is printed, waits for the process to end by itself, and then ends it and says so. Its status stays what it is. */
export function endSoon(process: Process): void {
  process.stdout.write('', () => {
    setTimeout(() => {
      const open = [...new Set(process.getActiveResourcesInfo())].filter((name) => !STREAMS.includes(name));
      const what = open.length === 0 ? '' : ` (${open.join(', ')})`;
      const note = `note: a suite left something open${what}, which is ended with the process: close it in the benchmark's dispose or teardown\n`;
      process.stderr.write(note, () => process.exit());
    }, GRACE_MS).unref();
  });
}
