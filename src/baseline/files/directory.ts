// Directories: each benchmark's directory and title by Criterion 0.8's rules, so that its tools find the files.
import path from 'node:path';

import { type BenchmarkDefinition, benchmarkId } from '../../bench/suite/definition.js';
import { BaselineError } from '../errors.js';

const UNSAFE = /[?"/\\*<>:|^]/g;
const CONTROLS = /\p{Cc}/gu;
const MAX_NAME_BYTES = 64;
const MAX_TITLE_BYTES = 100;
/** Group, function and value. */
const MAX_DEPTH = 3;
const RESERVED_NAMES = ['new', 'change', 'report'];

/** The directory of a benchmark's files, and the title of its reports. */
export interface BenchmarkLocation {
  /** The directory relative to the root, with `/`, such as `instantiation_cold_start/minimal_component`. */
  readonly directory: string;
  readonly title: string;
}

/**
 * Returns the root directory: `$CRITERION_HOME`, else `$CARGO_TARGET_DIR/criterion`, else `target/criterion`.
 *
 * @param workingDirectory - The base of relative paths.
 * @returns An absolute path.
 */
export function rootDirectory(env: NodeJS.ProcessEnv, workingDirectory: string): string {
  const root = env['CRITERION_HOME'] || path.join(env['CARGO_TARGET_DIR'] || 'target', 'criterion');
  return path.resolve(workingDirectory, root);
}

/**
 * Assigns a location to each benchmark. Names that become equal are numbered in order, so pass all benchmarks that
 * exist, not only those of one run.
 *
 * @returns The locations by id.
 */
export function benchmarkLocations(benchmarks: readonly BenchmarkDefinition[]): Map<string, BenchmarkLocation> {
  const directories = new Set<string>();
  const titles = new Set<string>();
  return new Map(
    benchmarks.map((benchmark) => {
      const id = benchmarkId(benchmark);
      const directory = uniqueName(safeDirectory(benchmark), directories, (name, n) => `${name}_${n}`);
      const title = uniqueName(shortTitle(id), titles, (name, n) => `${name} #${n}`);
      return [id, { directory, title }];
    }),
  );
}

/**
 * Checks the name of a baseline.
 *
 * @returns The name.
 * @throws BaselineError with `BAD_NAME` if the name is not a single safe directory name, or is reserved.
 */
export function checkBaselineName(name: string): string {
  const isPath = name.search(UNSAFE) >= 0 || /^\.{0,2}$/.test(name) || name !== name.trim();
  if (isPath || name.search(CONTROLS) >= 0 || Buffer.byteLength(name) > MAX_NAME_BYTES) {
    throw new BaselineError(
      'BAD_NAME',
      `'${escapeControls(name)}' cannot name a baseline: use 1 to ${MAX_NAME_BYTES} letters, digits, dots, hyphens and underscores`,
    );
  }
  if (RESERVED_NAMES.includes(name)) {
    throw new BaselineError(
      'BAD_NAME',
      `'${name}' cannot name a baseline, because every benchmark has a directory of that name: choose another name`,
    );
  }
  return name;
}

/**
 * Whether an untrusted `directory` lies below the root on every operating system and is one that `benchmarkLocations`
 * can assign: names separated by `/`, none of them empty, `.`, `..` or with an unsafe character.
 */
export function isSafeDirectory(directory: string): boolean {
  const names = directory.split('/');
  return (
    names.length <= MAX_DEPTH &&
    names.every((name) => name === safeName(name.replace(/_\d+$/, '')) + (/_\d+$/.exec(name)?.[0] ?? '')) &&
    names.every((name) => name !== '' && !hasControls(name))
  );
}

/** Escapes control characters in an untrusted name, because they would break lines and tables. */
export function escapeControls(name: string): string {
  return name.replace(CONTROLS, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function hasControls(name: string): boolean {
  return Buffer.from(name).some((byte) => byte < 0x20 || byte === 0x7f);
}

/** Whether a directory of this name is not a baseline. */
export function isReservedName(name: string): boolean {
  return RESERVED_NAMES.includes(name);
}

function safeDirectory(benchmark: BenchmarkDefinition): string {
  const { group, value } = benchmark;
  const names = [group, benchmark.function, ...(value === undefined ? [] : [value])].map(safeName).join('/');
  // The index page has this path.
  return names.replace(/^report\/index\.html(?=\/|$)/, 'report/index.html_');
}

function safeName(name: string): string {
  const safe = truncateUtf8(name.replace(UNSAFE, '_'), MAX_NAME_BYTES);
  return safe === '.' || safe === '..' ? safe.replaceAll('.', '_') : safe;
}

function shortTitle(id: string): string {
  const title = truncateUtf8(id, MAX_TITLE_BYTES);
  return title === id ? id : `${title}...`;
}

/** Truncates to at most `bytes` of UTF-8, at a character boundary. */
function truncateUtf8(text: string, bytes: number): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  let end = bytes;
  while (((encoded[end] as number) & 0xc0) === 0x80) end--;
  return encoded.subarray(0, end).toString();
}

function uniqueName(name: string, taken: Set<string>, numbered: (name: string, n: number) => string): string {
  let candidate = name;
  for (let n = 2; taken.has(candidate); n++) candidate = numbered(name, n);
  taken.add(candidate);
  return candidate;
}
