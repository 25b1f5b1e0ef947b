// Command that runs all checks before a merge: `npm run ready`. It sets up the checkout, then runs what CI runs.
//
// The last line is `N passed, N failed`, which counts the tests. A check that fails without a failed test, such as lint
// or a test binary that crashed, counts as one failure.
import { checks } from './ready/checks.mjs';
import { runNpm } from './setup/npm.mjs';
import { inRoot } from './setup/paths.mjs';
import { cargoEnvironment } from './setup/cargo.mjs';
import { run, runNode } from './setup/run.mjs';

const none = () => ({ passed: 0, failed: 0 });

async function runCheck({ name, command: [program, args], count = none }) {
  console.log(`\n── ${name}: ${[program === process.execPath ? 'node' : program, ...args].join(' ')}`);
  const started = performance.now();
  const output = { text: '' };
  const options = { env: cargoEnvironment(), tee: output };
  const code = await (program === 'npm' ? runNpm(args, options) : run(program, args, options));
  const counts = count(output.text);
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return { name, ...counts, seconds: (performance.now() - started) / 1000 };
}

async function ready() {
  if ((await runNode(inRoot('scripts/ensure.mjs'), [])) !== 0)
    return [{ name: 'set-up', passed: 0, failed: 1, seconds: 0 }];
  const results = [];
  for (const check of checks) results.push(await runCheck(check));
  return results;
}

const results = await ready();
const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
console.log('');
for (const { name, failed, seconds } of results) {
  console.log(`${failed === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(1)} s)`);
}
console.log(`${total('passed')} passed, ${total('failed')} failed`);
process.exitCode = total('failed') === 0 ? 0 : 1;
