// Suite of a user, in TypeScript.
import { defineSuite, sync } from 'airssys-wasm/bench';

const numbers: number[] = Array.from({ length: 100 }, (_, index) => index);

export default defineSuite({
  category: 'mine',
  benchmarks: [{ function: 'sum', setup: () => sync(() => numbers.reduce((sum, number) => sum + number, 0)) }],
});
