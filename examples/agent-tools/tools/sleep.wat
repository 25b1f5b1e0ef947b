;; A tool that waits for a long time.
(module
  (import "clock" "sleep" (func $sleep (param f64)))
  (memory (export "memory") 1)
  (func (export "run") (param $length i32) (result i32)
    (call $sleep (f64.const 1000000))
    (i32.const 0)))
