// Command that builds guests: `node scripts/build-guest.mjs c|assemblyscript|javascript|manifest|all`.
import { buildAssemblyScript, buildC } from './guests/committed.mjs';
import { ensureJavaScriptGuest } from './guests/javascript.mjs';
import { writeManifest } from './guests/manifest.mjs';
import { say, SetupError } from './setup/run.mjs';

const builders = {
  c: buildC,
  assemblyscript: buildAssemblyScript,
  javascript: async () => say(`the JavaScript guest is ${await ensureJavaScriptGuest()}`),
  manifest: () => {},
};

async function main(name) {
  const chosen = name === 'all' ? Object.values(builders) : [builders[name]];
  if (!chosen[0]) throw new SetupError(`unknown guest '${name}': expected ${Object.keys(builders).join(', ')} or all`);
  for (const build of chosen) await build();
  writeManifest();
}

try {
  await main(process.argv[2]);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
