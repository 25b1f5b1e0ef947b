// Command that sets the version of a release in npm, Cargo and the changelog: `npm run release:version -- 0.2.0`.
import { root } from '../setup/paths.mjs';
import { bump, BumpError } from './bump.mjs';

const today = () => new Date().toISOString().slice(0, 10);

const [version, ...others] = process.argv.slice(2);
try {
  if (version === undefined || others.length > 0) {
    throw new BumpError('give one version, such as npm run release:version -- 0.2.0');
  }
  const paths = bump(root, version, today());
  console.log(`set ${version} in ${paths.join(', ')}; read \`git diff\`, then:
  git commit --all --message 'Release ${version}'
  git tag v${version}`);
} catch (error) {
  if (!(error instanceof BumpError)) throw error;
  console.error(`airssys-wasm: ${error.message}`);
  process.exitCode = 1;
}
