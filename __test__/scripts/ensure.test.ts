// Is a checkout that is set up left alone, and a wrong setting named?
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const script = fileURLToPath(new URL('../../../scripts/ensure.mjs', import.meta.url));

const ensure = (env: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [script], { cwd: tmpdir(), encoding: 'utf8', env: { ...process.env, ...env } });

test('a named addon that does not exist is refused with its path', (t) => {
  const { status, stderr } = ensure({ NAPI_RS_NATIVE_LIBRARY_PATH: '/no/such.node' });
  t.is(status, 1);
  t.is(
    stderr,
    "airssys-wasm: NAPI_RS_NATIVE_LIBRARY_PATH names '/no/such.node', which does not exist: correct it or unset it\n",
  );
});

test('a checkout that is set up needs nothing and says nothing, from any directory', (t) => {
  // `npm test` has just set it up; an addon named here keeps a change made meanwhile from starting a build.
  const { status, stdout, stderr } = ensure({ NAPI_RS_NATIVE_LIBRARY_PATH: script });
  t.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
});
