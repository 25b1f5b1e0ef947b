// With which status does a command end?

/** Exit statuses: a benchmark or a check failed, the command line was wrong, the user interrupted, or left off reading. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130, cut: 141 } as const;
