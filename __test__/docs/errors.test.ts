// The table of codes on the page about errors: exactly the codes that exist.
import test from 'ava';

import { ERROR_CODES } from '../../src/errors.js';
import { page } from './programs.js';

test('the table lists exactly the existing codes, each with cause and fix', (t) => {
  const rows = page('errors')
    .split('\n')
    .filter((line) => /^\| `[A-Z_]+` \|/.test(line))
    .map((line) => line.slice(2, -2).split(' | '));
  t.deepEqual(
    rows.map(([code]) => code),
    ERROR_CODES.map((code) => `\`${code}\``),
  );
  for (const [code, ...texts] of rows) t.true(texts.length === 2 && texts.every((text) => text.length > 5), code);
});
