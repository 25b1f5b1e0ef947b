// Structure check: no circles of files, one-way imports between rooms, and tests that mirror the sources.
//
// `node scripts/ready/structure.mjs [--summary] [DIR]` checks the checkout in DIR, this one by default. With --summary
// it prints only the counts and the files of each circle, and does not fail. structure/tables.mjs has the rooms and
// exceptions.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../setup/paths.mjs';
import { checkStructure } from './structure/check.mjs';
import { tables } from './structure/tables.mjs';

const { values, positionals } = parseArgs({ options: { summary: { type: 'boolean' } }, allowPositionals: true });
const { areas, mirrors, problems } = checkStructure(resolve(positionals[0] ?? root), tables);

for (const { name, files, imports, circles } of areas) {
  const sizes =
    circles.length === 0 ? 'no circles' : `circles of ${circles.map(({ length }) => length).join(', ')} files`;
  console.log(`${name}: ${files} files, ${imports} imports, ${sizes}`);
  if (values.summary) for (const circle of circles) console.log(`  ${circle.length}: ${circle.join(' ')}`);
}
for (const { name, tests, unmatched } of mirrors) console.log(`${name}: ${tests} tests, ${unmatched} without a source`);
if (!values.summary) {
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}
