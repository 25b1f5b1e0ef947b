// Is everything set up that `npm run bench` and `npm test` need? What is missing or stale is made; else it is silent.
import { addon } from './setup/addon.mjs';
import { dependenciesOf } from './setup/dependencies.mjs';
import { withLock } from './setup/lock.mjs';
import { requireNode } from './setup/node.mjs';
import { inRoot } from './setup/paths.mjs';
import { say, SetupError } from './setup/run.mjs';
import { typescript } from './setup/typescript.mjs';

/** In the order in which they need each other: the addon's builder comes by npm, and so does the compiler. */
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
