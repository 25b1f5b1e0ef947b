// Check of generated files: the typings in native/ are the committed or staged ones.
import { spawnSync } from 'node:child_process';
import { root } from '../setup/paths.mjs';

const git = (...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8' });

if (git('rev-parse', '--git-dir').status === 0) {
  const status = git('status', '--porcelain', '--untracked-files=all', '--', 'native').stdout;
  // The second column is the working tree against the index.
  const differing = status.split('\n').filter((line) => line.length > 0 && line[1] !== ' ');
  if (differing.length > 0) {
    console.error(`the build changed committed files: commit what \`git diff native\` shows
${differing.join('\n')}`);
    process.exitCode = 1;
  }
}
