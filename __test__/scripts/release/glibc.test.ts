// Tests of the newest glibc that a binary needs.
import test from 'ava';

interface GlibcModule {
  readonly newestGlibc: (symbols: string) => string | undefined;
  readonly compare: (a: string, b: string) => number;
}

const script = new URL('../../../../scripts/release/glibc.mjs', import.meta.url);
const { newestGlibc, compare } = (await import(script.href)) as GlibcModule;

const SYMBOLS = `
0000000000000000      DF *UND*  0000000000000000 (GLIBC_2.2.5) memcpy
0000000000000000      DF *UND*  0000000000000000 (GLIBC_2.17) clock_gettime
0000000000000000      DF *UND*  0000000000000000 (GLIBC_2.9) pipe2
0000000000000000  w   DF *UND*  0000000000000000 (GCC_9.3) __anything
0000000000000000      DF *UND*  0000000000000000 (GLIBC_PRIVATE) __internal
`;

test('the newest version is found, compared by numbers and not as text', (t) => {
  t.is(newestGlibc(SYMBOLS), '2.17');
  t.is(newestGlibc(SYMBOLS.replace('2.9', '2.34')), '2.34');
});

test('a binary without glibc needs no version', (t) => {
  t.is(newestGlibc('0000000000000000      DF *UND*  0000000000000000 memcpy'), undefined);
});

test('versions are compared part by part', (t) => {
  t.true(compare('2.9', '2.17') < 0);
  t.true(compare('2.2.5', '2.2') > 0);
  t.is(compare('2.17', '2.17'), 0);
});
