// Where does the repository stand on the web? Provenance compares what the manifests say with where they were built, so
// a fork that publishes has to name itself.
import { SetupError } from '../setup/run.mjs';

/**
 * The repository's address on the web, without a slash at its end.
 *
 * @param given - What the command line says; GitHub's environment is asked where it is missing.
 * @returns `undefined` where nobody says.
 * @throws SetupError for what is no https address.
 */
export function repositoryFrom(given, env) {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = env;
  const address = given ?? (server && name ? `${server}/${name}` : undefined);
  if (address === undefined) return undefined;
  if (!/^https:\/\/[^/\s]+\/\S+$/.test(address)) {
    throw new SetupError(
      `--repository is '${address}': give its address on the web, such as https://example.org/owner/name`,
    );
  }
  return address.replace(/(\.git)?\/*$/, '');
}
