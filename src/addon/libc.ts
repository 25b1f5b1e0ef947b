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
  // Otherwise the names of all connected hosts are looked up.
  const report = Object.assign(process.report, { excludeNetwork: true });
  return (report.getReport() as { header: { glibcVersionRuntime?: string } }).header.glibcVersionRuntime;
}

/**
 * The C library that an ELF program asks for by its interpreter, such as `/lib/ld-musl-x86_64.so.1`.
 *
 * @param head - The first kilobytes, in which the interpreter's path stands.
 * @returns `undefined` where there is no such path, as in programs that are linked statically.
 */
export function libcOf(head: Buffer): Libc | undefined {
  const [, loader] = /\/ld-(linux|musl)-[\w-]+\.so/.exec(head.toString('latin1')) ?? [];
  if (loader === undefined) return undefined;
  return loader === 'musl' ? 'musl' : 'glibc';
}

const HEAD_BYTES = 4096;

function headOf(path: string): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
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
