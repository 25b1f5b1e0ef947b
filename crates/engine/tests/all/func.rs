//! Core functions: numbers of every type cross the boundary unchanged.

use crate::fixture::{ENDINGS, code, core, core_on, engine, refused, run};
use airssys_wasm_engine::{CoreFunction, CoreInstance, CoreType, Limit, Result, Slot};

/// Tests both executions: without a timeout the guest runs on the caller's stack, with one on a fiber.
fn on_both_executions(wat: &str, test: impl Fn(&mut CoreInstance)) {
    let engine = engine(|_| ());
    for timeout in [Limit::Default, Limit::AtMost(60_000)] {
        test(&mut core_on(&engine, wat, |l| l.timeout_ms = timeout));
    }
}

#[test]
fn payloads_of_nan_survive() {
    let wat = r#"(module (func (export "f32") (param f32) (result f32) (local.get 0))
        (func (export "f64") (param f64) (result f64) (local.get 0)))"#;
    on_both_executions(wat, |instance| {
        let (single, double) = (
            instance.function("f32").unwrap(),
            instance.function("f64").unwrap(),
        );
        for bits in [
            0x7fc0_0000,
            0x7f80_0001,
            0xffc1_2345,
            0x8000_0000,
            0x7f7f_ffff,
            1,
        ] {
            let mut slots = [Slot::f32(f32::from_bits(bits))];
            instance.call(&single, &mut slots).unwrap();
            assert_eq!(slots[0].as_f32().to_bits(), bits);
        }
        for bits in [0x7ff0_0000_0000_0001, 0xfff8_dead_beef_0001, 1 << 63, 1] {
            let mut slots = [Slot::f64(f64::from_bits(bits))];
            instance.call(&double, &mut slots).unwrap();
            assert_eq!(slots[0].as_f64().to_bits(), bits);
        }
    });
}

#[test]
fn several_results_of_several_types_come_back_in_order() {
    let wat = r#"(module (func (export "swap") (param i32 i64 f32 f64) (result f64 f32 i64 i32 i32)
        (local.get 3) (local.get 2) (local.get 1) (local.get 0) (i32.const -7)))"#;
    on_both_executions(wat, |instance| {
        let swap = instance.function("swap").unwrap();
        assert_eq!(swap.ty().slots(), 5);
        assert_eq!(
            swap.ty().to_string(),
            "func(i32, i64, f32, f64) -> (f64, f32, i64, i32, i32)"
        );
        let mut slots = [
            Slot::i32(-1),
            Slot::i64(i64::MIN),
            Slot::f32(0.5),
            Slot::f64(-0.0),
            Slot::default(),
        ];
        instance.call(&swap, &mut slots).unwrap();
        assert_eq!(slots[0].as_f64().to_bits(), 1 << 63);
        assert_eq!(slots[1].as_f32(), 0.5);
        assert_eq!(slots[2].as_i64(), i64::MIN);
        assert_eq!((slots[3].as_i32(), slots[4].as_i32()), (-1, -7));
    });
}

#[test]
fn forty_parameters_and_forty_results_pass() {
    let types = "i64 ".repeat(40);
    let gets: String = (0..40).rev().map(|n| format!("(local.get {n})")).collect();
    let wat =
        format!(r#"(module (func (export "reverse") (param {types}) (result {types}) {gets}))"#);
    on_both_executions(&wat, |instance| {
        let reverse = instance.function("reverse").unwrap();
        let mut slots: Vec<Slot> = (0..40).map(|n| Slot::i64(n << 40)).collect();
        instance.call(&reverse, &mut slots).unwrap();
        let back: Vec<i64> = slots.iter().map(|slot| slot.as_i64()).collect();
        assert_eq!(back, (0..40).rev().map(|n| n << 40).collect::<Vec<i64>>());
    });
}

#[test]
fn more_slots_than_needed_are_left_alone() {
    on_both_executions(ENDINGS, |instance| {
        let div = instance.function("div").unwrap();
        let mut slots = [Slot::i32(84), Slot::i32(2), Slot::i64(7)];
        instance.call(&div, &mut slots).unwrap();
        assert_eq!((slots[0].as_i32(), slots[2].as_i64()), (42, 7));
    });
}

#[test]
fn too_few_slots_are_a_bad_value_not_a_trap() {
    let wat = r#"(module (func (export "two") (result i32 i32) (i32.const 1) (i32.const 2))
        (func (export "take") (param i32 i32)))"#;
    on_both_executions(wat, |instance| {
        for name in ["two", "take"] {
            let function = instance.function(name).unwrap();
            for count in 0..2 {
                let error = refused(instance.call(&function, &mut vec![Slot::default(); count]));
                assert_eq!(error.code(), "BAD_VALUE", "{name} {count}: {error}");
            }
        }
        assert_eq!(instance.metrics().traps, 0);
    });
}

#[test]
fn exports_that_cannot_be_called_are_refused_by_code() {
    let wat = r#"(module (memory (export "m") 1) (table (export "t") 1 funcref) (global (export "g") i32 (i32.const 1))
        (func (export "v") (param v128)) (func (export "r") (result externref) (ref.null extern))
        (func (export "") (result i32) (i32.const 5)))"#;
    let mut instance = core(wat);
    for name in ["m", "t", "g", "nothing", "V"] {
        let error = refused(instance.function(name));
        assert_eq!(error.code(), "UNKNOWN_EXPORT", "{name}");
        assert!(error.to_string().contains(name), "{error}");
    }
    for (name, ty) in [("v", "v128"), ("r", "reference")] {
        let error = refused(instance.function(name));
        assert_eq!(error.code(), "UNSUPPORTED");
        assert!(error.to_string().contains(ty), "{error}");
    }
    assert_eq!(run(&mut instance, "", &[]).unwrap(), 5);
    assert_eq!(code(instance.memory("m")), "OK");
    assert_eq!(code(instance.memory("t")), "UNKNOWN_EXPORT");
    assert_eq!(code(instance.memory("nothing")), "UNKNOWN_EXPORT");
}

#[test]
fn types_list_parameters_and_results() {
    let function: CoreFunction = core(ENDINGS).function("div").unwrap();
    assert_eq!(*function.ty().params, [CoreType::I32, CoreType::I32]);
    assert_eq!(*function.ty().results, [CoreType::I32]);
    let checked: Result<()> = function.ty().check_numbers();
    assert_eq!(code(checked), "OK");
}

#[test]
fn a_memory_is_read_and_written_by_the_host() {
    let mut instance = core(ENDINGS);
    let memory = instance.memory("memory").unwrap();
    instance.memory_bytes(memory)[8..12].copy_from_slice(&0x0102_0304_u32.to_le_bytes());
    assert_eq!(run(&mut instance, "load", &[8]).unwrap(), 0x0102_0304);
    run(&mut instance, "grow", &[1]).unwrap();
    assert_eq!(instance.memory_bytes(memory).len(), 2 * 65_536);
}
