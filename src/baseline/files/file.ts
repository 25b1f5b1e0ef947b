// How is one file of a baseline read, and made ready to be written, so that what stands on disk is well-formed?
import type * as fs from 'node:fs/promises';
import path from 'node:path';

import type { z } from 'zod';

import { BaselineError } from '../errors.js';

/** The part of `node:fs/promises` that baselines need. */
export type FileSystem = Pick<
  typeof fs,
  'mkdir' | 'readFile' | 'writeFile' | 'rename' | 'readdir' | 'rm' | 'rmdir' | 'stat'
>;

/** A file that is ready to be written. */
export interface PreparedFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

/** A million samples take some 40 MB. */
const MOST_BYTES = 64 * 2 ** 20;

/**
 * Reads `file` and parses it by `schema`.
 *
 * @param fix - What to do about a file that is none, as an instruction.
 * @throws BaselineError with `BAD_FILE` naming file, field and fix when it is missing, cut short or of another form.
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
 * @throws BaselineError with `BAD_FILE` when it is missing, no file, or beyond all sizes that a baseline can have.
 */
export async function readText(fileSystem: FileSystem, file: string, fix?: string): Promise<string> {
  try {
    const stats = await fileSystem.stat(file);
    const { size } = stats;
    if (stats.isDirectory()) throw badFile(file, 'is a directory', 'delete it, and save the baseline again');
    if (size > MOST_BYTES) throw badFile(file, `has ${size} bytes, where ${MOST_BYTES} are the most`, fix);
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
 * @param file - What errors call it.
 * @throws BaselineError with `BAD_FILE` naming file, field and fix when it is cut short or of another form.
 */
export function parseJson<T>(text: string, file: string, schema: z.ZodType<T>, fix?: string): T {
  if (text.trim() === '') throw badFile(file, 'is empty', fix);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw badFile(file, 'is cut short or no JSON', fix, cause);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw badFile(file, `has another form: ${describe(parsed.error)}`, fix, parsed.error);
}

/** The error of a file that cannot be used. @param what - Its verb and reason, such as `is missing`. */
export function badFile(
  file: string,
  what: string,
  fix: string = `delete ${path.dirname(file)}, or save the baseline again`,
  cause?: unknown,
): BaselineError {
  return new BaselineError('BAD_FILE', `${file} ${what}: ${fix}`, { cause });
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

/** Whether `error` says that a file or directory does not exist. */
export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  const field = issue?.path.join('.') || 'the whole file';
  return `'${field}': ${issue?.message.replace(/^Invalid input: /, '') ?? 'not as required'}`;
}
