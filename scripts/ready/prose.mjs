// Prose check: source files begin with a header that says what they are, and no text holds a phrase to avoid.
//
// `node scripts/ready/prose.mjs [--summary] [DIR]` checks the checkout in DIR, this one by default. With --summary it
// prints only the counts, and does not fail. CONTRIBUTING.md lists the words to use instead.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../setup/paths.mjs';
import { filesBelow } from './files.mjs';

/** Files of code, the mark of their comments, and which of them must have a header. */
const CODE = [
  { folder: 'src', files: /\.ts$/, mark: '//', needHeader: /^/ },
  { folder: 'scripts', files: /\.[cm]?[jt]s$/, mark: '//', needHeader: /^/ },
  { folder: 'scripts', files: /\.sh$/, mark: '#', needHeader: /^/ },
  { folder: 'crates', files: /\.rs$/, mark: '//!', needHeader: /^[^/]+\/src\// },
  { folder: '__test__', files: /\.ts$/, mark: '//' },
  { folder: 'benches', files: /\.ts$/, mark: '//' },
  { folder: 'examples', files: /\.ts$/, mark: '//' },
  { folder: 'docs', files: /\.mjs$/, mark: '//' },
  { folder: '.ci', files: /^/, mark: '#', needHeader: /^/ },
  { folder: '.github', files: /\.yml$/, mark: '#', needHeader: /^/ },
];

/** Pages other than those in the root. */
const PAGES = [
  { folder: 'docs', files: /\.md$/ },
  { folder: 'examples', files: /\.md$/ },
  { folder: 'fixtures', files: /^(?:criterion\/)?README\.md$/ },
];

const PHRASES = [
  'of its own',
  'nobody',
  'whoever',
  'is to be',
  'tells of',
  "anybody's",
  'so many',
  'goes on',
  'lets go of',
  'the guide',
  'are told',
  'the other way round',
  'comes to',
  'the very',
  'of no sense',
  'at rest',
  'where there is none',
  'without end',
  'looked at',
  'memory dear',
  'billed',
  'serve as well',
  'goes unbilled',
  'meets the end',
  'what is no',
  'what is not a',
];

/** Files that name the phrases to avoid. */
const EXCEPTIONS = ['CONTRIBUTING.md', 'scripts/ready/prose.mjs', '__test__/scripts/ready/prose.test.ts'];

/** The separator between two words of a phrase: spaces, or the end of a line and the mark of a comment. */
const GAP = String.raw`\s+(?:(?:\/\/[\/!]?|[*#>])\s+)?`;

const patterns = PHRASES.map((phrase) => {
  const words = phrase.replace("'", "['’]").split(' ').join(GAP);
  return { phrase, pattern: new RegExp(String.raw`\b${words}\b`, 'gi') };
});

function checkHeader(text, mark, isNeeded) {
  const lines = text.replace(/^#!.*\n/, '').split('\n');
  const end = lines.findIndex((line) => line !== mark && !line.startsWith(`${mark} `));
  const header = lines.slice(0, end).map((line) => line.slice(mark.length + 1));
  if (header.length === 0) return isNeeded ? [{ line: 1, problem: `has no header '${mark} …'` }] : [];
  const [sentence] = header.join(' ').split(/(?<=[.?!])\s/);
  const isQuestion = sentence.endsWith('?') || header[0].endsWith('?');
  return isQuestion ? [{ line: 1, problem: 'asks a question in its header: say what the file is' }] : [];
}

function checkPhrases(text) {
  return patterns.flatMap(({ phrase, pattern }) =>
    [...text.matchAll(pattern)].map(({ index }) => ({
      line: text.slice(0, index).split('\n').length,
      problem: `has the phrase '${phrase}'`,
    })),
  );
}

function check(directory) {
  const pages = readdirSync(directory).filter((name) => name.endsWith('.md'));
  const inFolders = [...CODE, ...PAGES].flatMap(({ folder, files, mark, needHeader }) =>
    filesBelow(join(directory, folder), files).map((file) => {
      return { path: `${folder}/${file}`, mark, isHeaderNeeded: needHeader?.test(file) };
    }),
  );
  return [...pages.map((path) => ({ path })), ...inFolders].flatMap(({ path, mark, isHeaderNeeded }) => {
    const text = readFileSync(join(directory, path), 'utf8');
    const header = mark === undefined ? [] : checkHeader(text, mark, isHeaderNeeded);
    const phrases = EXCEPTIONS.includes(path) ? [] : checkPhrases(text);
    return [...header, ...phrases].map(({ line, problem }) => ({ path, line, problem }));
  });
}

const { values, positionals } = parseArgs({ options: { summary: { type: 'boolean' } }, allowPositionals: true });
const problems = check(resolve(positionals[0] ?? root));
if (values.summary) {
  const counts = new Map();
  for (const { problem } of problems) counts.set(problem, (counts.get(problem) ?? 0) + 1);
  for (const [problem, count] of counts) console.log(`${problem}: ${count} times`);
} else {
  for (const { path, line, problem } of problems) console.error(`${path}:${line}: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}
