// The example programs: they compile and print what their pages show, in the clone and as copies with the package installed.
import path from 'node:path';

import test from 'ava';

import { project } from '../cli/project.js';
import { examples, filesOf, runScript } from './folder.js';

const programs = [
  { example: 'plug-ins', script: 'main.mjs', status: 1 },
  { example: 'user-functions', script: 'demo.mjs', status: 0 },
  { example: 'agent-tools', script: 'main.mjs', status: 0 },
];

/** The output that the page shows. */
const printed = (files: Readonly<Record<string, string>>): string =>
  /^```text\n([\s\S]*?)^```$/m.exec(files['README.md'] ?? '')?.[1] ?? '';

for (const { example, script, status } of programs) {
  test.serial(`${example} prints what its page shows`, async (t) => {
    t.timeout(60_000);
    const ended = await runScript(path.join(examples, example), script);
    t.is(ended.stdout, printed(filesOf(example)), ended.stderr);
    t.is(ended.status, status);
  });

  test.serial(`a copy of ${example} compiles, and prints the same with the package installed`, async (t) => {
    const files = filesOf(example);
    const { directory, compile } = await project(t, files, ['fastify']);
    const options = '--module nodenext --allowJs --checkJs';
    t.is(await compile(script, ...options.split(' '), '--exactOptionalPropertyTypes', '--skipLibCheck'), '');
    const ended = await runScript(directory, script);
    t.is(ended.stdout, printed(files), ended.stderr);
  });
}

test.serial('the server of user-functions listens until it receives SIGTERM', async (t) => {
  t.timeout(60_000);
  const { status, stdout, stderr } = await runScript(
    path.join(examples, 'user-functions'),
    path.join(import.meta.dirname, 'stopping.js'),
  );
  t.is(status, 0, stderr);
  t.is(stdout, '200 {"result":42}\nstopped\n');
});
