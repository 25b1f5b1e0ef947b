// Check of the Node version.
import { readFileSync } from 'node:fs';
import { inRoot } from './paths.mjs';
import { SetupError } from './run.mjs';

/** @throws SetupError if this Node is older than the one that `engines` in package.json requires. */
export function requireNode() {
  const { engines } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  const wanted = engines.node.replace('>=', '');
  if (compareVersions(process.versions.node, wanted) >= 0) return;
  throw new SetupError(`Node ${process.versions.node} is too old: install Node ${wanted} or later`);
}

/** Negative, zero or positive if version `a` is older than, equal to or newer than `b`. */
function compareVersions(a, b) {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  const differing = left.findIndex((part, index) => part !== right[index]);
  return differing === -1 ? 0 : left[differing] - right[differing];
}
