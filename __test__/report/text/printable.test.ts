// Can a text that a guest had a part in do anything to a terminal?
import test from 'ava';

import { printable } from '../../../src/report/text/printable.js';

test('letters of all scripts stay as they are', (t) => {
  for (const text of ['', 'add(1, "Größe")', '日本 😀', 'שלום', 'a → b']) t.is(printable(text), text);
});

test('controls, ends of lines and turns of direction are written out', (t) => {
  t.is(printable('a\nb\r\t\0\x1b[31m\x7f'), String.raw`a\nb\u{d}\u{9}\u{0}\u{1b}[31m\u{7f}`);
  t.is(printable('\x9b\u061c\u200f\u202e\u2066\u2028'), String.raw`\u{9b}\u{61c}\u{200f}\u{202e}\u{2066}\u{2028}`);
});
