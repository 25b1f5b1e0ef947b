// How do packed packages reach npm? `node scripts/release/publish.mjs DIR [--dry-run]`, on GitHub from a tag.
//
// npm trusts the workflow (trusted publishing), so that there is no token, and adds the provenance. A run that broke off
// is simply run again: what is published already is left out. Node's built-ins alone: this runs with npm's trust, and
// installs nothing.
import { runNpm } from '../setup/npm.mjs';
import { PackagesError, readPackages } from './packages.mjs';

const [directory, option, ...others] = process.argv.slice(2);
const isDryRun = option === '--dry-run';

/** What an installation without a version gets is `latest`; a pre-release must not become that. */
const tagOf = (version) => (/^[^+]*-/.test(version) ? 'next' : 'latest');

async function isPublished({ name, version }) {
  const output = { text: '' };
  await runNpm(['view', `${name}@${version}`, 'version', '--loglevel=silent'], { tee: output });
  return output.text.trim() === version;
}

async function publish(one) {
  if (!isDryRun && (await isPublished(one))) return console.log(`${one.name}@${one.version} is published already`);
  const how = isDryRun ? ['--dry-run'] : ['--provenance'];
  // npm takes a path without ./ for a repository on GitHub.
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
    throw new PackagesError(`${one.name} was not published (npm's exit code ${code}); its message stands above`);
}

try {
  if (directory === undefined || (option !== undefined && !isDryRun) || others.length > 0) {
    throw new PackagesError('give the directory that was packed, and --dry-run to publish nothing');
  }
  const { GITHUB_REF_TYPE: kind, GITHUB_REF_NAME: ref } = process.env;
  for (const one of readPackages(directory, kind === 'tag' ? ref : undefined)) await publish(one);
} catch (error) {
  if (!(error instanceof PackagesError)) throw error;
  console.error(`airssys-wasm: ${error.message}`);
  process.exitCode = 1;
}
