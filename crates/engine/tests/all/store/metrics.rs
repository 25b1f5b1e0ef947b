//! Metrics: exact fuel, or a flag that it is an upper bound.

use crate::fixture::{COMPONENT, ENDINGS, PAGE, code, component, core_on, engine, limits, run};
use airssys_wasm_engine::value::Value;
use airssys_wasm_engine::{
    CallOptions, Compiler, CoreInstance, Execution, Fuel, Interruption, Limit, Optimization, Slot,
    TrapMode,
};

/// The fuel that one call of `name` adds to the total of `instance`.
fn cost(instance: &mut CoreInstance, name: &str, args: &[i32]) -> Fuel {
    let before = instance.metrics().fuel.consumed;
    let _ = run(instance, name, args);
    let after = instance.metrics().fuel;
    Fuel {
        consumed: after.consumed - before,
        ..after
    }
}

fn exact(consumed: u64) -> Fuel {
    Fuel {
        consumed,
        is_exact: true,
    }
}

#[test]
fn fuel_is_the_same_in_every_run_and_execution_by_every_compiler() {
    // 8 operations that cost fuel per iteration; measured once, and constant.
    let costs = |instance: &mut CoreInstance| {
        [0, 1, 10, 10_000].map(|n| cost(instance, "count", &[n]).consumed)
    };
    let expected = costs(&mut core_on(&engine(|_| ()), ENDINGS, |_| ()));
    let per_round = (expected[3] - expected[1]) / 9_999;
    assert_eq!(expected[3], expected[1] + 9_999 * per_round);
    assert_eq!(expected[2], expected[1] + 9 * per_round);
    let engines = [
        engine(|_| ()),
        engine(|c| c.interruption = Interruption::Both),
        engine(|c| c.traps = TrapMode::Explicit),
        engine(|c| c.optimization = Optimization::None),
        engine(|c| c.compiler = Compiler::Winch),
    ];
    for engine in engines {
        for timeout in [Limit::Default, Limit::AtMost(60_000)] {
            for fuel in [Limit::Default, Limit::Unlimited, Limit::AtMost(10_000_000)] {
                let mut instance = core_on(&engine, ENDINGS, |l| {
                    (l.timeout_ms, l.fuel) = (timeout, fuel)
                });
                for _ in 0..2 {
                    assert_eq!(
                        costs(&mut instance),
                        expected,
                        "{:?} {timeout:?} {fuel:?}",
                        engine.config()
                    );
                }
                assert!(instance.metrics().fuel.is_exact);
            }
        }
    }
}

#[test]
fn a_budget_of_exactly_the_cost_suffices_and_one_less_does_not() {
    let needed = cost(
        &mut core_on(&engine(|_| ()), ENDINGS, |_| ()),
        "count",
        &[100],
    )
    .consumed;
    let with = |fuel| {
        code(run(
            &mut core_on(&engine(|_| ()), ENDINGS, |l| l.fuel = Limit::AtMost(fuel)),
            "count",
            &[100],
        ))
    };
    assert_eq!(with(needed + 1), "OK");
    assert_eq!(with(needed / 2), "OUT_OF_FUEL");
    // Wasmtime checks the counter at the start of loops and functions: the last stretch may overdraw it.
    let least = (needed / 2..=needed + 1)
        .find(|fuel| with(*fuel) == "OK")
        .unwrap();
    assert!(
        least <= needed + 1 && needed - least < 20,
        "needs {needed}, suffices {least}"
    );
    let mut overdrawn = core_on(&engine(|_| ()), ENDINGS, |l| l.fuel = Limit::AtMost(least));
    assert!(cost(&mut overdrawn, "count", &[100]).consumed <= needed);
}

#[test]
fn fuel_is_exact_after_it_ran_out_and_after_unreachable() {
    let mut instance = core_on(&engine(|_| ()), ENDINGS, |l| l.fuel = Limit::AtMost(5_000));
    assert_eq!(cost(&mut instance, "spin", &[]), exact(5_000));
    let unreachable = cost(&mut instance, "unreachable", &[]);
    assert!(
        unreachable.is_exact && (1..10).contains(&unreachable.consumed),
        "{unreachable:?}"
    );
    assert_eq!(cost(&mut instance, "unreachable", &[]), unreachable);
}

#[test]
fn fuel_is_an_upper_bound_after_other_traps_and_stays_flagged() {
    for (name, args) in [("div", [1, 0]), ("load", [-1, 0]), ("deep", [0, 0])] {
        let mut instance = core_on(&engine(|_| ()), ENDINGS, |l| l.fuel = Limit::AtMost(50_000));
        let bound = cost(&mut instance, name, &args);
        assert_eq!(
            bound,
            Fuel {
                consumed: 50_000,
                is_exact: false
            },
            "{name}"
        );
        run(&mut instance, "ok", &[]).unwrap();
        assert!(!instance.metrics().fuel.is_exact);
    }
}

