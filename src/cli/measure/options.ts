// Options of `measure`: their declaration, and the request that they make.
import type { Argv } from 'yargs';

import type { EngineSettings, GuestLimits } from '../../measure/settings.js';
import { guestName } from '../../measure/guest-file.js';
import { MEASURING, type MeasuringRequest, readMeasuring } from '../options/measuring.js';
import { UsageError } from '../usage-error.js';
import {
  checkArguments,
  declare,
  isGiven,
  listOf,
  type OptionSpecs,
  type ParsedArguments,
  textOf,
} from '../options/option.js';

/** The request of one `measure` command line. */
export interface MeasureRequest extends MeasuringRequest {
  /** The guest's path as it was given. */
  readonly file: string;
  /** The first part of every id. */
  readonly name: string;
  /** Calls in WAVE, such as `add(42, 42)`. */
  readonly calls: readonly string[];
  /** Whether each call gets a new instance. */
  readonly isFresh: boolean;
  readonly engine: EngineSettings;
  readonly limits: GuestLimits;
}

const KIB = 1024;
const UNITS: Readonly<Record<string, number>> = { '': 1, KiB: KIB, MiB: KIB ** 2, GiB: KIB ** 3 };
const DEFAULT_MEMORY = '256MiB';
const UNLIMITED = 'unlimited';

// Read separately from the others, since it may be given several times.
const INVOKE = 'invoke';

const GUEST: OptionSpecs = {
  [INVOKE]: {
    kind: 'text',
    describe: "a call to measure, in WAVE, such as 'add(42, 42)'; may be given several times",
  },
  name: { kind: 'text', describe: "first part of every benchmark's id (default: the file's name)", example: 'mine' },
  'fresh-instance': { kind: 'flag', describe: 'create an instance for each call, outside of the measured time' },
  fuel: {
    kind: 'text',
    describe: 'fuel of each call and of instantiation, or unlimited (default 1,000,000,000)',
    example: '1000000',
  },
  memory: {
    kind: 'text',
    describe: `memory of an instance, in bytes, KiB, MiB or GiB (default ${DEFAULT_MEMORY})`,
    example: '64MiB',
  },
  timeout: {
    kind: 'text',
    describe: 'milliseconds of each call and of instantiation, or unlimited (default: none, or 1,000 without fuel)',
    example: '500',
  },
  interruption: {
    kind: 'text',
    describe: 'how guests are stopped: fuel, epoch, both or none (default fuel)',
    choices: ['fuel', 'epoch', 'both', 'none'],
  },
  traps: {
    kind: 'text',
    describe: 'how traps reach the host: signals or explicit (default signals)',
    choices: ['signals', 'explicit'],
  },
  compiler: {
    kind: 'text',
    describe: 'cranelift or winch (default cranelift)',
    choices: ['cranelift', 'winch'],
  },
  allocation: {
    kind: 'text',
    describe: 'where instances get memory: on-demand or pooling (default on-demand)',
    choices: ['on-demand', 'pooling'],
  },
};

// Saved baselines are loaded by `bench`, which needs no guest for it.
const { 'load-baseline': _, ...SHARED } = MEASURING;

const SPECS: OptionSpecs = { ...GUEST, ...SHARED };

/** Declares the arguments and options of `measure`. */
export function declareMeasureOptions(yargs: Argv): Argv {
  const guest = yargs.positional('guest', {
    describe: 'a component or core module: a .wasm, or WAT',
    type: 'string',
  });
  return declare(guest, SPECS)
    .example("$0 measure guest.wasm --invoke 'add(42, 42)'", 'compilation, instantiation and one call')
    .example("$0 measure guest.wasm --invoke 'ops#scale({x: 1, y: 2}, 0.5)'", 'a function of an interface')
    .example("$0 measure guest.wasm --invoke 'step()' --fresh-instance", 'a call that changes its instance')
    .example('$0 measure guest.wasm --save-baseline main', 'save the results, as bench does');
}

/** Reads what yargs parsed. @throws UsageError. */
export function readMeasureRequest(given: ParsedArguments): MeasureRequest {
  const { [INVOKE]: invoked, ...argv } = given;
  checkArguments(argv, SPECS, { command: 'measure', positionals: ['guest'] });
  const file = fileOf(argv);
  const measuring = readMeasuring(argv);
  return {
    ...measuring,
    output: { ...measuring.output, allMetrics: true },
    file,
    name: nameOption(argv) ?? guestName(file),
    calls: readInvocations(invoked),
    isFresh: isGiven(argv, 'fresh-instance'),
    engine: readEngine(argv),
    limits: readLimits(argv),
  };
}

function fileOf(argv: ParsedArguments): string {
  const more = listOf(argv, '_').slice(1);
  const [file, ...others] = [textOf(argv, 'guest') ?? '', ...more];
  if (!file) throw new UsageError('no guest given: name its file, as in measure guest.wasm');
  if (others.length > 0) {
    throw new UsageError(`measure takes one guest, but also got ${others.join(', ')}: quote each call`);
  }
  return file;
}

function nameOption(argv: ParsedArguments): string | undefined {
  const name = textOf(argv, 'name');
  if (name === undefined || /^[^\s/][^/]*$/.test(name)) return name;
  throw new UsageError(`--name is ${name}: give a name without slashes, such as mine`);
}

function readInvocations(given: unknown): string[] {
  const texts = given === undefined ? [] : [given].flat().map(String);
  if (texts.some((text) => text.trim() === '')) {
    throw new UsageError(`--${INVOKE} has no value: give a call, as in --${INVOKE} 'add(42, 42)'`);
  }
  return texts;
}

function readEngine(argv: ParsedArguments): EngineSettings {
  const names = ['interruption', 'traps', 'compiler', 'allocation'] as const;
  const chosen = names.flatMap((name) => {
    const value = textOf(argv, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  // `checkArguments` has checked that the values are among the choices.
  return Object.fromEntries(chosen) as EngineSettings;
}

function readLimits(argv: ParsedArguments): GuestLimits {
  const fuel = boundOf(argv, 'fuel', 'give a whole number of at least 1, or unlimited');
  const timeout = boundOf(argv, 'timeout', 'give a whole number of milliseconds of at least 1, or unlimited');
  return {
    memoryBytes: bytesOf(textOf(argv, 'memory') ?? DEFAULT_MEMORY),
    ...(fuel !== undefined && { fuel }),
    ...(timeout !== undefined && { timeoutMs: timeout === UNLIMITED ? timeout : Number(timeout) }),
  };
}

function boundOf(argv: ParsedArguments, name: string, fix: string): bigint | typeof UNLIMITED | undefined {
  const text = textOf(argv, name);
  if (text === undefined || text === UNLIMITED) return text;
  const plain = text.replaceAll(/(?<=\d)[_,](?=\d)/g, '');
  if (/^0*[1-9]\d*$/.test(plain)) return BigInt(plain);
  throw new UsageError(`--${name} is ${text}: ${fix}`);
}

function bytesOf(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMG]iB)?$/.exec(text) ?? [];
  const bytes = Number(number) * (UNITS[unit] as number);
  if (number !== '' && Number.isSafeInteger(bytes) && bytes >= 1) return bytes;
  throw new UsageError(`--memory is ${text}: give a number of bytes, KiB, MiB or GiB, such as 64MiB`);
}
