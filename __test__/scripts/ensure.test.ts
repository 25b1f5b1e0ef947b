// Tests of the set-up: no work in a complete checkout, and errors that name the wrong setting.
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const script = fileURLToPath(new URL('../../../scripts/ensure.mjs', import.meta.url));

const ensure = (env: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [script], { cwd: tmpdir(), encoding: 'utf8', env: { ...process.env, ...env } });

test('a named addon that does not exist is rejected with its path', (t) => {
  const { status, stderr } = ensure({ NAPI_RS_NATIVE_LIBRARY_PATH: '/no/such.node' });
  t.is(status, 1);
  t.is(
    stderr,
    "airssys-wasm: NAPI_RS_NATIVE_LIBRARY_PATH names '/no/such.node', which does not exist: correct it or unset it\n",
  );
});

test('in a complete checkout it prints nothing, from any directory', (t) => {
  // `npm test` has just set it up. The named addon prevents a build if a source has changed meanwhile.
  const { status, stdout, stderr } = ensure({ NAPI_RS_NATIVE_LIBRARY_PATH: script });
  t.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
});
