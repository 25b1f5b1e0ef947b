/** Which C library does this Node use? Read from Node's own binary: the report that also tells takes 25 ms. */

// An import of node:fs would load its streams as well, which nobody needs here.
const { closeSync, openSync, readSync } = process.getBuiltinModule('node:fs');

/** The C libraries for Linux that there are binaries for. */
export type Libc = 'glibc' | 'musl';

/** The C library of a Node on Linux. */
export function libcHere(): Libc {
  return libcOf(headOf('/proc/self/exe')) ?? (glibcVersion() === undefined ? 'musl' : 'glibc');
}

/** Version of glibc, where this Node uses it. */
function glibcVersion(): string | undefined {
  const report = process.report as unknown as Report;
  const { excludeNetwork } = report;
  // Otherwise the names of all connected hosts are looked up.
  report.excludeNetwork = true;
  const { glibcVersionRuntime } = report.getReport().header;
  report.excludeNetwork = excludeNetwork;
  return glibcVersionRuntime;
}

/** The part of Node's report that is read here. */
interface Report {
  excludeNetwork: boolean;
  getReport(): { readonly header: { readonly glibcVersionRuntime?: string } };
}

/**
 * The C library that an ELF program asks for by its interpreter, such as `/lib/ld-musl-x86_64.so.1`.
 *
 * @param head - The first kilobytes, in which the interpreter's path stands.
 * @returns `undefined` where there is no such path, as in programs that are linked statically.
 */
export function libcOf(head: Uint8Array): Libc | undefined {
  const [, loader] = /\/ld-(linux|musl)-[\w-]+\.so/.exec(String.fromCharCode(...head)) ?? [];
  if (loader === undefined) return undefined;
  return loader === 'musl' ? 'musl' : 'glibc';
}

const HEAD_BYTES = 4096;

function headOf(path: string): Uint8Array {
  const head = new Uint8Array(HEAD_BYTES);
  try {
    const file = openSync(path, 'r');
    try {
      return head.subarray(0, readSync(file, head));
    } finally {
      closeSync(file);
    }
  } catch {
    return head; // without /proc Node's report tells
  }
}
