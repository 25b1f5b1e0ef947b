// Under which directory and title are a benchmark's files kept? Criterion 0.8's rules, so that its tools find them.
import path from 'node:path';

import { type BenchmarkDefinition, benchmarkId } from '../../bench/suite/definition.js';
import { BaselineError } from '../errors.js';

const UNSAFE = /[?"/\\*<>:|^]/g;
const CONTROLS = /\p{Cc}/gu;
const DIRECTORY_BYTES = 64;
const TITLE_BYTES = 100;
/** Group, function and value. */
const MOST_NAMES = 3;
const RESERVED = ['new', 'change', 'report'];

/** Where a benchmark's files lie and what its reports are called. */
export interface Place {
  /** Relative to the root, with `/`, such as `instantiation_cold_start/minimal_component`. */
  readonly directory: string;
  readonly title: string;
}

/**
 * The directory that holds everything: `$CRITERION_HOME`, else `$CARGO_TARGET_DIR/criterion`, else `target/criterion`.
 *
 * @param workingDirectory - What relative paths start from.
 * @returns An absolute path.
 */
export function rootDirectory(env: NodeJS.ProcessEnv, workingDirectory: string): string {
  const root = env['CRITERION_HOME'] || path.join(env['CARGO_TARGET_DIR'] || 'target', 'criterion');
  return path.resolve(workingDirectory, root);
}

/**
 * The place of each benchmark by id. Names that become alike are told apart by their order, so give all benchmarks
 * that exist, not only those of one run.
 */
export function placesOf(benchmarks: readonly BenchmarkDefinition[]): Map<string, Place> {
  const directories = new Set<string>();
  const titles = new Set<string>();
  return new Map(
    benchmarks.map((benchmark) => {
      const id = benchmarkId(benchmark);
      const directory = distinct(safeDirectory(benchmark), directories, (name, n) => `${name}_${n}`);
      const title = distinct(shortTitle(id), titles, (name, n) => `${name} #${n}`);
      return [id, { directory, title }];
    }),
  );
}

/**
 * Checks a baseline's name.
 *
 * @throws BaselineError with `BAD_NAME` for a name that is no single directory, or has a meaning already.
 */
export function checkBaselineName(name: string): string {
  const isPath = name.search(UNSAFE) >= 0 || /^\.{0,2}$/.test(name) || name !== name.trim();
  if (isPath || name.search(CONTROLS) >= 0 || Buffer.byteLength(name) > DIRECTORY_BYTES) {
    throw new BaselineError(
      'BAD_NAME',
      `'${printable(name)}' cannot name a baseline: use 1 to ${DIRECTORY_BYTES} letters, digits, dots, hyphens and underscores`,
    );
  }
  if (RESERVED.includes(name)) {
    throw new BaselineError(
      'BAD_NAME',
      `'${name}' cannot name a baseline, because a directory of every benchmark is called so: choose another name`,
    );
  }
  return name;
}

/**
 * Whether a benchmark's directory that someone else names lies below the root on every system, and is one that
 * `placesOf` could have given: `/` between names, none of them empty, `.`, `..` or with a character that is not safe.
 */
export function isSafeDirectory(directory: string): boolean {
  const names = directory.split('/');
  return (
    names.length <= MOST_NAMES &&
    names.every((name) => name === safeName(name.replace(/_\d+$/, '')) + (/_\d+$/.exec(name)?.[0] ?? '')) &&
    names.every((name) => name !== '' && !hasControls(name))
  );
}

/** `name` with escapes for the control characters that someone else's may hold, and that lines and tables do not bear. */
export function printable(name: string): string {
  return name.replace(CONTROLS, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function hasControls(name: string): boolean {
  return Buffer.from(name).some((byte) => byte < 0x20 || byte === 0x7f);
}

/** Whether a directory of this name beside the baselines is none itself. */
export function isReserved(name: string): boolean {
  return RESERVED.includes(name);
}

function safeDirectory(benchmark: BenchmarkDefinition): string {
  const { group, value } = benchmark;
  const names = [group, benchmark.function, ...(value === undefined ? [] : [value])].map(safeName).join('/');
  // The page of all benchmarks lies there.
  return names.replace(/^report\/index\.html(?=\/|$)/, 'report/index.html_');
}

function safeName(name: string): string {
  const safe = cut(name.replace(UNSAFE, '_'), DIRECTORY_BYTES);
  return safe === '.' || safe === '..' ? safe.replaceAll('.', '_') : safe;
}

function shortTitle(id: string): string {
  const title = cut(id, TITLE_BYTES);
  return title === id ? id : `${title}...`;
}

/** At most `bytes` of UTF-8, without half a character at the end. */
function cut(text: string, bytes: number): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  let end = bytes;
  while (((encoded[end] as number) & 0xc0) === 0x80) end--;
  return encoded.subarray(0, end).toString();
}

function distinct(name: string, taken: Set<string>, numbered: (name: string, n: number) => string): string {
  let candidate = name;
  for (let n = 2; taken.has(candidate); n++) candidate = numbered(name, n);
  taken.add(candidate);
  return candidate;
}
