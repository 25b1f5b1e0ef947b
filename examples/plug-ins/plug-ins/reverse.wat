;; Reverses an ASCII text. It breaks other characters apart, and the host rejects the invalid result.
(component
  (core module $module
    (memory (export "memory") 1)
    (global $free (mut i32) (i32.const 1024))

    ;; Bump allocator. It never frees: an instance lives for one call.
    (func (export "realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
      (local $at i32)
      (local.set $at (global.get $free))
      (global.set $free (i32.and (i32.add (i32.add (local.get $at) (local.get $size)) (i32.const 7)) (i32.const -8)))
      (local.get $at))

    ;; The text is at $text. Returns the address of the result's address and length.
    (func (export "transform") (param $text i32) (param $length i32) (result i32)
      (local $i i32) (local $copy i32)
      (local.set $copy (i32.add (local.get $text) (local.get $length)))
      (block $done
        (loop $next
          (br_if $done (i32.ge_u (local.get $i) (local.get $length)))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (i32.store8
            (i32.sub (i32.add (local.get $copy) (local.get $length)) (local.get $i))
            (i32.load8_u (i32.sub (i32.add (local.get $text) (local.get $i)) (i32.const 1))))
          (br $next)))
      (i32.store (i32.const 0) (local.get $copy))
      (i32.store (i32.const 4) (local.get $length))
      (i32.const 0)))
  (core instance $instance (instantiate $module))
  (func (export "transform") (param "text" string) (result string)
    (canon lift (core func $instance "transform")
      (memory (core memory $instance "memory")) (realloc (core func $instance "realloc")))))
