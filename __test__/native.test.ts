// Tests of error codes: Rust and JavaScript have the same ones.
import test from 'ava';
import { ERROR_CODES, JAVASCRIPT_ONLY_CODE, RUST_ONLY_CODE } from '../src/errors.js';
import { native } from '../src/native.js';

test('the engine and the package have the same error codes', (t) => {
  const ofRust = native.errorCodes().filter((code) => code !== RUST_ONLY_CODE);
  const ofJavaScript = ERROR_CODES.filter((code) => code !== JAVASCRIPT_ONLY_CODE);
  t.true(ofRust.length > 20);
  t.deepEqual([...ofRust].sort(), [...ofJavaScript].sort());
});
