/** What is this platform called in the names of packages, and is there a package for it? */

import { libcHere, type Libc } from './libc.js';

/** Every platform that the package is published for. `package.json` names their targets for the build. */
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

/** A platform that the package is published for, as napi-rs spells it. */
export type Platform = (typeof PLATFORMS)[number];

/** What decides which binary runs here. */
export interface Machine {
  /** As `process.platform` has it. */
  readonly system: string;
  /** Of this Node, as `process.arch` has it; under emulation not the processor's. */
  readonly architecture: string;
  /** On Linux alone. */
  readonly libc?: Libc;
}

/** The machine that this Node runs on. */
export function thisMachine(): Machine {
  const { platform: system, arch: architecture } = process;
  return system === 'linux' ? { system, architecture, libc: libcHere() } : { system, architecture };
}

/** The name of `machine`: `linux-x64-gnu`, `darwin-arm64`, `win32-x64-msvc`; also where no package is published for it. */
export function platformName({ system, architecture, libc }: Machine): string {
  const abi = system === 'win32' ? 'msvc' : { glibc: 'gnu', musl: 'musl', none: undefined }[libc ?? 'none'];
  return [system, architecture, abi].filter((part) => part !== undefined).join('-');
}

/** Whether `name` is a platform that the package is published for. */
export function isPlatform(name: string): name is Platform {
  return (PLATFORMS as readonly string[]).includes(name);
}
