// Which files of this clone does the package hold? What npm makes of `files` in package.json.
import { runNpm } from '../setup/npm.mjs';
import { SetupError } from '../setup/run.mjs';

/** The paths of the files that `npm pack` would take, relative to the root, with `/`. */
export async function packedFiles() {
  const output = { text: '', isSilent: true };
  const code = await runNpm(['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'], { tee: output });
  if (code !== 0) throw new SetupError(`npm pack failed with exit code ${code}; its own message stands above`);
  const [{ files }] = JSON.parse(output.text);
  return files.map(({ path }) => path);
}
