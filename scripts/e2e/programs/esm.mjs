// Program that imports the package and calls a guest.
import { Engine, MiB } from 'airssys-wasm';

const module = await new Engine().compileModule(`(module
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "spin") (loop (br 0))))`);
const guest = await module.instantiate({ limits: { memoryBytes: MiB, fuel: 10_000n } });
const sum = await guest.exports.add(40, 2);
const code = await guest.exports.spin().catch((error) => error.code);
await guest.dispose();
console.log(sum, code);
