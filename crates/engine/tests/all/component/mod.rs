//! Components: functions by path, and errors that name what exists.

mod instance;

use crate::fixture::{COMPONENT, code, component, engine, limits, refused};
use airssys_wasm_engine::value::Value;

#[test]
fn functions_are_found_by_name_and_inside_interfaces() {
    let mut instance = component(&engine(|_| ()), COMPONENT)
        .instantiate(&limits(|_| ()))
        .unwrap();
    for path in [["add"].as_slice(), &["acme:calc/math", "add"]] {
        for _ in 0..2 {
            let add = instance.function(path).unwrap();
            let sum = instance
                .call(&add, &[Value::S32(i32::MAX), Value::S32(1)])
                .unwrap();
            assert_eq!(sum, Some(Value::S32(i32::MIN)));
        }
    }
}

#[test]
fn a_path_to_no_function_is_an_error_that_names_those_there_are() {
    let mut instance = component(&engine(|_| ()), COMPONENT)
        .instantiate(&limits(|_| ()))
        .unwrap();
    let paths: [(&[&str], &str); 7] = [
        (&["sub"], "'add' (function)"),
        (&[], "'add' (function)"),
        (&["acme:calc/math"], "'acme:calc/math'"),
        (&["acme:calc/math", "sub"], "'add' (function)"),
        (&["add", "add"], "add#add"),
        (&["acme:calc/math", "add", "more"], "more"),
        (&[""], "'add' (function)"),
    ];
    for (path, expected) in paths {
        let error = refused(instance.function(path));
        assert_eq!(error.code(), "UNKNOWN_EXPORT", "{path:?}");
        assert!(error.to_string().contains(expected), "{path:?}: {error}");
    }
    let empty = component(&engine(|_| ()), "(component)");
    let error = refused(empty.instantiate(&limits(|_| ())).unwrap().function(&["f"]));
    assert!(error.to_string().contains("there is nothing"), "{error}");
}

#[test]
fn missing_imports_are_a_link_error_that_names_them() {
    let missing = component(
        &engine(|_| ()),
        r#"(component (import "acme:host/log" (instance (export "info" (func)))))"#,
    );
    let error = refused(missing.instantiate(&limits(|_| ())));
    assert_eq!(error.code(), "LINK");
    assert!(error.to_string().contains("acme:host/log"), "{error}");
}

#[test]
fn parts_of_a_component_count_against_its_limits() {
    let wat = r#"(component (core module $m (memory 1) (table 10 funcref))
        (core instance (instantiate $m)) (core instance (instantiate $m)))"#;
    let compiled = component(&engine(|_| ()), wat);
    assert_eq!(
        code(compiled.instantiate(&limits(|l| l.memory_bytes = 2 * 65_536))),
        "OK"
    );
    assert_eq!(
        code(compiled.instantiate(&limits(|l| l.memory_bytes = 2 * 65_536 - 1))),
        "MEMORY_LIMIT"
    );
    assert_eq!(
        code(compiled.instantiate(&limits(|l| l.table_elements = 19))),
        "MEMORY_LIMIT"
    );
    assert_ne!(
        code(compiled.instantiate(&limits(|l| l.memories = 1))),
        "OK"
    );
    assert_ne!(
        code(compiled.instantiate(&limits(|l| l.instances = 1))),
        "OK"
    );
    assert_eq!(compiled.engine().live_instances(), 0);
}

/// Types are shared in a binary but not in its description, most of which is names.
#[test]
fn a_long_name_in_a_type_that_is_shared_many_times_stays_small() {
    let tuples: String = (1..5)
        .map(|n| {
            format!(
                "(type $t{n} (tuple {}))",
                format!("$t{} ", n - 1).repeat(16)
            )
        })
        .collect();
    let wat = format!(
        r#"(component (type $r (record (field "{}" u8))) (export $t0 "t0" (type $r)) {tuples}
            (core module $m (memory (export "memory") 1)
                (func (export "f") (param i32))
                (func (export "r") (param i32 i32 i32 i32) (result i32) i32.const 0))
            (core instance $i (instantiate $m))
            (type $f (func (param "x" $t4)))
            (func (export "f") (type $f) (canon lift (core func $i "f")
                (memory (core memory $i "memory")) (realloc (core func $i "r")))))"#,
        "a".repeat(99_000)
    );
    let compiled = component(&engine(|_| ()), &wat);
    let text: usize = compiled
        .exports()
        .iter()
        .map(|item| item.ty.text().len())
        .sum();
    assert!(text < 4 << 20, "{text} bytes describe it");
    let mut instance = compiled.instantiate(&limits(|_| ())).unwrap();
    assert_eq!(code(instance.function(&["f"]).map(drop)), "UNSUPPORTED");
}
