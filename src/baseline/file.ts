// How is one file of a baseline read and written, so that what stands on disk is always whole and well-formed?
import type * as fs from 'node:fs/promises';
import path from 'node:path';

import type { z } from 'zod';

import { BaselineError } from './errors.js';

/** The part of `node:fs/promises` that baselines need. */
export type FileSystem = Pick<typeof fs, 'mkdir' | 'readFile' | 'writeFile' | 'rename' | 'readdir' | 'rm'>;

/** A file that is ready to be written. */
export interface PreparedFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Reads `file` and parses it by `schema`.
 *
 * @throws BaselineError with `BAD_FILE` naming file, field and fix when it is missing, cut short or of another form.
 */
export async function readJson<T>(fileSystem: FileSystem, file: string, schema: z.ZodType<T>): Promise<T> {
  let text: string;
  try {
    text = await fileSystem.readFile(file, 'utf8');
  } catch (cause) {
    throw badFile(file, isMissing(cause) ? 'is missing' : `cannot be read (${(cause as Error).message})`, cause);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw badFile(file, 'is cut short or no JSON', cause);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw badFile(file, `has another form: ${describe(parsed.error)}`, parsed.error);
}

/**
 * Turns `value` into the text of `file`.
 *
 * @throws BaselineError with `BAD_NUMBER` when a field is not what `schema` says, such as NaN where a number must be:
 * critcmp dies on the `null` that JSON makes of it.
 */
export function prepareJson<T>(file: string, value: T, schema: z.ZodType<T>): PreparedFile {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { path: file, text: JSON.stringify(parsed.data) };
  throw new BaselineError(
    'BAD_NUMBER',
    `${file} was not written, because ${describe(parsed.error)}: the measurement gave no usable figure`,
    { cause: parsed.error },
  );
}

/**
 * Writes `files` in order: first all of them under temporary names, then each renamed, so that a full disk or an end
 * in between leaves no file half written.
 *
 * @throws BaselineError with `NOT_WRITTEN` when the system refuses.
 */
export async function writeFiles(fileSystem: FileSystem, files: readonly PreparedFile[]): Promise<void> {
  const pending = files.map((file) => ({ ...file, temporary: `${file.path}.${process.pid}.tmp` }));
  try {
    for (const directory of new Set(files.map((file) => path.dirname(file.path)))) {
      await fileSystem.mkdir(directory, { recursive: true });
    }
    for (const { temporary, text } of pending) await fileSystem.writeFile(temporary, text);
    for (const { temporary, path: file } of pending) await fileSystem.rename(temporary, file);
  } catch (cause) {
    await Promise.allSettled(pending.map(({ temporary }) => fileSystem.rm(temporary, { force: true })));
    throw new BaselineError(
      'NOT_WRITTEN',
      `cannot write baselines (${(cause as Error).message}): make room or give access, or set CRITERION_HOME to another directory`,
      { cause },
    );
  }
}

/** Whether `error` says that a file or directory does not exist. */
export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function badFile(file: string, what: string, cause: unknown): BaselineError {
  return new BaselineError('BAD_FILE', `${file} ${what}: delete ${path.dirname(file)}, or save the baseline again`, {
    cause,
  });
}

function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  const field = issue?.path.join('.') || 'the whole file';
  return `'${field}': ${issue?.message.replace(/^Invalid input: /, '') ?? 'not as required'}`;
}
