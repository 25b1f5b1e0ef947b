// What makes two measurements incomparable, whatever their figures say?
import { DEFAULT_OPTIONS, type Options } from '../bench/options.js';
import type { Environment } from '../bench/machine/environment.js';
import type { Circumstances, StoredOptions } from './files/schema.js';

/** Something in which two measurements differ, in the words of either. */
export interface Difference {
  /** Such as `cpu`, `version of wasmtime`, `setting interruption` or `option confidenceLevel`. */
  readonly what: string;
  readonly base: string;
  readonly head: string;
}

/** What a measurement was made with. */
export interface Conditions {
  readonly environment: Environment;
  readonly settings: Readonly<Record<string, string>>;
  readonly options: Options | StoredOptions;
}

/**
 * Options that decide how a sample is taken or what is computed from it. Not the seed, whose choice is chance by design,
 * nor what is only applied to a comparison.
 */
const COMPARED_OPTIONS: readonly (keyof Options)[] = [
  'sampleSize',
  'warmUpTimeS',
  'measurementTimeS',
  'nresamples',
  'confidenceLevel',
];
const ABSENT = 'none';

/**
 * In what `base` and `head` differ that moves times by itself: processor, cores, memory, system, Node, the versions of what is
 * measured, the engine's settings, and how was sampled. Commits may differ, and the system's own version, which changes
 * with each of its updates.
 *
 * @returns Nothing where they are comparable.
 */
export function differences(base: Conditions, head: Conditions): Difference[] {
  return [
    ...unequal('', machineFacts(base.environment), machineFacts(head.environment)),
    ...unequal('version of ', base.environment.versions, head.environment.versions),
    ...unequal('setting ', base.settings, head.settings),
    ...unequal('option ', comparedOptions(base.options), comparedOptions(head.options)),
  ];
}

/** `cpu: A ≠ B, Node: 20.1.0 ≠ 22.0.0`. */
export function describeDifferences(found: readonly Difference[]): string {
  return found.map(({ what, base, head }) => `${what}: ${base} ≠ ${head}`).join(', ');
}

/** The conditions of a stored measurement. */
export function conditionsOf({ environment, settings, options }: Circumstances): Conditions {
  return { environment, settings, options };
}

function machineFacts({ machine, node }: Environment): Record<string, string> {
  const { cpu, architecture, physicalCores, logicalCores, memoryBytes, os, isVirtual } = machine;
  return {
    cpu,
    architecture,
    'physical cores': String(physicalCores),
    'logical cores': String(logicalCores),
    // The same machine's figure varies by some MB with what its kernel keeps for itself.
    'memory in GiB': String(Math.round(memoryBytes / 2 ** 30)),
    'operating system': familyOf(os),
    'virtual machine': isVirtual ? 'yes' : 'no',
    Node: node,
  };
}

/** `Debian GNU/Linux` of `Debian GNU/Linux 12 (6.1.0)`. */
function familyOf(os: string): string {
  return os.replace(/\s+(\(.*|v?\d.*)$/, '');
}

function comparedOptions(options: Options | StoredOptions): Record<string, string> {
  const stored: StoredOptions = { ...options };
  return Object.fromEntries(COMPARED_OPTIONS.map((name) => [name, String(stored[name] ?? DEFAULT_OPTIONS[name])]));
}

function unequal(
  prefix: string,
  base: Readonly<Record<string, string>>,
  head: Readonly<Record<string, string>>,
): Difference[] {
  const names = [...new Set([...Object.keys(base), ...Object.keys(head)])];
  return names
    .map((name) => ({ what: prefix + name, base: base[name] ?? ABSENT, head: head[name] ?? ABSENT }))
    .filter((pair) => pair.base !== pair.head);
}
