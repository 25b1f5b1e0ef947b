// Command that pins the next Wasmtime in crates/engine/Cargo.toml and Cargo.lock: `node scripts/release/wasmtime.mjs
// patch|major`. It sets the GitHub output `version`, which is empty if there is no newer release.
//
// cargo resolves the version: the requirement is widened, and the result is pinned.
import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { cargoEnvironment } from '../setup/cargo.mjs';
import { inRoot, root } from '../setup/paths.mjs';

const MANIFEST = inRoot('crates/engine/Cargo.toml');
const PINNED = /(\[dependencies\.wasmtime\]\nversion = ")=(\d+)\.(\d+)\.(\d+)(")/;

const wider = {
  patch: (major, minor, patch) => `~${major}.${minor}.${patch}`,
  major: (major) => `>=${Number(major) + 1}`,
};

function write(requirement) {
  const text = readFileSync(MANIFEST, 'utf8');
  writeFileSync(
    MANIFEST,
    text.replace(PINNED, (_, before, ...rest) => `${before}${requirement}${rest[3]}`),
  );
}

function resolved() {
  const args = ['update', '--package', 'wasmtime', '--quiet'];
  const { status } = spawnSync(process.env.CARGO ?? 'cargo', args, {
    cwd: root,
    env: cargoEnvironment(),
    stdio: 'inherit',
  });
  if (status !== 0) return undefined;
  return /name = "wasmtime"\nversion = "([^"]+)"/.exec(readFileSync(inRoot('Cargo.lock'), 'utf8'))?.[1];
}

/** Pins the next version. @returns it, or undefined without a next version; the files are then unchanged. */
function takeNext(step) {
  const before = [MANIFEST, inRoot('Cargo.lock')].map((path) => [path, readFileSync(path, 'utf8')]);
  const [, , ...parts] = PINNED.exec(before[0][1]) ?? [];
  const current = parts.slice(0, 3).join('.');
  write(wider[step](...parts));
  const next = resolved();
  if (next === undefined || next === current) {
    for (const [path, text] of before) writeFileSync(path, text);
    return undefined;
  }
  writeFileSync(MANIFEST, before[0][1].replace(PINNED, `$1=${next}$5`));
  return next;
}

const step = process.argv[2];
if (wider[step] === undefined) {
  console.error('airssys-wasm: give the step to take: patch or major');
  process.exitCode = 2;
} else {
  const next = takeNext(step);
  console.log(next === undefined ? `there is no newer ${step} release of Wasmtime` : `Wasmtime ${next} is pinned`);
  if (process.env.GITHUB_OUTPUT) appendFileSync(process.env.GITHUB_OUTPUT, `version=${next ?? ''}\n`);
}
