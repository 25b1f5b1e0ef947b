// Command that sets up what `npm run bench` and `npm test` need: it builds what is missing or stale, or prints nothing.
import { addon } from './setup/addon.mjs';
import { dependenciesOf } from './setup/dependencies.mjs';
import { withLock } from './setup/lock.mjs';
import { requireNode } from './setup/node.mjs';
import { inRoot } from './setup/paths.mjs';
import { say, SetupError } from './setup/run.mjs';
import { typescript } from './setup/typescript.mjs';

/** In the order of their dependencies: npm installs what builds the addon, and the TypeScript compiler. */
const steps = [dependenciesOf(), addon, typescript];

async function ensure() {
  requireNode();
  if (steps.every((step) => step.isFresh())) return;
  await withLock(inRoot('.ensure.lock'), async () => {
    for (const step of steps) if (!step.isFresh()) await step.build();
  });
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
])
  process.on(signal, () => process.exit(code));

try {
  await ensure();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
