// Does the memory of what was made and let go come back? In processes of their own, since it is theirs that is measured.
import test from 'ava';
import { fixture } from '#guests';
import { child } from './child.js';

const setUp = `
  const engine = new wasm.Engine();
  const module = await engine.compileModule('(module (memory (export "memory") 2) (func (export "f") (result i32) (i32.store (i32.const 70000) (i32.const 1)) (i32.const 7)))');
  const component = await engine.compileComponent(new URL(${JSON.stringify(fixture('calculator-component.wat').href)}));
  const limits = { memoryBytes: wasm.MiB };
  const cycle = (count) => { for (let n = 0; n < count; n++) {
    const one = (n % 2 ? module : component).instantiateSync({ limits });
    n % 2 ? one.call('f') : one.call('fill', [16000]);
    one.dispose(); } };
  const residentMiB = () => { gc(); gc(); return process.memoryUsage.rss() / wasm.MiB; };`;

test('ten thousand instances made and disposed of leave none alive, and the resident set about flat', async (t) => {
  const { stdout, code, stderr } = await child(
    `${setUp}
    cycle(20_000); await new Promise(setImmediate); const before = residentMiB();
    cycle(10_000); await new Promise(setImmediate); const after = residentMiB();
    console.log(JSON.stringify({ live: engine.liveInstances, grownMiB: after - before }));`,
    { flags: ['--expose-gc'] },
  );
  t.is(code, 0, stderr);
  const { live, grownMiB } = JSON.parse(stdout) as { live: number; grownMiB: number };
  t.is(live, 0);
  t.true(grownMiB < 32, `${grownMiB} MiB more`);
});

test('instances that nobody holds are collected', async (t) => {
  const { stdout, code, stderr } = await child(
    `${setUp}
    (() => { for (let n = 0; n < 500; n++) (n % 2 ? module : component).instantiateSync({ limits }).exports; })();
    const made = engine.liveInstances;
    for (let n = 0; n < 20 && engine.liveInstances > 0; n++) { gc(); await new Promise((resolve) => setTimeout(resolve, 10)); }
    console.log(made, engine.liveInstances);`,
    { flags: ['--expose-gc'] },
  );
  t.is(code, 0, stderr);
  t.is(stdout, '500 0\n');
});

test('an exported function keeps its instance alive', async (t) => {
  const { stdout, code, stderr } = await child(
    `${setUp}
    const f = (() => module.instantiateSync({ limits }).exports.f)();
    for (let n = 0; n < 10; n++) { gc(); await new Promise((resolve) => setTimeout(resolve, 5)); }
    console.log(engine.liveInstances, f());`,
    { flags: ['--expose-gc'] },
  );
  t.is(code, 0, stderr);
  t.is(stdout, '1 7\n');
});

test('two thousand engines made and disposed of leave the resident set about flat', async (t) => {
  const { stdout, code, stderr } = await child(
    `${setUp}
    const engines = (count) => { for (let n = 0; n < count; n++) new wasm.Engine({ interruption: n % 2 ? 'epoch' : 'fuel' }).dispose(); };
    const settle = async () => { for (let n = 0; n < 5; n++) { gc(); await new Promise(setImmediate); } };
    engines(500); await settle(); const before = residentMiB(); engines(2000); await settle();
    console.log(residentMiB() - before);`,
    { flags: ['--expose-gc'] },
  );
  t.is(code, 0, stderr);
  t.true(Number(stdout) < 60, `${stdout} MiB more`);
});

for (const code of [0, 7]) {
  test(`a process with live instances and a compilation under way exits with ${code} when told to`, async (t) => {
    const ending = await child(`${setUp}
      globalThis.kept = Array.from({ length: 100 }, () => module.instantiateSync({ limits }));
      new wasm.Engine({ interruption: 'epoch' });
      engine.compileModule(new URL(${JSON.stringify(fixture('guests/c/algorithms.wasm').href)}));
      process.exit(${code});`);
    t.like(ending, { code, signal: null, stderr: '' });
  });
}

test('a process with live instances and epochs ends by itself', async (t) => {
  const ending = await child(`${setUp}
    globalThis.kept = [module.instantiateSync({ limits }), new wasm.Engine({ interruption: 'epoch' })];`);
  t.like(ending, { code: 0, signal: null, stderr: '' });
});
