// Index and links of the documentation: the index lists every page, and every link resolves.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

import test from 'ava';

const root = new URL('../../../', import.meta.url);
const directories = ['', 'docs/', 'examples/', ...examples()];

function examples(): string[] {
  const found = readdirSync(new URL('examples/', root), { withFileTypes: true });
  return found.filter((entry) => entry.isDirectory()).map(({ name }) => `examples/${name}/`);
}

/** All pages except generated ones, as URLs. */
const pages = directories.flatMap((directory) =>
  readdirSync(new URL(directory, root))
    .filter((name) => name.endsWith('.md') && name !== 'baseline.md')
    .map((name) => new URL(directory + name, root)),
);

const read = (url: URL): string => readFileSync(url, 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');

/** The anchor of a heading. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\d _-]/gu, '')
    .replaceAll(' ', '-');

const anchors = (url: URL): string[] =>
  [...read(url).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchor(heading));

test('the index lists every page of docs', (t) => {
  const index = read(new URL('docs/README.md', root));
  for (const name of readdirSync(new URL('docs/', root))) {
    if (name.endsWith('.md') && name !== 'README.md') t.true(index.includes(`(${name})`), name);
  }
});

for (const url of pages) {
  const name = url.href.slice(root.href.length);
  test(`the links of ${name} resolve`, (t) => {
    const links = [...read(url).matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
    for (const link of links.filter((link) => !/^https?:/.test(link))) {
      const target = new URL(link, url);
      const { hash } = target;
      target.hash = '';
      t.true(existsSync(target), link);
      if (hash !== '') t.true(anchors(target).includes(decodeURIComponent(hash.slice(1))), link);
    }
    t.pass();
  });
}
