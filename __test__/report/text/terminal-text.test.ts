// Tests of escaping untrusted text for a terminal.
import test from 'ava';

import { escapeForTerminal } from '../../../src/report/text/terminal-text.js';

test('letters of all scripts are unchanged', (t) => {
  for (const text of ['', 'add(1, "Größe")', '日本 😀', 'שלום', 'a → b']) t.is(escapeForTerminal(text), text);
});

test('control characters, line separators and direction changes are escaped', (t) => {
  t.is(escapeForTerminal('a\nb\r\t\0\x1b[31m\x7f'), String.raw`a\nb\u{d}\u{9}\u{0}\u{1b}[31m\u{7f}`);
  t.is(
    escapeForTerminal('\x9b\u061c\u200f\u202e\u2066\u2028'),
    String.raw`\u{9b}\u{61c}\u{200f}\u{202e}\u{2066}\u{2028}`,
  );
});
