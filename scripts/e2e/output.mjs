// Assertions about the exit code and output of a program.
import assert from 'node:assert/strict';

/** Asserts that a program exited with 0 and wrote exactly `expected`; a failure shows its stderr. */
export function assertPrints({ status, stdout, stderr }, expected) {
  assert.deepEqual({ status, stdout: stdout.trim() }, { status: 0, stdout: expected }, stderr || undefined);
}

/** Asserts that a program failed, and that its stderr matches each pattern. */
export function assertFails({ status, stderr }, ...patterns) {
  assert.notEqual(status, 0);
  for (const pattern of patterns) assert.match(stderr, pattern);
}
