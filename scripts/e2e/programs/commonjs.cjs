// Program that requires the package and calls a guest.
const { Engine, MiB } = require('airssys-wasm');

async function main() {
  const module = await new Engine().compileModule(
    '(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))',
  );
  const guest = module.instantiateSync({ limits: { memoryBytes: MiB } });
  console.log(guest.exports.add(40, 2));
}

void main();
