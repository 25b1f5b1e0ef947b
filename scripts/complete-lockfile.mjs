// Does the lockfile name the binaries of every platform? `node scripts/complete-lockfile.mjs [directory]` adds the missing.
//
// A registry mirror that serves one platform's packages makes npm write a lockfile without the others, which `npm ci`
// then refuses everywhere as out of date. What is added has the version that the dependent asks for, and os, cpu and libc
// as the name says; its integrity is left for the next `npm install` against a full registry.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup/paths.mjs';

const systems = new Set([
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]);
const processors = new Set([
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
]);

/** The platform in a package's name, in package.json's terms; empty where the name holds none. */
function platformOf(name) {
  const parts = name.split('/').at(-1).split(/[-.]/);
  const os = parts.filter((part) => systems.has(part));
  const cpu = parts.filter((part) => processors.has(part));
  const libc = parts.includes('musl') ? ['musl'] : os[0] === 'linux' && parts.includes('gnu') ? ['glibc'] : [];
  return Object.fromEntries(Object.entries({ os, cpu, libc }).filter(([, values]) => values.length > 0));
}

/** Whether `name`, asked for by the package at `path`, is found in one of the node_modules above that. */
function isLocked(packages, path, name) {
  const levels = path.split('/node_modules/').map((_, index, all) => all.slice(0, index + 1).join('/node_modules/'));
  return ['', ...levels].some((level) => packages[[level, `node_modules/${name}`].filter(Boolean).join('/')]);
}

const file = join(root, process.argv[2] ?? '', 'package-lock.json');
const lockfile = JSON.parse(readFileSync(file, 'utf8'));
const { packages } = lockfile;
const added = {};
for (const [path, entry] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const platform = platformOf(name);
    if (isLocked(packages, path, name) || Object.keys(platform).length === 0) continue;
    added[`node_modules/${name}`] = { version, ...platform, ...(entry.dev && { dev: true }), optional: true };
  }
}
lockfile.packages = Object.fromEntries(Object.entries({ ...packages, ...added }).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lockfile, null, 2)}\n`);
console.log(`${Object.keys(added).length} packages of other platforms added to ${file}`);
