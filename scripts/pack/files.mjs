// Which files of this clone does the package hold? What npm makes of `files` in package.json, less what nobody reads.
import { runNpm } from '../setup/npm.mjs';
import { root } from '../setup/paths.mjs';
import { SetupError } from '../setup/run.mjs';
import { reachableTypings } from './typings.mjs';

/**
 * The paths of the files that are published, relative to the root, with `/`.
 *
 * @param exports - The manifest's `exports`: typings that nothing in it leads to stay out.
 */
export async function packedFiles(exports) {
  const output = { text: '', isSilent: true };
  const code = await runNpm(['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'], { tee: output });
  if (code !== 0) throw new SetupError(`npm pack failed with exit code ${code}; its own message stands above`);
  const [{ files }] = JSON.parse(output.text);
  const typings = reachableTypings(root, exports);
  return files.map(({ path }) => path).filter((path) => !path.endsWith('.d.ts') || typings.has(path));
}
