// Exit statuses of the program.

/**
 * Exit statuses: `failed` for a failed benchmark or check, `usage` for a mistake in the command line, `interrupted` by the
 * user, and `pipeClosed` if the reader of standard output is gone.
 */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130, pipeClosed: 141 } as const;
