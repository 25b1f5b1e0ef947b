// Command that checks the glibc that binaries need: `node scripts/release/glibc.mjs 2.17 FILE...` fails if one is
// newer.
import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

/**
 * The newest version of glibc's symbols in `symbols`, the output of `objdump -T`; undefined if it has none.
 */
export function newestGlibc(symbols) {
  const versions = [...symbols.matchAll(/\bGLIBC_(\d+(?:\.\d+)+)\b/g)].map(([, version]) => version);
  return versions.sort(compare).at(-1);
}

/** Negative, zero or positive if version `a` is older than, equal to or newer than `b`. */
export function compare(a, b) {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  const differing = left.findIndex((part, index) => part !== (right[index] ?? 0));
  return differing === -1 ? left.length - right.length : left[differing] - (right[differing] ?? 0);
}

function check(allowed, file) {
  const symbols = execFileSync('objdump', ['-T', file], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const needed = newestGlibc(symbols);
  console.log(`${file} needs ${needed ? `glibc ${needed}` : 'no glibc'}; up to ${allowed} is allowed`);
  return needed === undefined || compare(needed, allowed) <= 0;
}

function main([allowed, ...files]) {
  if (!/^\d+(\.\d+)+$/.test(allowed ?? '') || files.length === 0) {
    console.error('airssys-wasm: give a version and files, such as node scripts/release/glibc.mjs 2.17 addons/*.node');
    process.exitCode = 2;
  } else if (files.filter((file) => !check(allowed, file)).length > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main(process.argv.slice(2));
