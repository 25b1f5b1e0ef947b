// Counts of passed and failed tests, read from the output of the test runners.
import { stripVTControlCharacters } from 'node:util';

/**
 * The counts in the output of `cargo test`, summed over its test binaries.
 *
 * @param output - cargo's stdout, with or without colours.
 */
export function countCargo(output) {
  return sum(output, /^test result: .*?(?<passed>\d+) passed; (?<failed>\d+) failed;/gm);
}

/**
 * The counts in the TAP output of ava or Node's test runner.
 *
 * @param output - The runner's stdout, with or without colours.
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
