// Examples of docs/reports.md: the reports write them exactly so.
import { existsSync, readFileSync } from 'node:fs';

import test from 'ava';

import { REPORT_FORMATS } from '../../src/report/formats.js';
import { examples } from './examples.js';

const DOCS = new URL('../../../docs/', import.meta.url);
const page = readFileSync(new URL('reports.md', DOCS), 'utf8');

/** Sections by heading. */
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section): [string, string] => [section.slice(0, section.indexOf('\n')), section]),
);

test('every format has a section', (t) => {
  t.deepEqual([...sections.keys()].sort(), [...Object.keys(REPORT_FORMATS), 'console', 'json lines'].sort());
});

for (const [name, text] of Object.entries(examples())) {
  test(`the examples of ${name} are what it writes`, (t) => {
    const blocks = [...(sections.get(name) ?? '').matchAll(/```\w+\n([\s\S]*?)\n```/g)].map(([, block]) => block ?? '');
    t.true(blocks.length > 0 || name === 'markdown');
    for (const block of blocks) t.true(text.includes(block), `not in what ${name} writes:\n${block}\n\n${text}`);
  });
}

test('links resolve to files', (t) => {
  const links = [...page.matchAll(/\]\(([^)#]+)\)/g)].map(([, link]) => link as string);
  t.true(links.length > 0);
  for (const link of links) t.true(existsSync(new URL(link, DOCS)), link);
});
