// Command that adds the binaries of other platforms to a lockfile: `node scripts/complete-lockfile.mjs [directory]`.
//
// With a registry mirror that serves the packages of one platform only, npm writes a lockfile without the others, and
// `npm ci` then rejects it as out of date. An added entry has the version that its dependent requests, and the os, cpu
// and libc in its name. The next `npm install` with a full registry adds its integrity.
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

/** The platform in a package's name, as `os`, `cpu` and `libc` of package.json; `{}` if the name has none. */
function platformOf(name) {
  const parts = name.split('/').at(-1).split(/[-.]/);
  const os = parts.filter((part) => systems.has(part));
  const cpu = parts.filter((part) => processors.has(part));
  const libc = parts.includes('musl') ? ['musl'] : os[0] === 'linux' && parts.includes('gnu') ? ['glibc'] : [];
  return Object.fromEntries(Object.entries({ os, cpu, libc }).filter(([, values]) => values.length > 0));
}

/** Whether `name`, a dependency of the package at `path`, is in one of the node_modules above that path. */
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
console.log(`added ${Object.keys(added).length} packages of other platforms to ${file}`);
