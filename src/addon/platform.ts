// Platforms: their names in packages, and those for which a package is published.

import { libcHere, type Libc } from './libc.js';

/** Every platform for which the package is published. `package.json` lists the build targets. */
export const PLATFORMS = [
  'linux-x64-gnu',
  'linux-arm64-gnu',
  'linux-x64-musl',
  'linux-arm64-musl',
  'darwin-x64',
  'darwin-arm64',
  'win32-x64-msvc',
  'win32-arm64-msvc',
] as const;

/** A platform for which the package is published, as napi-rs spells it. */
export type Platform = (typeof PLATFORMS)[number];

/** A machine, as far as it decides which binary runs on it. */
export interface Machine {
  /** The value of `process.platform`. */
  readonly system: string;
  /** The value of `process.arch`: Node's, which under emulation is not the processor's. */
  readonly architecture: string;
  /** The C library, on Linux alone. */
  readonly libc?: Libc;
}

/** The machine on which this Node runs. */
export function thisMachine(): Machine {
  const { platform: system, arch: architecture } = process;
  return system === 'linux' ? { system, architecture, libc: libcHere() } : { system, architecture };
}

/** The name of `machine`, such as `linux-x64-gnu`, `darwin-arm64` or `win32-x64-msvc`; published or not. */
export function platformName({ system, architecture, libc }: Machine): string {
  const abi = system === 'win32' ? 'msvc' : { glibc: 'gnu', musl: 'musl', none: undefined }[libc ?? 'none'];
  return [system, architecture, abi].filter((part) => part !== undefined).join('-');
}

/** Whether the package is published for the platform `name`. */
export function isPlatform(name: string): name is Platform {
  return (PLATFORMS as readonly string[]).includes(name);
}
