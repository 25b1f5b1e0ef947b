// Tests of the links between the HTML pages.
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import test from 'ava';

import { INDEX, linkFromIndex, linkToIndex, pagePath } from '../../../src/report/html/link.js';

const ROOT = path.resolve('root');

function followed(page: string, link: string): string {
  return fileURLToPath(new URL(link, pathToFileURL(path.join(ROOT, page))));
}

for (const directory of ['group/function', 'a/b/c', 'x/#1 100% ?&"', 'µ/漢字 🦀', '%2e/x']) {
  test(`index and page of ${directory} link to each other`, (t) => {
    t.is(followed(INDEX, linkFromIndex(directory)), path.join(ROOT, pagePath(directory)));
    t.is(followed(pagePath(directory), linkToIndex(directory)), path.join(ROOT, INDEX));
  });
}

test('a lone surrogate is linked as file systems write it', (t) => {
  t.is(linkFromIndex('a/\uD83E'), '../a/%EF%BF%BD/report/index.html');
});
