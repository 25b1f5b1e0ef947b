// Are the workflows of GitHub Actions right? GitHub's own parser reads them, and actionlint does where it is installed.
//
// The parser comes by npm, so that it is there on every machine; it knows keys, types and expressions. actionlint knows
// more, above all what the scripts do (by shellcheck). It is a program in Go: $ACTIONLINT names it, else it is looked
// for in target/tools/bin, where .ci/run puts it, and on the PATH.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from '../setup/paths.mjs';
import { parserErrors } from './workflow-parser.mjs';

const directory = '.github/workflows';
const files = readdirSync(inRoot(directory))
  .filter((name) => /\.ya?ml$/.test(name))
  .map((name) => join(directory, name));

function actionlint() {
  const built = inRoot('target/tools/bin/actionlint');
  return process.env.ACTIONLINT || (existsSync(built) ? built : 'actionlint');
}

/** Whether actionlint finds nothing; where it is missing that is said, and counts as nothing found. */
function isLinted() {
  const { error, status } = spawnSync(actionlint(), ['-no-color', ...files], { cwd: inRoot(), stdio: 'inherit' });
  if (error === undefined) return status === 0;
  if (error.code !== 'ENOENT' || process.env.ACTIONLINT) throw error;
  console.log('actionlint is not installed: the workflows were read by the parser alone');
  return true;
}

const errors = await Promise.all(files.map((path) => parserErrors(path, readFileSync(inRoot(path), 'utf8'))));
for (const error of errors.flat()) console.error(error);
if (!isLinted() || errors.flat().length > 0) process.exitCode = 1;
