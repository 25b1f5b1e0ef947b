// From where is the package installed? From a registry of this machine's own, which hands all else on to the usual one.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runNpm } from '../setup/npm.mjs';
import { inRoot } from '../setup/paths.mjs';
import { SetupError } from '../setup/run.mjs';

/**
 * Starts the registry.
 *
 * @param verdaccio - Path of Verdaccio's program.
 * @param directory - What belongs to this run goes here.
 * @returns its address, the environment in which npm uses it, and what stops it.
 */
export async function startRegistry(verdaccio, directory) {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}/`;
  mkdirSync(directory, { recursive: true });
  const configuration = join(directory, 'verdaccio.json');
  writeFileSync(configuration, JSON.stringify(configure(directory, await usualRegistry())));
  const server = spawn(process.execPath, [verdaccio, '--config', configuration, '--listen', `127.0.0.1:${port}`], {
    cwd: directory,
    stdio: 'ignore',
  });
  await answered(server, address, directory);
  return { address, env: npmEnvironment(directory, address, port), stop: () => server.kill() };
}

/** The registry that npm is configured to use, whatever that is. */
async function usualRegistry() {
  const output = { text: '', isSilent: true };
  if ((await runNpm(['config', 'get', 'registry'], { tee: output })) !== 0)
    throw new SetupError('npm names no registry');
  return output.text.trim();
}

/** As YAML, which JSON is. Our own packages are looked for here alone, never elsewhere. */
function configure(directory, upstream) {
  const everyone = { access: '$all', publish: '$all', unpublish: '$all' };
  return {
    storage: emptiedOfOurs(inRoot('target', 'e2e', 'storage')),
    max_body_size: '200mb',
    uplinks: { usual: { url: upstream, maxage: '1d' } },
    packages: { 'airssys-wasm': everyone, 'airssys-wasm-*': everyone, '**': { access: '$all', proxy: 'usual' } },
    log: { type: 'file', path: join(directory, 'verdaccio.log'), level: 'info' },
  };
}

/** What comes from the usual registry is kept from run to run; what was published here is not. */
function emptiedOfOurs(storage) {
  mkdirSync(storage, { recursive: true });
  const ours = readdirSync(storage).filter((name) => name.startsWith('airssys-wasm'));
  for (const name of ours) rmSync(join(storage, name), { recursive: true });
  return storage;
}

/** npm with neither the configuration of the user nor of this project, and no addon but an installed one. */
function npmEnvironment(directory, address, port) {
  const userconfig = join(directory, 'npmrc');
  writeFileSync(userconfig, `registry=${address}\n//127.0.0.1:${port}/:_authToken=nobody\nupdate-notifier=false\n`);
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|NAPI_RS_)/i.test(name));
  return {
    ...Object.fromEntries(inherited),
    npm_config_userconfig: userconfig,
    npm_config_cache: join(directory, 'npm-cache'),
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_loglevel: 'error',
  };
}

/** A port that nobody listens on now. */
function freePort() {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const START_MS = 60_000;

async function answered(server, address, directory) {
  const end = Date.now() + START_MS;
  while (Date.now() < end && server.exitCode === null) {
    const response = await fetch(`${address}-/ping`).catch(() => undefined);
    if (response?.ok) return;
    await sleep(100);
  }
  server.kill();
  throw new SetupError(`the local registry did not answer at ${address}: see verdaccio.log in ${directory}`);
}
