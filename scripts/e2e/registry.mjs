// Local npm registry: serves the packed packages, and forwards requests for all others to the configured registry.
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
 * @param directory - For the files of this run.
 * @returns its `address`, the environment `env` in which npm uses it, and `stop`, which ends it.
 * @throws SetupError if it does not answer within a minute.
 */
export async function startRegistry(verdaccio, directory) {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}/`;
  mkdirSync(directory, { recursive: true });
  const configuration = join(directory, 'verdaccio.json');
  writeFileSync(configuration, JSON.stringify(configure(directory, await configuredRegistry())));
  const server = spawn(process.execPath, [verdaccio, '--config', configuration, '--listen', `127.0.0.1:${port}`], {
    cwd: directory,
    stdio: 'ignore',
  });
  await untilAnswer(server, address, directory);
  return { address, env: npmEnvironment(directory, address, port), stop: () => server.kill() };
}

/** The registry that npm is configured to use. */
async function configuredRegistry() {
  const output = { text: '', isSilent: true };
  if ((await runNpm(['config', 'get', 'registry'], { tee: output })) !== 0)
    throw new SetupError('`npm config get registry` failed');
  return output.text.trim();
}

/** The configuration, as JSON, which is YAML too. Our packages are only served locally. */
function configure(directory, upstream) {
  const everyone = { access: '$all', publish: '$all', unpublish: '$all' };
  return {
    storage: withoutOurs(inRoot('target', 'e2e', 'storage')),
    max_body_size: '200mb',
    uplinks: { upstream: { url: upstream, maxage: '1d' } },
    packages: { 'airssys-wasm': everyone, 'airssys-wasm-*': everyone, '**': { access: '$all', proxy: 'upstream' } },
    log: { type: 'file', path: join(directory, 'verdaccio.log'), level: 'info' },
  };
}

/** Removes our packages of an earlier run; downloaded ones stay cached. */
function withoutOurs(storage) {
  mkdirSync(storage, { recursive: true });
  const ours = readdirSync(storage).filter((name) => name.startsWith('airssys-wasm'));
  for (const name of ours) rmSync(join(storage, name), { recursive: true });
  return storage;
}

/** An environment for npm without the configuration of the user and this project, and without a named addon. */
function npmEnvironment(directory, address, port) {
  const userconfig = join(directory, 'npmrc');
  writeFileSync(userconfig, `registry=${address}\n//127.0.0.1:${port}/:_authToken=none\nupdate-notifier=false\n`);
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

/** A port that is free now. */
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

async function untilAnswer(server, address, directory) {
  const end = Date.now() + START_MS;
  while (Date.now() < end && server.exitCode === null) {
    const response = await fetch(`${address}-/ping`).catch(() => undefined);
    if (response?.ok) return;
    await sleep(100);
  }
  server.kill();
  throw new SetupError(`the local registry did not answer at ${address}: see verdaccio.log in ${directory}`);
}
