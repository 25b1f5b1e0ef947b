// Tests of stacks that JavaScript and a guest exhaust together, in child processes.
import test from 'ava';
import { child, importPackage } from '../child.js';

/** A script that descends into JavaScript until the stack ends, and calls the guest from each of the deepest frames. */
function descending(name: string, { args = [], more = {} }: { args?: readonly unknown[]; more?: object } = {}): string {
  return `
    const module = await new wasm.Engine().compileModule('(module (func $r (export "recurse") (result i32) (i32.add (call $r) (i32.const 1)))'
      + ' (func (export "one") (result i32) (i32.const 1)) (func (export "trap") unreachable))');
    const call = module.instantiateSync({ limits: { memoryBytes: 1, ...${JSON.stringify(more)} } }).exports['${name}'];
    const endings = new Set();
    let calls = 0;
    const deeper = () => {
      try { return deeper() + 1 } catch (error) {
        if (calls++ < 2000) try { endings.add(call(${args.map((arg) => JSON.stringify(arg)).join()})) } catch (failure) { endings.add(failure.code ?? failure.name) }
        throw error;
      }
    };
    try { deeper() } catch {}
    console.log([calls > 2000, ...endings].join());`;
}

/** The same script on a worker's stack, which is smaller. */
function inWorker(script: string): string {
  const source = `(async () => { ${importPackage} ${script} })()`;
  // The main thread loads the package too: what happens where it does not is another test's business.
  return `import { Worker } from 'node:worker_threads'; new Worker(${JSON.stringify(source)}, { eval: true });`;
}

const places = { 'the main thread': (script: string) => script, 'a worker': inWorker };

for (const [place, at] of Object.entries(places)) {
  test(`a call from the deepest JavaScript returns or throws (${place})`, async (t) => {
    const { signal, code, stdout, stderr } = await child(at(descending('one')));
    t.is(signal, null, stderr);
    t.is(code, 0, stderr);
    // A worker's stack holds less, so the call fails there.
    t.regex(stdout, place === 'a worker' ? /^true,.*STACK_EXHAUSTED/ : /^true,.*\b1\b/);
  });

  test(`a call on a fiber from the deepest JavaScript returns or throws (${place})`, async (t) => {
    const { signal, stdout, stderr } = await child(at(descending('one', { more: { timeoutMs: 1000 } })));
    t.is(signal, null, stderr);
    t.regex(stdout, /^true,.*\b1\b/);
  });

  // Making an error needs stack as well: from the last frames comes V8's own RangeError instead.
  for (const [name, args, what] of [
    ['recurse', [], 'a guest that overflows its stack'],
    ['trap', [], 'a guest that traps'],
    ['one', ['x'], 'a rejected argument'],
  ] as const) {
    test(`${what}, called from the deepest JavaScript, throws (${place})`, async (t) => {
      const { signal, code, stdout } = await child(at(descending(name, { args })));
      t.is(signal, null);
      t.is(code, 0);
      t.regex(stdout, /^true,.*(TRAP|BAD_VALUE|STACK_EXHAUSTED)/);
    });
  }

  test(`a guest that overflows its stack below a little JavaScript throws (${place})`, async (t) => {
    const script = `
      for (const maxStackBytes of [64 << 10, 512 << 10, 3 << 20]) for (const more of [{}, { timeoutMs: 1000 }]) {
        const module = await new wasm.Engine({ maxStackBytes }).compileModule('(module (func $r (export "r") (result i32) (i32.add (call $r) (i32.const 1))))');
        const instance = module.instantiateSync({ limits: { memoryBytes: 1, ...more } });
        const at = (depth) => { if (depth > 0) return at(depth - 1); try { instance.call('r') } catch (error) { return error.trap ?? error.code } };
        for (const depth of [0, 100, 3000]) console.log(at(depth));
      }`;
    const { signal, stdout, stderr } = await child(at(script));
    t.is(signal, null, stderr);
    const endings = stdout.trim().split('\n');
    t.is(endings.length, 18);
    for (const ending of endings) t.true(ending === 'StackOverflow' || ending === 'STACK_EXHAUSTED', ending);
  });
}
