// Check of the GitHub workflows, by GitHub's parser, and by actionlint if it is installed.
//
// The parser is an npm package, so it runs on every machine; it checks keys, types and expressions. actionlint also
// checks the scripts in workflows, by shellcheck. It is a Go program: $ACTIONLINT is its path; otherwise it is looked
// for in target/tools/bin, where .ci/run installs it, and then on the PATH.
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

/** Whether actionlint finds no errors; true with a message if it is not installed. */
function isLinted() {
  const { error, status } = spawnSync(actionlint(), ['-no-color', ...files], { cwd: inRoot(), stdio: 'inherit' });
  if (error === undefined) return status === 0;
  if (error.code !== 'ENOENT' || process.env.ACTIONLINT) throw error;
  console.log('actionlint is not installed: only GitHub’s parser checked the workflows');
  return true;
}

const errors = await Promise.all(files.map((path) => parserErrors(path, readFileSync(inRoot(path), 'utf8'))));
for (const error of errors.flat()) console.error(error);
if (!isLinted() || errors.flat().length > 0) process.exitCode = 1;
