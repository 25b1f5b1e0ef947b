//! Instances of core modules: their state after each end of a call.

use crate::fixture::{ENDINGS, MIB, code, core_on, engine, limits, module, refused, run};
use airssys_wasm_engine::{Interruption, Limit, Slot};
use std::panic::{AssertUnwindSafe, catch_unwind};

#[test]
fn a_core_instance_can_be_called_after_every_plain_end() {
    let mut instance = core_on(&engine(|_| ()), ENDINGS, |l| {
        (l.memory_bytes, l.fuel) = (MIB, Limit::AtMost(1_000_000))
    });
    let ends = [
        ("div", [1, 0], "TRAP"),
        ("unreachable", [0, 0], "TRAP"),
        ("deep", [0, 0], "TRAP"),
        ("spin", [0, 0], "OUT_OF_FUEL"),
        ("grow", [50, 0], "MEMORY_LIMIT"),
        ("load", [-1, 0], "TRAP"),
    ];
    for _ in 0..3 {
        for (name, args, expected) in ends {
            assert_eq!(code(run(&mut instance, name, &args)), expected, "{name}");
            assert_eq!(run(&mut instance, "ok", &[]).unwrap(), 42);
        }
    }
    assert_eq!(instance.metrics().traps, 18);
}

#[test]
fn a_timeout_poisons_a_core_instance() {
    for kind in [Interruption::Fuel, Interruption::Epoch, Interruption::Both] {
        let engine = engine(|c| c.interruption = kind);
        let mut instance = core_on(&engine, ENDINGS, |l| {
            l.timeout_ms = Limit::AtMost(10);
            if kind.fuel() {
                l.fuel = Limit::Unlimited;
            }
        });
        assert_eq!(run(&mut instance, "ok", &[]).unwrap(), 42);
        assert_eq!(code(run(&mut instance, "spin", &[])), "TIMEOUT", "{kind:?}");
        let error = refused(run(&mut instance, "ok", &[]));
        assert_eq!(error.code(), "POISONED", "{kind:?}");
        assert!(error.to_string().contains("TIMEOUT"), "{error}");
        assert_eq!(instance.metrics().traps, 1);
    }
}

#[test]
fn a_function_of_another_instance_panics_and_poisons() {
    for timeout in [Limit::Default, Limit::AtMost(60_000)] {
        let engine = engine(|_| ());
        let (mut one, mut other) = (
            core_on(&engine, ENDINGS, |l| l.timeout_ms = timeout),
            core_on(&engine, ENDINGS, |_| ()),
        );
        let foreign = other.function("ok").unwrap();
        let mut slots = [Slot::default()];
        let panicked = catch_unwind(AssertUnwindSafe(|| one.call(&foreign, &mut slots)));
        assert!(panicked.is_err());
        let error = refused(run(&mut one, "ok", &[]));
        assert_eq!(error.code(), "POISONED");
        assert!(error.to_string().contains("internal error"), "{error}");
        assert_eq!(run(&mut other, "ok", &[]).unwrap(), 42);
    }
}

#[test]
fn an_instance_outlives_its_engine_and_moves_between_threads() {
    for kind in [Interruption::Fuel, Interruption::Epoch, Interruption::Both] {
        let engine = engine(|c| c.interruption = kind);
        let mut instance = core_on(&engine, ENDINGS, |l| {
            l.timeout_ms = Limit::AtMost(50);
            if kind.fuel() {
                l.fuel = Limit::Unlimited;
            }
        });
        drop(engine);
        for _ in 0..3 {
            instance = std::thread::spawn(move || {
                assert_eq!(run(&mut instance, "count", &[1_000]).unwrap(), 1_000);
                assert_eq!(code(run(&mut instance, "load", &[-1])), "TRAP");
                instance
            })
            .join()
            .unwrap();
        }
        assert_eq!(code(run(&mut instance, "spin", &[])), "TIMEOUT");
    }
}

#[test]
fn a_start_function_runs_under_the_limits() {
    let spinning = "(module (func $s (loop (br 0))) (start $s))";
    for kind in [Interruption::Fuel, Interruption::Epoch, Interruption::Both] {
        let engine = engine(|c| c.interruption = kind);
        let module = module(&engine, spinning);
        let timed = limits(|l| {
            l.timeout_ms = Limit::AtMost(20);
            if kind.fuel() {
                l.fuel = Limit::Unlimited;
            }
        });
        assert_eq!(code(module.instantiate(&timed)), "TIMEOUT", "{kind:?}");
        if kind.fuel() {
            let fuelled = limits(|l| l.fuel = Limit::AtMost(1_000));
            assert_eq!(
                code(module.instantiate(&fuelled)),
                "OUT_OF_FUEL",
                "{kind:?}"
            );
        }
        assert_eq!(engine.live_instances(), 0);
    }
}

#[test]
fn a_start_function_that_fails_fails_the_instantiation_by_its_own_code() {
    let engine = engine(|_| ());
    for (wat, expected) in [
        ("(module (func $s unreachable) (start $s))", "TRAP"),
        ("(module (memory 1) (data (i32.const 65536) \"x\"))", "TRAP"),
        (
            "(module (table 1 funcref) (func $f) (elem (i32.const 1) $f))",
            "TRAP",
        ),
        (
            "(module (memory 1) (func $s (drop (memory.grow (i32.const 1000)))) (start $s))",
            "MEMORY_LIMIT",
        ),
        ("(module (import \"env\" \"f\" (func)))", "LINK"),
        ("(module (import \"env\" \"m\" (memory 1)))", "LINK"),
    ] {
        assert_eq!(
            code(module(&engine, wat).instantiate(&limits(|_| ()))),
            expected,
            "{wat}"
        );
    }
    assert_eq!(engine.live_instances(), 0);
}
