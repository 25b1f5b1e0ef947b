;; What of a function that never ends?
(module
  (func (export "run")
    (loop $again (br $again))))
