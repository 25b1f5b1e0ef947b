// Packer of a release: npm selects the files of the package, and napi-rs creates the manifests of the platforms.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { NapiCli, parseTriple } from '@napi-rs/cli';
import { inRoot } from '../setup/paths.mjs';
import { SetupError } from '../setup/run.mjs';
import { packedFiles } from './files.mjs';
import { platformsManifest, publishedManifest } from './manifest.mjs';

/**
 * Writes the package, and those of the platforms whose binaries exist.
 *
 * @param options.out - The directory to write; it must be empty or missing.
 * @param options.binaries - The directory of the `.node` files.
 * @param options.repository - The https address of the repository for the manifests, if known.
 * @param options.all - Whether every platform of package.json must have its binary.
 * @returns the directories, in the order of their publication.
 * @throws SetupError if a binary is missing or `out` is not empty.
 */
export async function pack({ out, binaries, repository, all }) {
  const directory = resolve(out);
  requireEmpty(directory);
  const manifest = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  const targets = targetsWithBinaries(manifest.napi, resolve(binaries), all);
  mkdirSync(directory, { recursive: true });
  await writePlatforms(directory, resolve(binaries), { manifest, targets, repository });
  const platforms = targets.map(({ platformArchABI }) => platformArchABI);
  await writePackage(join(directory, manifest.name), publishedManifest(manifest, platforms, repository));
  return [...platforms.map((platform) => `${manifest.name}-${platform}`), manifest.name].map((name) =>
    join(directory, name),
  );
}

function requireEmpty(directory) {
  if (!existsSync(directory) || readdirSync(directory).length === 0) return;
  throw new SetupError(`${directory} is not empty: name another directory, or remove it`);
}

const binaryOf = ({ binaryName }, { platformArchABI }) => `${binaryName}.${platformArchABI}.node`;

function targetsWithBinaries(napi, binaries, all) {
  const targets = napi.targets.map((triple) => parseTriple(triple));
  const missing = targets.filter((target) => !existsSync(join(binaries, binaryOf(napi, target))));
  if (missing.length === targets.length) throw new SetupError(`${binaries} holds no binary: build one by \`npm test\``);
  if (!all || missing.length === 0) return targets.filter((target) => !missing.includes(target));
  const names = missing.map((target) => binaryOf(napi, target)).join(', ');
  throw new SetupError(`${binaries} lacks ${names}: build them, or omit --all`);
}

/** napi-rs creates the directories inside a package, so it gets a temporary one. */
async function writePlatforms(out, binaries, { manifest, targets, repository }) {
  const temporary = mkdtempSync(join(out, '.napi-'));
  try {
    const triples = targets.map(({ triple }) => triple);
    writeJson(join(temporary, 'package.json'), platformsManifest(manifest, triples, repository));
    await new NapiCli().createNpmDirs({ cwd: temporary, npmDir: 'npm' });
    for (const target of targets) {
      const created = join(temporary, 'npm', target.platformArchABI);
      const binary = join(binaries, binaryOf(manifest.napi, target));
      writePlatform(join(out, `${manifest.name}-${target.platformArchABI}`), created, binary);
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function writePlatform(directory, created, binary) {
  mkdirSync(directory);
  for (const path of [join(created, 'README.md'), binary, inRoot('LICENSE-APACHE'), inRoot('LICENSE-MIT')]) {
    copyFileSync(path, join(directory, basename(path)));
  }
  // Without `files`, npm publishes everything in the directory, the licences too.
  const { files: _, ...manifest } = JSON.parse(readFileSync(join(created, 'package.json'), 'utf8'));
  writeJson(join(directory, 'package.json'), { ...manifest, type: 'commonjs' });
}

async function writePackage(directory, manifest) {
  for (const path of await packedFiles(manifest.exports)) {
    const to = join(directory, path);
    mkdirSync(dirname(to), { recursive: true });
    if (path.endsWith('.js')) writeFileSync(to, withoutSourceMap(readFileSync(inRoot(path), 'utf8')));
    else copyFileSync(inRoot(path), to);
  }
  writeJson(join(directory, 'package.json'), manifest);
}

/** The source maps stay in the clone, since the sources are not published. */
const withoutSourceMap = (code) => code.replace(/\n\/\/# sourceMappingURL=\S+\n?$/, '\n');

const writeJson = (path, value) => writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`);
