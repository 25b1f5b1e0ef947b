;; Counts the words of a text, up to 99, as two digits.
(module
  (memory (export "memory") 1)
  (func (export "run") (param $length i32) (result i32)
    (local $i i32) (local $words i32) (local $inside i32) (local $isLetter i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $length)))
        (local.set $isLetter (i32.gt_u (i32.load8_u (local.get $i)) (i32.const 32)))
        (if (i32.gt_u (local.get $isLetter) (local.get $inside))
          (then (local.set $words (i32.add (local.get $words) (i32.const 1)))))
        (local.set $inside (local.get $isLetter))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (i32.store8 (i32.const 0) (i32.add (i32.const 48) (i32.div_u (local.get $words) (i32.const 10))))
    (i32.store8 (i32.const 1) (i32.add (i32.const 48) (i32.rem_u (local.get $words) (i32.const 10))))
    (i32.const 2)))
