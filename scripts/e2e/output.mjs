// Did a program do what it should?
import assert from 'node:assert/strict';

/** Asserts that a program ended well and wrote exactly `expected`; what it wrote to stderr is shown where not. */
export function assertPrints({ status, stdout, stderr }, expected) {
  assert.deepEqual({ status, stdout: stdout.trim() }, { status: 0, stdout: expected }, stderr || undefined);
}

/** Asserts that a program failed, and that what it wrote to stderr matches each pattern. */
export function assertFails({ status, stderr }, ...patterns) {
  assert.notEqual(status, 0);
  for (const pattern of patterns) assert.match(stderr, pattern);
}
