// Tests in another realm, whose globals are not the addon's, as in Jest.
import test from 'ava';
import { child } from '../child.js';

/** Loads the package into a separate realm, as `wasm`. */
const load = `
  import { readFileSync } from 'node:fs';
  import { fileURLToPath } from 'node:url';
  import vm from 'node:vm';
  const context = vm.createContext({ AbortSignal, URL, clearTimeout, process, setTimeout });
  const modules = new Map();
  const builtin = async (url) => {
    const names = await import(url);
    return new vm.SyntheticModule(Object.keys(names), function () {
      for (const name of Object.keys(names)) this.setExport(name, names[name]);
    }, { context });
  };
  const source = (url) => new vm.SourceTextModule(readFileSync(fileURLToPath(url), 'utf8'), {
    identifier: url, context, initializeImportMeta: (meta) => { meta.url = url; },
  });
  const find = async (url) => {
    if (!modules.has(url)) modules.set(url, url.startsWith('node:') ? await builtin(url) : source(url));
    return modules.get(url);
  };
  const entry = await find(${JSON.stringify(new URL('../../../src/index.js', import.meta.url).href)});
  await entry.link((name, { identifier }) => find(name.startsWith('node:') ? name : new URL(name, identifier).href));
  await entry.evaluate();
  const wasm = entry.namespace;`;

test('short and long calls, failures and disposals work in another realm', async (t) => {
  const { stdout, stderr, code } = await child(
    `${load}
    const module = await new wasm.Engine().compileModule(\`(module
      (import "env" "f" (func $f (result i32)))
      (func (export "call") (result i32) (call $f))
      (func (export "spin") (loop (br 0)))
      (func (export "trap") unreachable)
      (func (export "count") (param i32) (result i32) (local $n i32)
        (loop $l
          (local.set $n (i32.add (local.get $n) (i32.const 1)))
          (br_if $l (i32.lt_u (local.get $n) (local.get 0))))
        (local.get $n)))\`);
    const make = () => module.instantiate({ limits: { memoryBytes: wasm.MiB, fuel: 'unlimited' }, imports: { env: { f: async () => 7 } } });
    const instance = await make();
    const told = [await instance.call('count', [1]), await instance.call('count', [5_000_000]), await instance.call('call')];
    for (const call of [instance.call('trap'), instance.call('spin', [], { timeoutMs: 20 })]) told.push(await call.catch((error) => error.code));
    const other = await make();
    const call = other.call('spin').catch((error) => error.code);
    told.push((await other.dispose()).traps, await call);
    console.log(JSON.stringify(told));`,
    { flags: ['--experimental-vm-modules', '--no-warnings'], importsPackage: false },
  );
  t.is(stderr, '');
  t.is(stdout, '[1,5000000,7,"TRAP","TIMEOUT",1,"ABORTED"]\n');
  t.is(code, 0);
});

test('calls of two copies of the package in one process are kept apart', async (t) => {
  const { stdout, stderr } = await child(
    `${load.replace('const wasm = entry.namespace', 'const other = entry.namespace')}
    const count = '(module (func (export "count") (param i32) (result i32) (local $n i32) (loop $l (local.set $n (i32.add (local.get $n) (i32.const 1))) (br_if $l (i32.lt_u (local.get $n) (local.get 0)))) (local.get $n)))';
    const make = async ({ Engine, MiB }) => (await new Engine().compileModule(count)).instantiate({ limits: { memoryBytes: MiB } });
    const [one, two] = [await make(wasm), await make(other)];
    const { signal } = new AbortController();
    for (let round = 0; round < 20; round++) {
      const calls = [one.call('count', [1_000_000 + round], { signal }), two.call('count', [500_000 + round], { signal })];
      console.log((await Promise.all(calls)).map((value) => value - round).join());
    }
    const controller = new AbortController();
    const calls = [one.call('count', [100_000_000], { signal: controller.signal }), two.call('count', [5_000_000], { signal })];
    controller.abort();
    console.log((await Promise.all(calls.map((call) => call.catch((error) => error.code)))).join());`,
    { flags: ['--experimental-vm-modules', '--no-warnings'], timeoutMs: 20_000 },
  );
  t.is(stderr, '');
  t.is(stdout, `${'1000000,500000\n'.repeat(20)}ABORTED,5000000\n`);
});
