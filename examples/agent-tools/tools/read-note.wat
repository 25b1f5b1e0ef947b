;; Reads the note with the given name. The host answers, if it granted the capability.
(module
  (import "notes" "read" (func $read (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (param $length i32) (result i32)
    (call $read (local.get $length))))
