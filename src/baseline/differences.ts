// Condition differences: differences in machine, versions, settings or options that make two measurements incomparable.
import { DEFAULT_OPTIONS, type Options } from '../bench/options.js';
import type { Environment } from '../bench/machine/environment.js';
import type { RunMetadata, StoredOptions } from './files/file-schema.js';

/** One difference between the conditions of two measurements. */
export interface ConditionDifference {
  /**
   * The name of the condition: `cpu`, `version of wasmtime`, `setting interruption`, `option confidenceLevel` or the
   * like.
   */
  readonly what: string;
  readonly base: string;
  readonly head: string;
}

/** The conditions of a measurement. */
export interface MeasurementConditions {
  readonly environment: Environment;
  readonly settings: Readonly<Record<string, string>>;
  readonly options: Options | StoredOptions;
}

/**
 * The options that affect a sample or its estimates. The seed is not compared, because its effect is random by design.
 * Nor are the options that only affect comparisons.
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
 * Lists the differences that affect times by themselves: processor, cores, memory, operating system, Node, the versions
 * of the measured packages, the engine's settings, and the sampling. Commits may differ, and so may the version of the
 * operating system, which changes with every update.
 *
 * @returns The differences; none if the measurements are comparable.
 */
export function conditionDifferences(base: MeasurementConditions, head: MeasurementConditions): ConditionDifference[] {
  return [
    ...unequal('', machineFacts(base.environment), machineFacts(head.environment)),
    ...unequal('version of ', base.environment.versions, head.environment.versions),
    ...unequal('setting ', base.settings, head.settings),
    ...unequal('option ', comparedOptions(base.options), comparedOptions(head.options)),
  ];
}

/** Formats differences, such as `cpu: A ≠ B, Node: 20.1.0 ≠ 22.0.0`. */
export function describeDifferences(found: readonly ConditionDifference[]): string {
  return found.map(({ what, base, head }) => `${what}: ${base} ≠ ${head}`).join(', ');
}

/** Returns the conditions of a stored measurement. */
export function conditionsOf({ environment, settings, options }: RunMetadata): MeasurementConditions {
  return { environment, settings, options };
}

function machineFacts({ machine, node }: Environment): Record<string, string> {
  const { cpu, architecture, physicalCores, logicalCores, memoryBytes, os, isVirtual } = machine;
  return {
    cpu,
    architecture,
    'physical cores': String(physicalCores),
    'logical cores': String(logicalCores),
    // Rounded, because the figure of one machine varies by some MB with the memory that its kernel reserves.
    'memory in GiB': String(Math.round(memoryBytes / 2 ** 30)),
    'operating system': familyOf(os),
    'virtual machine': isVirtual ? 'yes' : 'no',
    Node: node,
  };
}

/** Returns the name without the version: `Debian GNU/Linux` for `Debian GNU/Linux 12 (6.1.0)`. */
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
): ConditionDifference[] {
  const names = [...new Set([...Object.keys(base), ...Object.keys(head)])];
  return names
    .map((name) => ({ what: prefix + name, base: base[name] ?? ABSENT, head: head[name] ?? ABSENT }))
    .filter((pair) => pair.base !== pair.head);
}
