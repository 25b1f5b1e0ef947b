//! Modules: independent instances, and errors of instantiation.

mod instance;

use crate::fixture::{ENDINGS, code, engine, limits, module, refused, run};
use airssys_wasm_engine::Limits;

#[test]
fn instances_of_one_module_share_nothing() {
    let engine = engine(|_| ());
    let module = module(
        &engine,
        r#"(module (global $g (mut i32) (i32.const 0)) (memory 1)
        (func (export "next") (result i32)
            (global.set $g (i32.add (global.get $g) (i32.const 1)))
            (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (global.get $g)))
            (i32.load (i32.const 0))))"#,
    );
    let copy = module.clone();
    let mut one = module.instantiate(&limits(|_| ())).unwrap();
    let mut other = copy.instantiate(&limits(|_| ())).unwrap();
    for expected in [1, 3, 6] {
        assert_eq!(run(&mut one, "next", &[]).unwrap(), expected);
    }
    assert_eq!(run(&mut other, "next", &[]).unwrap(), 1);
}

#[test]
fn a_module_outlives_the_handle_of_its_engine() {
    let module = module(&engine(|c| c.limits.instances = 1), ENDINGS);
    let mut instance = module.instantiate(&limits(|_| ())).unwrap();
    assert_eq!(run(&mut instance, "ok", &[]).unwrap(), 42);
    assert_eq!(module.engine().live_instances(), 1);
    assert_eq!(module.engine().config().limits.instances, 1);
    assert!(module.code_bytes() > 0);
}

#[test]
fn missing_imports_are_a_link_error_that_names_them() {
    let module = module(
        &engine(|_| ()),
        r#"(module (import "acme" "widget" (func)))"#,
    );
    let error = refused(module.instantiate(&limits(|_| ())));
    assert_eq!(error.code(), "LINK");
    assert!(
        error.to_string().contains("'acme.widget' (func() -> ())"),
        "{error}"
    );
}

#[test]
fn bad_limits_are_reported_before_missing_imports() {
    let module = module(
        &engine(|_| ()),
        r#"(module (import "acme" "widget" (func)))"#,
    );
    assert_eq!(code(module.instantiate(&Limits::new(0))), "BAD_OPTION");
}
