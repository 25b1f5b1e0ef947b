// How does a baseline travel in one file?
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

import { z } from 'zod';

import { type Incoming, putRecords, reserved, reservedForReading, type Select, selectStored } from './copy.js';
import { checkBaselineName, isSafeDirectory } from '../files/directory.js';
import { BaselineError } from '../errors.js';
import { badFile, isMissing, parseJson } from '../files/file.js';
import { FILE_NAMES, type FileName, parseRecord, type StoredBenchmark, type Texts } from '../files/record.js';
import type { Store } from '../store.js';

/** A whole baseline, the files of its benchmarks word for word, as JSON. */
interface ArchiveFile {
  readonly schema: typeof SCHEMA;
  readonly version: 1;
  /** The baseline's name. */
  readonly name: string;
  readonly benchmarks: readonly {
    /** Relative to the root, with `/`. */
    readonly directory: string;
    readonly files: Readonly<Record<string, unknown>>;
  }[];
}

/** An archive that has been checked whole. */
export interface Archive {
  readonly name: string;
  readonly benchmarks: readonly StoredBenchmark[];
}

const SCHEMA = 'airssys-wasm/baseline';
const MOST_BYTES = 256 * 2 ** 20;
const MOST_BENCHMARKS = 100_000;
const FIX = 'export the baseline again';
const NEWER = 'must be 1; a newer release of the bench may read it';

const ARCHIVE_FILE: z.ZodType<ArchiveFile> = z.object({
  schema: z.literal(SCHEMA, `must be "${SCHEMA}"`),
  version: z.literal(1, NEWER),
  name: z.string(),
  benchmarks: z
    .array(
      z.object({
        directory: z.string().refine(isSafeDirectory, 'must name a directory below the root'),
        files: z.partialRecord(z.enum(FILE_NAMES), z.unknown()),
      }),
    )
    .min(1)
    .max(MOST_BENCHMARKS),
});

/**
 * Writes the baseline `name`, which may be `new`, into one file that says all of it; packed by gzip where the file's name
 * ends in `.gz`.
 *
 * @param file - Absolute.
 * @returns The ids of what it holds.
 * @throws BaselineError with `NO_BASELINE`, `BAD_FILE`, `EXISTS` where the file does and `force` is not given, `LOCKED`
 *   or `NOT_WRITTEN`.
 */
export async function exportBaseline(
  store: Store,
  name: string,
  file: string,
  { force = false, select }: { readonly force?: boolean; readonly select?: Select | undefined } = {},
): Promise<string[]> {
  const chosen = await reservedForReading(store, [name], () => selectStored(store, name, select));
  const archive: ArchiveFile = {
    schema: SCHEMA,
    version: 1,
    name,
    benchmarks: chosen.map(({ directory, texts }) => ({ directory, files: parsed(texts) })),
  };
  const text = `${JSON.stringify(archive)}\n`;
  await writeNew(store, file, file.endsWith('.gz') ? gzipSync(text) : text, force);
  return chosen.map(({ id }) => id);
}

/**
 * Reads an archive and checks all of it.
 *
 * @param file - Absolute; packed or not, whatever its name.
 * @throws BaselineError with `BAD_FILE` naming file, field and fix.
 */
export async function readArchive(store: Pick<Store, 'fileSystem'>, file: string): Promise<Archive> {
  const { name, benchmarks } = parseJson(await unpack(store, file), file, ARCHIVE_FILE, FIX);
  const ids = new Map<string, string>();
  const directories = new Set<string>();
  const records = benchmarks.map(({ directory, files }, i) => {
    const label = (inner: FileName) => `${file}: benchmarks.${i}.files.${inner}`;
    const record = parseRecord(written(files), { name, directory, label, fix: FIX });
    if (directories.has(directory)) throw badFile(file, `has the directory ${directory} twice`, FIX);
    if (ids.has(record.id)) {
      throw badFile(file, `has '${record.id}' twice, in ${ids.get(record.id)} and ${directory}`, FIX);
    }
    ids.set(record.id, directory);
    directories.add(directory);
    return record;
  });
  return { name, benchmarks: records };
}

/**
 * Writes what an archive holds into the store, after all of it has been checked; benchmark by benchmark, each wholly or
 * not at all.
 *
 * @param file - Absolute.
 * @returns The baseline's name there, and the ids of what was written.
 * @throws BaselineError with `BAD_FILE`, `BAD_NAME`, `EXISTS` where something is to be replaced without `force`, `LOCKED`
 *   or `NOT_WRITTEN`.
 */
export async function importBaseline(
  store: Store,
  file: string,
  options: { readonly as?: string | undefined; readonly force?: boolean; readonly select?: Select | undefined } = {},
): Promise<{ readonly name: string; readonly ids: readonly string[] }> {
  const { as, force = false, select } = options;
  const archive = await readArchive(store, file);
  const name = checkBaselineName(as ?? archive.name);
  const chosen: readonly Incoming[] = archive.benchmarks.filter(({ id }) => select?.(id) ?? true);
  if (chosen.length === 0) {
    throw new BaselineError(
      'NO_BASELINE',
      `none of the ${archive.benchmarks.length} benchmarks of ${file} is selected`,
    );
  }
  await reserved(store, [name], () => putRecords(store, name, chosen, { force, isPart: select !== undefined }));
  return { name, ids: chosen.map(({ id }) => id) };
}

function parsed(texts: Texts): Record<string, unknown> {
  return Object.fromEntries(Object.entries(texts).map(([file, text]) => [file, JSON.parse(text) as unknown]));
}

function written(files: Readonly<Record<string, unknown>>): Texts {
  return Object.fromEntries(Object.entries(files).map(([file, value]) => [file, JSON.stringify(value)]));
}

async function unpack({ fileSystem }: Pick<Store, 'fileSystem'>, file: string): Promise<string> {
  try {
    const { size } = await fileSystem.stat(file);
    if (size > MOST_BYTES) throw badFile(file, `has ${size} bytes, where ${MOST_BYTES} are the most`, FIX);
    const bytes = await fileSystem.readFile(file);
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return (isPacked ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes).toString();
  } catch (cause) {
    if (cause instanceof BaselineError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (isMissing(cause)) throw badFile(file, 'is missing', 'name a file that bench baseline export wrote', cause);
    const isTooLarge = code === 'ERR_BUFFER_TOO_LARGE';
    throw badFile(
      file,
      isTooLarge ? `unpacks to more than ${MOST_BYTES} bytes` : `cannot be read (${message})`,
      FIX,
      cause,
    );
  }
}

async function writeNew({ fileSystem }: Store, file: string, content: string | Buffer, force: boolean): Promise<void> {
  const found = await fileSystem.stat(file).catch(() => undefined);
  if (found !== undefined && (!force || found.isDirectory())) {
    const fix = found.isDirectory() ? 'name a file in it' : 'name another, or replace it with --force';
    throw new BaselineError('EXISTS', `${file} exists${found.isDirectory() ? ' and is a directory' : ''}: ${fix}`);
  }
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await fileSystem.mkdir(path.dirname(file), { recursive: true });
    await fileSystem.writeFile(temporary, content, { flush: true });
    await fileSystem.rename(temporary, file);
  } catch (cause) {
    await fileSystem.rm(temporary, { force: true }).catch(() => undefined);
    const { message } = cause as Error;
    throw new BaselineError('NOT_WRITTEN', `cannot write ${file} (${message}): make room, or name another file`, {
      cause,
    });
  }
}
