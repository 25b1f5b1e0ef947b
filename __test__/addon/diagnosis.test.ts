// Tests of the messages without an addon: which one is missing, why, and the fix.
import test from 'ava';
import { type LoadContext, whyMissing, whyUnloadable } from '../../src/addon/diagnosis.js';

const onLinux = { system: 'linux', architecture: 'x64', libc: 'glibc' } as const;

const context = (given: Partial<LoadContext> = {}): LoadContext => ({
  machine: onLinux,
  version: '1.2.3',
  isClone: false,
  installed: [],
  isEmulated: false,
  ...given,
});

test('omitted optional dependencies, and a lockfile without them, are named with both fixes', (t) => {
  t.is(
    whyMissing(context()),
    'airssys-wasm 1.2.3 finds no addon for linux-x64 with glibc, because the package airssys-wasm-linux-x64-gnu is not installed: ' +
      'either optional dependencies were left out (--omit=optional, --no-optional, or optional in .npmrc), so run npm install --include=optional; ' +
      'or the lockfile was written on another platform and lacks it, so remove node_modules and the lockfile and install again',
  );
});

test('the error for an unsupported platform lists the supported ones', (t) => {
  const message = whyMissing(context({ machine: { system: 'freebsd', architecture: 'x64' } }));
  t.regex(
    message,
    /finds no addon for freebsd-x64: it is published for linux-x64-gnu, .*win32-arm64-msvc; use one of these, or build a clone/,
  );
});

test('the error for a 32-bit Node asks for a 64-bit one', (t) => {
  t.regex(whyMissing(context({ machine: { system: 'win32', architecture: 'ia32' } })), /; use a 64-bit Node, or build/);
});

test('node_modules for the other C library has its own error, with the flags that install it elsewhere', (t) => {
  const machine = { ...onLinux, libc: 'musl' } as const;
  const message = whyMissing(context({ machine, installed: ['linux-x64-gnu'] }));
  t.regex(
    message,
    /linux-x64 with musl, because the package airssys-wasm-linux-x64-musl is not installed; installed is airssys-wasm-linux-x64-gnu/,
  );
  t.regex(message, /comes from another platform; .*npm install --os=linux --cpu=x64 --libc=musl$/);
});

test('node_modules for another system has its own error', (t) => {
  const message = whyMissing(
    context({ machine: { system: 'darwin', architecture: 'arm64' }, installed: ['linux-x64-gnu'] }),
  );
  t.regex(message, /comes from another platform; .*npm install --os=darwin --cpu=arm64$/);
});

test('the error for an emulated Node with the processor’s package asks for a Node for the processor', (t) => {
  const machine = { system: 'darwin', architecture: 'x64' };
  t.regex(
    whyMissing(context({ machine, installed: ['darwin-arm64'], isEmulated: true })),
    /installed is airssys-wasm-darwin-arm64, but this Node is built for x64 and emulated: install Node for arm64/,
  );
});

test('a package without its binary has its own error', (t) => {
  t.regex(
    whyMissing(context({ installed: ['linux-x64-gnu'] })),
    /is installed without its binary: remove node_modules/,
  );
});

test('the error in a clone asks for a build', (t) => {
  t.regex(whyMissing(context({ isClone: true })), /linux-x64 with glibc: run npm test, which builds it$/);
});

for (const [system, fix] of [
  ["/lib/libc.so.6: version `GLIBC_2.28' not found (required by /a.node)", /use a newer system/],
  ['Error loading shared library ld-linux-x86-64.so.2: No such file or directory', /built for the other C library/],
  ['Error relocating /a.node: __cxa_thread_atexit_impl: symbol not found', /built for the other C library/],
  ['/a.node: failed to map segment from shared object', /without noexec/],
  ['/a.node: invalid ELF header', /damaged or belongs to another platform/],
  ['something new', /remove node_modules and install again/],
] as const) {
  test(`a binary that does not load is explained: ${system}`, (t) => {
    const message = whyUnloadable(context(), 'airssys-wasm-linux-x64-gnu', `${system}\nat more`);
    t.true(
      message.startsWith(
        `airssys-wasm 1.2.3 cannot load airssys-wasm-linux-x64-gnu on linux-x64 with glibc: ${system}; `,
      ),
    );
    t.regex(message, fix);
  });
}
