;; What of a function that never ends, for a tenant without a bound of fuel?
(module
  (func (export "run")
    (loop $again (br $again))))
