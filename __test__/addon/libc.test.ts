// Tests of the recognition of the C library.
import test from 'ava';
import { libcHere, libcOf } from '../../src/addon/libc.js';

const head = (interpreter: string): Buffer => Buffer.from(`\x7fELF\x02\x01\0\0\xb6\xff\0${interpreter}\0\0`, 'latin1');

test('the interpreter of a program names its C library', (t) => {
  t.is(libcOf(head('/lib64/ld-linux-x86-64.so.2')), 'glibc');
  t.is(libcOf(head('/lib/ld-linux-aarch64.so.1')), 'glibc');
  t.is(libcOf(head('/nix/store/0abc-glibc-2.40/lib/ld-linux-x86-64.so.2')), 'glibc');
  t.is(libcOf(head('/lib/ld-musl-x86_64.so.1')), 'musl');
  t.is(libcOf(head('/lib/ld-musl-aarch64.so.1')), 'musl');
});

test('a program without an interpreter names no C library', (t) => {
  t.is(libcOf(head('')), undefined);
  t.is(libcOf(Buffer.alloc(0)), undefined);
});

if (process.platform === 'linux') {
  test('the library found is the one that Node reports', (t) => {
    const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
    t.is(libcHere(), header.glibcVersionRuntime === undefined ? 'musl' : 'glibc');
  });
}
