// Diagnosis: messages for a missing or unloadable addon, each with its fix. `docs/install.md` says more about each.

import { isPlatform, type Machine, type Platform, platformName, PLATFORMS } from './platform.js';

/** What is known about this machine and installation. */
export interface LoadContext {
  readonly machine: Machine;
  /** Version of this package. */
  readonly version: string;
  /** Whether the package is a clone of the repository. */
  readonly isClone: boolean;
  /** The platforms whose packages are installed. */
  readonly installed: readonly Platform[];
  /** Whether an arm64 processor emulates the one that Node was built for. */
  readonly isEmulated: boolean;
}

/** The message if no binary for `machine` was found, with the fix; lower case, no full stop. */
export function whyMissing(context: LoadContext): string {
  const { machine, version, isClone } = context;
  const platform = platformName(machine);
  const subject = `airssys-wasm ${version} finds no addon for ${describe(machine)}`;
  if (isClone) return `${subject}: run npm test, which builds it`;
  if (!isPlatform(platform)) return `${subject}: ${unsupported(machine)}`;
  const missing = `airssys-wasm-${platform}`;
  if (context.installed.includes(platform)) {
    return `${subject}, because ${missing} is installed without its binary: remove node_modules and install again`;
  }
  return `${subject}, because the package ${missing} is not installed${reason(context)}`;
}

/** The message if a binary does not load, with the fix. @param message - The system's message. */
export function whyUnloadable({ machine, version }: LoadContext, source: string, message: string): string {
  const [line = ''] = message.split('\n', 1);
  const subject = `airssys-wasm ${version} cannot load ${source} on ${describe(machine)}: ${line}`;
  const fix = FIXES.find(({ applies }) => applies.test(line))?.fix ?? 'remove node_modules and install again';
  return `${subject}; ${fix}`;
}

/** `linux-x64 with glibc`, `darwin-arm64`. */
export function describe({ system, architecture, libc }: Machine): string {
  return `${system}-${architecture}${libc === undefined ? '' : ` with ${libc}`}`;
}

function unsupported({ system, architecture }: Machine): string {
  const is32Bit =
    (architecture === 'ia32' || architecture === 'arm') && PLATFORMS.some((one) => one.startsWith(system));
  const fix = is32Bit ? 'use a 64-bit Node' : 'use one of these';
  return `it is published for ${PLATFORMS.join(', ')}; ${fix}, or build a clone of the repository with Rust`;
}

function reason({ machine, installed, isEmulated }: LoadContext): string {
  const { system, architecture, libc } = machine;
  if (installed.length === 0) return NOTHING_INSTALLED;
  const found = `; installed is ${installed.map((platform) => `airssys-wasm-${platform}`).join(', ')}`;
  if (isEmulated && installed.includes(platformName({ ...machine, architecture: 'arm64' }) as Platform)) {
    return `${found}, but this Node is built for ${architecture} and emulated: install Node for arm64, which is faster as well`;
  }
  const libcFlag = libc === undefined ? '' : ` --libc=${libc}`;
  return `${found}: node_modules comes from another platform; install on this one, or there with npm install --os=${system} --cpu=${architecture}${libcFlag}`;
}

const NOTHING_INSTALLED =
  ': either optional dependencies were left out (--omit=optional, --no-optional, or optional in .npmrc), so run npm install --include=optional; ' +
  'or the lockfile was written on another platform and lacks it, so remove node_modules and the lockfile and install again';

const FIXES: readonly { readonly applies: RegExp; readonly fix: string }[] = [
  {
    applies: /GLIBC\w*_[\d.]+' not found/,
    fix: 'the binary needs that version of the C library or a later one: use a newer system or base image',
  },
  {
    applies: /ld-linux|libc\.musl|ld-musl|__\w+: symbol not found/,
    fix: 'it is built for the other C library: remove node_modules and install on this system',
  },
  {
    applies: /failed to map segment|Operation not permitted/,
    fix: 'the file system does not allow running programs: mount it without noexec, or install elsewhere',
  },
  {
    applies:
      /incompatible architecture|not a valid Win32 application|wrong ELF class|invalid ELF header|file too short/,
    fix: 'the file is damaged or belongs to another platform: remove node_modules and install again',
  },
  { applies: /^Cannot find module/, fix: 'correct the path' },
];
