import { readFile } from 'node:fs/promises';

import test from 'ava';

import * as entry from '../src/bench.js';
import { BenchError } from '../src/bench/errors.js';

test('the entry offers what authors and programs need, and nothing else', (t) => {
  t.deepEqual(Object.keys(entry).sort(), [
    'BaselineError',
    'BenchError',
    'DEFAULT_OPTIONS',
    'OptionError',
    'async',
    'defineSuite',
    'linearFit',
    'native',
    'parameterized',
    'renderBencher',
    'renderBmf',
    'renderCsv',
    'renderGithub',
    'renderHtml',
    'renderJson',
    'renderJunit',
    'renderMarkdown',
    'runSuites',
    'sync',
  ]);
  t.is(entry.BenchError, BenchError);
});

test('the package exports it by its own name', async (t) => {
  const name = 'airssys-wasm/bench';
  t.is(((await import(name)) as typeof entry).defineSuite, entry.defineSuite);
});

test('it brings neither a command line nor the addon', async (t) => {
  const seen = new Set<string>();
  const visit = async (url: URL): Promise<void> => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    const text = await readFile(url, 'utf8');
    for (const [, specifier = ''] of text.matchAll(/^(?:import|export)[^'"]*from '([^']+)'/gm)) {
      if (specifier.startsWith('.')) await visit(new URL(specifier, url));
      else seen.add(specifier);
    }
  };
  await visit(new URL('../src/bench.js', import.meta.url));
  t.true(seen.has('benchmark'));
  t.deepEqual(
    [...seen].filter((name) => /yargs|log-update|\/cli\/|native\.js|\/runtime\//.test(name)),
    [],
  );
});