#[test]
fn fuel_is_exact_after_a_timeout_between_time_slices() {
    let mut instance = core_on(&engine(|_| ()), ENDINGS, |l| {
        (l.fuel, l.timeout_ms) = (Limit::Unlimited, Limit::AtMost(20))
    });
    let spent = cost(&mut instance, "spin", &[]);
    assert!(spent.is_exact && spent.consumed >= 100_000, "{spent:?}");
}

#[test]
fn a_trap_without_a_fuel_limit_does_not_report_zero_fuel() {
    let mut instance = core_on(&engine(|_| ()), ENDINGS, |l| {
        (l.fuel, l.timeout_ms) = (Limit::Unlimited, Limit::Unlimited)
    });
    let bound = cost(&mut instance, "div", &[1, 0]);
    assert!(!bound.is_exact);
    assert!(
        bound.consumed > 0,
        "an upper bound of {} is none",
        bound.consumed
    );
}

#[test]
fn totals_of_fuel_do_not_wrap() {
    let mut instance = core_on(&engine(|_| ()), ENDINGS, |l| {
        l.fuel = Limit::AtMost(u64::MAX)
    });
    let _ = run(&mut instance, "div", &[1, 0]);
    let bound = instance.metrics().fuel.consumed;
    run(&mut instance, "ok", &[]).unwrap();
    assert!(
        instance.metrics().fuel.consumed >= bound,
        "{bound} became {}",
        instance.metrics().fuel.consumed
    );
}

#[test]
fn engines_without_fuel_report_none() {
    for kind in [Interruption::Epoch, Interruption::None] {
        let mut instance = core_on(&engine(|c| c.interruption = kind), ENDINGS, |_| ());
        assert_eq!(cost(&mut instance, "count", &[1_000]), exact(0));
        assert_eq!(cost(&mut instance, "div", &[1, 0]), exact(0));
    }
}

#[test]
fn metrics_count_calls_of_exports_and_traps() {
    let mut instance = core_on(&engine(|_| ()), ENDINGS, |_| ());
    let start = instance.metrics();
    assert_eq!(
        (
            start.calls,
            start.traps,
            start.memory_bytes,
            start.peak_memory_bytes
        ),
        (0, 0, PAGE, PAGE)
    );
    run(&mut instance, "ok", &[]).unwrap();
    let _ = run(&mut instance, "div", &[1, 0]);
    let _ = run(&mut instance, "nothing", &[]);
    run(&mut instance, "grow", &[1]).unwrap();
    let metrics = instance.metrics();
    assert_eq!((metrics.calls, metrics.traps), (3, 1));
    assert_eq!(
        (metrics.memory_bytes, metrics.peak_memory_bytes),
        (2 * PAGE, 2 * PAGE)
    );
}

#[test]
fn time_decides_the_execution_on_an_engine_without_epochs() {
    let path = |kind, timeout| {
        let engine = engine(|c| c.interruption = kind);
        core_on(&engine, ENDINGS, |l| l.timeout_ms = timeout)
            .metrics()
            .execution
    };
    assert_eq!(path(Interruption::Fuel, Limit::Default), Execution::Direct);
    assert_eq!(
        path(Interruption::Fuel, Limit::AtMost(10)),
        Execution::Fiber
    );
    assert_eq!(
        path(Interruption::Both, Limit::AtMost(10)),
        Execution::Direct
    );
    assert_eq!(
        path(Interruption::Epoch, Limit::AtMost(10)),
        Execution::Direct
    );
    assert_eq!(path(Interruption::None, Limit::Default), Execution::Direct);
}

#[test]
fn a_measured_call_reports_only_its_cost() {
    let mut instance = core_on(&engine(|_| ()), ENDINGS, |_| ());
    let count = instance.function("count").unwrap();
    let one = instance
        .measure(&count, &mut [Slot::i32(100)], CallOptions::default())
        .unwrap();
    assert_eq!(one.fuel, cost(&mut instance, "count", &[100]));
    assert_eq!(one.peak_memory_bytes, PAGE);
    let _ = run(&mut instance, "div", &[1, 0]);
    assert_eq!(
        instance
            .measure(&count, &mut [Slot::i32(100)], CallOptions::default())
            .unwrap()
            .fuel,
        one.fuel
    );
}

#[test]
fn a_measured_call_of_a_component_reports_only_its_cost() {
    let component = component(&engine(|_| ()), COMPONENT);
    let mut costs = Vec::new();
    for timeout in [Limit::Default, Limit::AtMost(10_000)] {
        let mut instance = component
            .instantiate(&limits(|l| l.timeout_ms = timeout))
            .unwrap();
        let add = instance.function(&["add"]).unwrap();
        let outcome = instance
            .measure(
                &add,
                &[Value::S32(40), Value::S32(2)],
                CallOptions::default(),
            )
            .unwrap();
        assert_eq!(outcome.value, Some(Value::S32(42)));
        assert!(outcome.fuel.is_exact && outcome.fuel.consumed > 0);
        costs.push(outcome.fuel);
    }
    assert_eq!(costs[0], costs[1]);
}
