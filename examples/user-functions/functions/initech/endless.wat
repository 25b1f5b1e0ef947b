;; A function that never ends, for a tenant with unlimited fuel: its timeout stops it.
(module
  (func (export "run")
    (loop $again (br $again))))
