// The C library that this Node uses. Read from Node's binary, since Node's report takes 25 ms.

// An import of node:fs would also load its streams, which are not needed here.
const { closeSync, openSync, readSync } = process.getBuiltinModule('node:fs');

/** The C libraries on Linux for which binaries are published. */
export type Libc = 'glibc' | 'musl';

/** The C library of a Node on Linux. */
export function libcHere(): Libc {
  return libcOf(headOf('/proc/self/exe')) ?? (glibcVersion() === undefined ? 'musl' : 'glibc');
}

/** The version of glibc, if this Node uses it. */
function glibcVersion(): string | undefined {
  const report = process.report as unknown as Report;
  const { excludeNetwork } = report;
  // Otherwise Node looks up the names of all connected hosts.
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
 * The C library of an ELF program, known by its interpreter, such as `/lib/ld-musl-x86_64.so.1`.
 *
 * @param head - The first kilobytes of the program, which contain the interpreter's path.
 * @returns The library; `undefined` for statically linked programs, which have no interpreter.
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
    return head; // without /proc, Node's report is used
  }
}
