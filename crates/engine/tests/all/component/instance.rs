//! Instances of components: their state after each end of a call, and the cost of a transfer to the host.

use crate::fixture::{COMPONENT, code, component, engine, limits, refused};
use airssys_wasm_engine::value::Value;
use airssys_wasm_engine::{ComponentInstance, Error, Limit, Result};
use std::panic::{AssertUnwindSafe, catch_unwind};

fn call(
    instance: &mut ComponentInstance,
    name: &str,
    args: &[i32],
) -> Result<Option<Value<'static>>> {
    let function = instance.function(&[name])?;
    let args: Vec<_> = args.iter().copied().map(Value::S32).collect();
    instance.call(&function, &args)
}

#[test]
fn any_trap_poisons_a_component_and_a_bad_value_does_not() {
    let compiled = component(&engine(|_| ()), COMPONENT);
    for timeout in [Limit::Default, Limit::AtMost(60_000)] {
        for (name, args, end) in [("div", vec![1, 0], "TRAP"), ("spin", vec![], "OUT_OF_FUEL")] {
            let mut instance = compiled
                .instantiate(&limits(|l| {
                    (l.timeout_ms, l.fuel) = (timeout, Limit::AtMost(100_000))
                }))
                .unwrap();
            for bad in [vec![], vec![1], vec![1, 2, 3]] {
                assert_eq!(code(call(&mut instance, "add", &bad)), "BAD_VALUE");
            }
            let function = instance.function(&["add"]).unwrap();
            assert_eq!(
                code(instance.call(&function, &[Value::U32(1), Value::S32(1)])),
                "BAD_VALUE"
            );
            assert_eq!(
                call(&mut instance, "add", &[40, 2]).unwrap(),
                Some(Value::S32(42))
            );
            assert_eq!(code(call(&mut instance, name, &args)), end);
            let error = refused(call(&mut instance, "add", &[40, 2]));
            assert_eq!(error.code(), "POISONED");
            assert!(error.to_string().contains(end), "{error}");
            assert_eq!(instance.metrics().traps, 1);
        }
    }
}

#[test]
fn a_component_function_of_another_instance_panics_and_poisons() {
    let compiled = component(&engine(|_| ()), COMPONENT);
    for timeout in [Limit::Default, Limit::AtMost(60_000)] {
        let mut one = compiled
            .instantiate(&limits(|l| l.timeout_ms = timeout))
            .unwrap();
        let mut other = compiled.instantiate(&limits(|_| ())).unwrap();
        let foreign = other.function(&["add"]).unwrap();
        let args = [Value::S32(1), Value::S32(2)];
        assert!(catch_unwind(AssertUnwindSafe(|| one.call(&foreign, &args))).is_err());
        assert_eq!(code(call(&mut one, "add", &[1, 2])), "POISONED");
    }
}

#[test]
fn a_components_start_function_runs_under_the_limits() {
    let engine = engine(|_| ());
    let spinning = component(
        &engine,
        "(component (core module $m (func $s (loop (br 0))) (start $s)) (core instance (instantiate $m)))",
    );
    assert_eq!(
        code(spinning.instantiate(&limits(|l| l.timeout_ms = Limit::AtMost(20)))),
        "TIMEOUT"
    );
    assert_eq!(
        code(spinning.instantiate(&limits(|l| l.fuel = Limit::AtMost(1_000)))),
        "OUT_OF_FUEL"
    );
    assert_eq!(engine.live_instances(), 0);
}

