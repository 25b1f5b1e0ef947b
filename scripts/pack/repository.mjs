// Address of the repository. npm's provenance compares the manifests' address with the place of the build, so a fork
// that publishes must name itself.
import { SetupError } from '../setup/run.mjs';

/**
 * The repository's https address, without `.git` and without a slash at its end.
 *
 * @param given - The address on the command line; if undefined, it is read from GitHub's environment variables.
 * @param env - The environment variables.
 * @returns `undefined` if neither has an address.
 * @throws SetupError if the address does not begin with `https://`.
 */
export function repositoryFrom(given, env) {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = env;
  const address = given ?? (server && name ? `${server}/${name}` : undefined);
  if (address === undefined) return undefined;
  if (!/^https:\/\/[^/\s]+\/\S+$/.test(address)) {
    throw new SetupError(`--repository is '${address}': give an https address, such as https://example.org/owner/name`);
  }
  return address.replace(/(\.git)?\/*$/, '');
}
