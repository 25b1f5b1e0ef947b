// JSON files: the files of a baseline, validated on every read and before every write.
import type * as fs from 'node:fs/promises';
import path from 'node:path';

import type { z } from 'zod';

import { BaselineError } from '../errors.js';

/** The functions of `node:fs/promises` that baselines need. */
export type FileSystem = Pick<
  typeof fs,
  'mkdir' | 'readFile' | 'writeFile' | 'rename' | 'readdir' | 'rm' | 'rmdir' | 'stat'
>;

/** A file that is ready to be written. */
export interface PreparedFile {
  /** The absolute path. */
  readonly path: string;
  readonly text: string;
}

/** The maximum size of a file; a million samples take about 40 MB. */
const MAX_BYTES = 64 * 2 ** 20;

/**
 * Reads `file` and parses it by `schema`.
 *
 * @param fix - The instruction that follows the error, for a file that cannot be used.
 * @throws BaselineError with `BAD_FILE` if it is missing, truncated or has an unexpected form; names file, field and
 *   fix.
 */
export async function readJson<T>(
  fileSystem: FileSystem,
  file: string,
  schema: z.ZodType<T>,
  fix?: string,
): Promise<T> {
  return parseJson(await readText(fileSystem, file, fix), file, schema, fix);
}

/**
 * Reads `file`.
 *
 * @throws BaselineError with `BAD_FILE` if it is missing, a directory, or larger than 64 MiB.
 */
export async function readText(fileSystem: FileSystem, file: string, fix?: string): Promise<string> {
  try {
    const stats = await fileSystem.stat(file);
    const { size } = stats;
    if (stats.isDirectory()) throw badFile(file, 'is a directory', 'delete it, and save the baseline again');
    if (size > MAX_BYTES) throw badFile(file, `has ${size} bytes, more than the limit of ${MAX_BYTES}`, fix);
    return await fileSystem.readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof BaselineError) throw cause;
    const what = isMissing(cause) ? 'is missing' : `cannot be read (${(cause as Error).message})`;
    throw badFile(file, what, fix, cause);
  }
}

/**
 * Parses `text` by `schema`.
 *
 * @param file - The name of the file for errors.
 * @throws BaselineError with `BAD_FILE` if it is truncated or has an unexpected form; names file, field and fix.
 */
export function parseJson<T>(text: string, file: string, schema: z.ZodType<T>, fix?: string): T {
  if (text.trim() === '') throw badFile(file, 'is empty', fix);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw badFile(file, 'is truncated or not JSON', fix, cause);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw badFile(file, `has an unexpected form: ${describe(parsed.error)}`, fix, parsed.error);
}

/** Creates the error for a file that cannot be used. @param what - The verb and the reason, such as `is missing`. */
export function badFile(
  file: string,
  what: string,
  fix: string = `delete ${path.dirname(file)}, or save the baseline again`,
  cause?: unknown,
): BaselineError {
  return new BaselineError('BAD_FILE', `${file} ${what}: ${fix}`, { cause });
}

/**
 * Serializes `value` for `file`.
 *
 * @throws BaselineError with `BAD_NUMBER` if a field does not fit `schema`, such as NaN for a number. JSON would turn
 *   it into `null`, on which critcmp fails.
 */
export function prepareJson<T>(file: string, value: T, schema: z.ZodType<T>): PreparedFile {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { path: file, text: JSON.stringify(parsed.data) };
  throw new BaselineError(
    'BAD_NUMBER',
    `${file} was not written, because ${describe(parsed.error)}: the measurement produced no usable figure`,
    { cause: parsed.error },
  );
}

/** Whether `error` says that a file or directory does not exist. */
export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  const field = issue?.path.join('.') || 'the whole file';
  return `'${field}': ${issue?.message.replace(/^Invalid input: /, '') ?? 'not as required'}`;
}