#[test]
fn a_transfer_past_its_limit_is_refused_by_name_and_each_call_has_its_own() {
    let wat = r#"(component
        (core module $m (memory (export "memory") 1)
            (func (export "give") (param i32) (result i32)
                (i32.store (i32.const 4) (local.get 0)) (i32.const 0))
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 16)))
        (core instance $i (instantiate $m))
        (func (export "give") (param "n" s32) (result (list u8))
            (canon lift (core func $i "give") (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))"#;
    let compiled = component(&engine(|_| ()), wat);
    let mut instance = compiled
        .instantiate(&limits(|l| l.transfer_bytes = 1_000))
        .unwrap();
    for _ in 0..5 {
        assert_eq!(code(call(&mut instance, "give", &[900])), "OK");
    }
    let error = refused(call(&mut instance, "give", &[1_001]));
    assert_ne!(error.code(), "OK");
    assert!(
        error.to_string().contains("transferBytes"),
        "{} {error}",
        error.code()
    );
}

/// A component whose `give` returns the first `n` elements of a memory of zeros, as `list<element>`.
fn giving(types: &str, element: &str) -> String {
    format!(
        r#"(component
        (core module $m (memory (export "memory") 1)
            (func (export "give") (param i32) (result i32)
                (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (local.get 0)) (i32.const 0)))
        (core instance $i (instantiate $m))
        {types}
        (func (export "give") (param "n" s32) (result (list {element}))
            (canon lift (core func $i "give") (memory (core memory $i "memory")))))"#
    )
}

#[test]
fn small_values_that_are_large_on_the_host_are_charged() {
    let name = "a".repeat(1_000);
    let flags: Vec<String> = (0..32).map(|n| format!("\"f{n}\"")).collect();
    let declared = |ty: String| format!("(type $t' {ty}) (export $t \"t\" (type $t'))");
    let cases = [
        // Each is charged 32 bytes for the value, and the sum beside it.
        (String::new(), "bool", 32),
        (String::new(), "(tuple bool)", 32 + 128 + 32),
        (String::new(), "(result)", 32 + 128),
        (String::new(), "(option u8)", 32),
        (String::new(), "(option (option u8))", 32 + 128),
        (String::new(), "(list u8)", 32 + 256),
        (String::new(), "(list string)", 32 + 128),
        (
            declared(format!("(flags {})", flags.join(" "))),
            "$t",
            32 + 128 + 32 * 32,
        ),
        (
            declared(format!("(enum \"{name}\" \"b\")")),
            "$t",
            32 + 1_000,
        ),
        (
            declared(format!("(variant (case \"{name}\") (case \"b\" u8))")),
            "$t",
            32 + 128 + 1_000,
        ),
    ];
    for (types, element, bytes) in cases {
        let compiled = component(&engine(|_| ()), &giving(&types, element));
        let mut instance = compiled
            .instantiate(&limits(|l| l.transfer_bytes = 100 * bytes))
            .unwrap();
        assert_eq!(code(call(&mut instance, "give", &[100])), "OK", "{element}");
        let refused = code(call(&mut instance, "give", &[101]));
        assert_eq!(refused, "TRANSFER_LIMIT", "{element}");
    }
}

#[test]
fn errors_of_the_canonical_abi_are_traps_by_name() {
    let wat = r#"(component
        (core module $m (memory (export "memory") 1)
            (data (i32.const 0) "\10\00\00\00\01\00\00\00") (data (i32.const 16) "\ff")
            (func (export "utf8") (result i32) (i32.const 0))
            (func (export "far") (result i32) (i32.const -4))
            (func (export "char") (result i32) (i32.const 0xd800)))
        (core instance $i (instantiate $m))
        (func (export "utf8") (result string) (canon lift (core func $i "utf8") (memory (core memory $i "memory"))))
        (func (export "far") (result string) (canon lift (core func $i "far") (memory (core memory $i "memory"))))
        (func (export "char") (result char) (canon lift (core func $i "char"))))"#;
    let compiled = component(&engine(|_| ()), wat);
    for name in ["utf8", "far", "char"] {
        let mut instance = compiled.instantiate(&limits(|_| ())).unwrap();
        match refused(call(&mut instance, name, &[])) {
            Error::Trap(_) => {}
            error => panic!("{name}: {error:?}"),
        }
        assert_eq!(code(call(&mut instance, name, &[])), "POISONED");
    }
}
