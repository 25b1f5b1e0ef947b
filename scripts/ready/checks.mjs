// Checks before a merge. Each is a command; those that run tests have a function that counts them.
import { countCargo, countTap } from './count.mjs';

const node = (script, ...args) => [process.execPath, [script, ...args]];
const cargo = (...args) => [process.env.CARGO ?? 'cargo', args];

/** The checks in the order in which they run, quick ones first. `npm` means the npm in use. */
export const checks = [
  { name: 'format', command: node('node_modules/oxfmt/bin/oxfmt', '--check') },
  { name: 'format of Rust', command: cargo('fmt', '--all', '--check') },
  { name: 'structure', command: node('scripts/ready/structure.mjs') },
  { name: 'prose', command: node('scripts/ready/prose.mjs') },
  { name: 'lint', command: node('node_modules/oxlint/bin/oxlint') },
  { name: 'workflows', command: node('scripts/ready/workflows.mjs') },
  { name: 'generated files', command: node('scripts/ready/generated.mjs') },
  {
    name: 'lint of Rust',
    command: cargo(...'clippy --release --workspace --all-targets --locked -- -D warnings'.split(' ')),
  },
  {
    name: 'tests of Rust',
    command: cargo(...'test --release --workspace --locked --no-fail-fast'.split(' ')),
    count: countCargo,
  },
  // Node's test runner prints the same summary as ava.
  { name: 'installed package', command: node('scripts/e2e.mjs'), count: countTap },
  { name: 'npm test', command: ['npm', ['test', '--', '--tap']], count: countTap },
];
