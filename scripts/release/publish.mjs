// Command that publishes packed packages to npm: `node scripts/release/publish.mjs DIR [--dry-run]`, on GitHub from a
// tag.
//
// npm trusts the workflow (trusted publishing), so there is no token, and npm adds the provenance. If a run fails, run
// it again: it skips published packages. It uses Node's built-ins only: because npm trusts this job, it installs
// nothing.
import { runNpm } from '../setup/npm.mjs';
import { PackagesError, readPackages } from './packages.mjs';

const [directory, option, ...others] = process.argv.slice(2);
const isDryRun = option === '--dry-run';

/** npm installs `latest` by default, which must not be a pre-release. */
const tagOf = (version) => (/^[^+]*-/.test(version) ? 'next' : 'latest');

async function isPublished({ name, version }) {
  const output = { text: '' };
  await runNpm(['view', `${name}@${version}`, 'version', '--loglevel=silent'], { tee: output });
  return output.text.trim() === version;
}

async function publish(one) {
  if (!isDryRun && (await isPublished(one))) return console.log(`${one.name}@${one.version} is already published`);
  const how = isDryRun ? ['--dry-run'] : ['--provenance'];
  // npm reads a path without ./ as a repository on GitHub.
  const path = one.path.startsWith('/') ? one.path : `./${one.path}`;
  const code = await runNpm([
    'publish',
    path,
    '--ignore-scripts',
    '--access=public',
    `--tag=${tagOf(one.version)}`,
    ...how,
  ]);
  if (code !== 0)
    throw new PackagesError(`${one.name} was not published (npm's exit code is ${code}); see its message above`);
}

try {
  if (directory === undefined || (option !== undefined && !isDryRun) || others.length > 0) {
    throw new PackagesError('give the directory of the packages, and --dry-run to publish nothing');
  }
  const { GITHUB_REF_TYPE: kind, GITHUB_REF_NAME: ref } = process.env;
  for (const one of readPackages(directory, kind === 'tag' ? ref : undefined)) await publish(one);
} catch (error) {
  if (!(error instanceof PackagesError)) throw error;
  console.error(`airssys-wasm: ${error.message}`);
  process.exitCode = 1;
}
