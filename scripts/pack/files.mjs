// Files of the package: those that npm selects by `files` of package.json, without typings that cannot be reached.
import { runNpm } from '../setup/npm.mjs';
import { root } from '../setup/paths.mjs';
import { SetupError } from '../setup/run.mjs';
import { reachableTypings } from './typings.mjs';

/**
 * The paths of the files that are published, relative to the root, with `/`.
 *
 * @param exports - The manifest's `exports`: typings that cannot be reached from it are left out.
 * @throws SetupError if `npm pack` fails.
 */
export async function packedFiles(exports) {
  const output = { text: '', isSilent: true };
  const code = await runNpm(['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'], { tee: output });
  if (code !== 0) throw new SetupError(`npm pack failed with exit code ${code}; see its message above`);
  const [{ files }] = JSON.parse(output.text);
  const typings = reachableTypings(root, exports);
  return files.map(({ path }) => path).filter((path) => !path.endsWith('.d.ts') || typings.has(path));
}
