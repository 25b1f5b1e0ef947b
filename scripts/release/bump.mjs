// Version bump: changes the version in the files of npm and Cargo, and in the changelog.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import semver from 'semver';

/** A rejected bump; `message` has the reason and the fix. */
export class BumpError extends Error {
  name = 'BumpError';
}

/**
 * Raises the version of the checkout in `root`, and turns the changelog's "Unreleased" into the section of that
 * version.
 *
 * The current version is accepted as long as the changelog has no section for it: a first release is not a raise.
 *
 * @param root - The directory of the checkout: a git repository without uncommitted changes.
 * @param version - The new version, as defined by semver.org, without a leading `v`.
 * @param date - The date of the release, such as `2026-01-31`.
 * @returns the paths of the files that were written, relative to `root`.
 * @throws BumpError if the version, the working tree or one of the files does not allow it; nothing is written then.
 */
export function bump(root, version, date) {
  const read = (path) => readFileSync(join(root, path), 'utf8');
  const current = JSON.parse(read('package.json')).version;
  checkVersion(version, current, read('CHANGELOG.md'));
  checkClean(root);
  const changed = versionFiles
    .map(({ path, edit }) => ({ path, before: read(path), after: edit(read(path), { current, version, date, path }) }))
    .filter(({ before, after }) => before !== after);
  for (const { path, after } of changed) writeFileSync(join(root, path), after);
  return changed.map(({ path }) => path);
}

const CRATES = ['airssys-wasm-engine', 'airssys-wasm-node', 'airssys-wasm-workloads'];

/** The files that contain the version, and the edit of each. */
const versionFiles = [
  { path: 'package.json', edit: replaceOnce((version) => `\n  "version": "${version}",`) },
  {
    path: 'package-lock.json',
    edit: inTurn(
      replaceOnce((version) => `"name": "airssys-wasm",\n  "version": "${version}",`),
      replaceOnce((version) => `"name": "airssys-wasm",\n      "version": "${version}",`),
    ),
  },
  { path: 'Cargo.toml', edit: replaceOnce((version) => `[workspace.package]\nversion = "${version}"`) },
  {
    path: 'Cargo.lock',
    edit: inTurn(...CRATES.map((name) => replaceOnce((version) => `name = "${name}"\nversion = "${version}"`))),
  },
  { path: 'CHANGELOG.md', edit: releaseChangelog },
];

function checkVersion(version, current, changelog) {
  if (semver.valid(version) !== version) {
    throw new BumpError(
      `'${version}' is not a version: give one as defined by semver.org, such as ${semver.inc(current, 'minor')}`,
    );
  }
  const isReleased = changelog.includes(`\n## [${version}]`);
  if (isReleased) throw new BumpError(`CHANGELOG.md already has a section for ${version}: give a higher version`);
  if (version === current || semver.gt(version, current)) return;
  throw new BumpError(`${version} is lower than ${current} in package.json: give a higher version`);
}

function checkClean(root) {
  const { status, stdout, stderr } = spawnSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new BumpError(`git status failed in ${root}: ${stderr?.trim() || 'is git installed?'}`);
  if (stdout === '') return;
  throw new BumpError(`the working tree has changes: commit or stash them first\n${stdout.trimEnd()}`);
}

/** An edit that replaces `write(current)`, which must occur exactly once, by `write(version)`. */
function replaceOnce(write) {
  return (text, { current, version, path }) => {
    const found = write(current);
    if (text.split(found).length === 2) return text.replace(found, () => write(version));
    throw new BumpError(`${path} does not contain ${JSON.stringify(found)} exactly once: correct it by hand`);
  };
}

function inTurn(...edits) {
  return (text, change) => edits.reduce((result, edit) => edit(result, change), text);
}

function releaseChangelog(text, { version, date }) {
  const [, before, section, after] =
    /^([\s\S]*?\n## \[Unreleased\]\n)([\s\S]*?)((?:\n## \[[\s\S]*)?)$/.exec(text) ?? [];
  if (section === undefined) throw new BumpError('CHANGELOG.md has no section "## [Unreleased]": add one');
  if (section.trim() === '') throw new BumpError('CHANGELOG.md has nothing under "Unreleased": describe the changes');
  return `${before}\n## [${version}] - ${date}\n${section.trimEnd()}\n${after}`.replace(/\n{3,}/g, '\n\n');
}
