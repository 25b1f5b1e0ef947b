;; A tool that never ends.
(module
  (memory (export "memory") 1)
  (func (export "run") (param $length i32) (result i32)
    (loop $again (br $again))
    (i32.const 0)))
