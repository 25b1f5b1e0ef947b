// Lookup of npm: the one that runs this script, else the one beside this Node, else the one on the PATH.
import { existsSync, realpathSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { run, runNode, SetupError } from './run.mjs';

/**
 * Runs npm with `args`.
 *
 * @returns its exit code.
 * @throws SetupError if there is no npm.
 */
export function runNpm(args, options = {}) {
  const script = npmScript();
  const env = { ...(options.env ?? process.env), npm_config_audit: 'false', npm_config_fund: 'false' };
  if (script) return runNode(script, args, { ...options, env });
  return run('npm', args, { ...options, env }).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
    throw new SetupError('npm was not found: install it with Node.js, or run this through `npm run`');
  });
}

/** The path of npm's script. Running it by Node needs no shell, even on Windows. */
function npmScript() {
  const caller = process.env.npm_execpath;
  // pnpm and yarn set npm_execpath too, but do not read package-lock.json.
  const candidates = caller && /^npm-cli\.c?js$/.test(basename(caller)) ? [caller] : [];
  const node = dirname(process.execPath);
  candidates.push(join(node, 'node_modules/npm/bin/npm-cli.js'), join(node, '../lib/node_modules/npm/bin/npm-cli.js'));
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .map((directory) => join(directory, 'npm'))
    .find(existsSync);
  if (onPath) candidates.push(realpathSync(onPath), join(dirname(onPath), 'node_modules/npm/bin/npm-cli.js'));
  return candidates.find((path) => path.endsWith('.js') && existsSync(path));
}
