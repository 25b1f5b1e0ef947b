// How many tests passed and failed? Read from what the test runners themselves print.
import { stripVTControlCharacters } from 'node:util';

/**
 * Counts in the output of `cargo test`: the sum over its test binaries.
 *
 * @param output - All that cargo wrote to stdout; colours do not matter.
 */
export function countCargo(output) {
  return sum(output, /^test result: .*?(?<passed>\d+) passed; (?<failed>\d+) failed;/gm);
}

/**
 * Counts in the TAP that ava writes.
 *
 * @param output - All that ava wrote to stdout; colours do not matter.
 */
export function countTap(output) {
  return sum(output, /^# pass (?<passed>\d+)\s+# fail (?<failed>\d+)$/gm);
}

function sum(output, pattern) {
  const counts = { passed: 0, failed: 0 };
  for (const { groups } of stripVTControlCharacters(output).replaceAll('\r', '').matchAll(pattern)) {
    counts.passed += Number(groups.passed);
    counts.failed += Number(groups.failed);
  }
  return counts;
}
