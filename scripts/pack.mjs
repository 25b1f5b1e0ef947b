// Command that packs a release: `node scripts/pack.mjs --out DIR` writes a directory for the package, and one for each
// platform whose binary exists.
//
//   --binaries DIR     directory of the files airssys-wasm.<platform>.node; native/ by default
//   --repository URL   address of the repository for the manifests; from GitHub's environment by default
//   --all              fail unless every platform of package.json has its binary
//
// It compiles TypeScript if dist/ is stale. Each directory is ready for `npm publish ./DIR/NAME`: first the platforms'
// packages, then the package.
import { parseArgs } from 'node:util';
import { pack } from './pack/pack.mjs';
import { repositoryFrom } from './pack/repository.mjs';
import { inRoot } from './setup/paths.mjs';
import { say, SetupError } from './setup/run.mjs';
import { typescript } from './setup/typescript.mjs';

async function main() {
  const { out, binaries = inRoot('native'), repository, all = false } = read(process.argv.slice(2));
  if (out === undefined) throw new SetupError('name the directory to write: node scripts/pack.mjs --out DIR');
  if (!typescript.isFresh()) await typescript.build();
  const packages = await pack({ out, binaries, repository: repositoryFrom(repository, process.env), all });
  for (const directory of packages) console.log(directory);
}

function read(args) {
  const text = { type: 'string' };
  const options = { out: text, binaries: text, repository: text, all: { type: 'boolean' } };
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new SetupError(error.message, { cause: error });
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
