// Is the table of types complete, and do its examples give what it says?
import test from 'ava';

import { fixture } from '#guests';
import { Engine, type ExportDescriptor, MiB } from '../../src/index.js';
import { page } from './programs.js';

const component = await new Engine().compileComponent(fixture('guests/c/types.wasm'));
const guest = component.instantiateSync({ limits: { memoryBytes: 64 * MiB } });

/** The rows of the components' table: the type, and the example with what it gives. */
const rows = page('values')
  .split('## Core modules')[0]
  ?.split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.slice(2, -2).split(' | ')) as string[][];

/** The outermost type of its text, such as `list` of `list<u8>`. */
const head = (type: string): string => /^[a-z\d]+/.exec(type)?.[0] ?? type;

/** The types of all parameters, whose guest has a function of each. */
const heads = (items: readonly ExportDescriptor[]): string[] =>
  items.flatMap(({ params, exports }) => [...(params ?? []).map(({ type }) => head(type)), ...heads(exports ?? [])]);

test('every type of a component has a row', (t) => {
  const named = rows.map(([type = '']) => head(type.slice(1)));
  t.deepEqual([...new Set(named)].sort(), [...new Set(heads(component.exports))].sort());
});

for (const [type = '', , , example = ''] of rows) {
  test(`${type} is as its row says`, async (t) => {
    const [, call, gives] = /^`(.*)` → `(.*)`$/.exec(example) ?? [];
    const code = `export default (exports) => [exports.${call}, ${gives}]`;
    const { default: run } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
      default: (exports: unknown) => [unknown, unknown];
    };
    const [given, expected] = run(guest.exports);
    t.deepEqual(given, expected);
  });
}
