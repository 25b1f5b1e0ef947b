;; A function that never ends, until it runs out of fuel.
(module
  (func (export "run")
    (loop $again (br $again))))
