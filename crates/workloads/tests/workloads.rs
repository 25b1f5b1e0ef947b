//! Workloads: each runs, and refuses what it cannot measure.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up is a failure too"
)]

use airssys_wasm_engine::{EngineConfig, Error, Interruption, Limit, Limits, Result, Source};
use airssys_wasm_workloads::{ExportCall, ProfileSpan, WaveCall, WorkloadConfig, prepare};
use std::time::Duration;

fn text(wat: &str) -> Source {
    Source::Text(wat.to_owned())
}

/// The error of a result that must be one.
fn refused<T>(result: Result<T>) -> Error {
    match result {
        Ok(_) => panic!("expected an error"),
        Err(error) => error,
    }
}

/// The code of the error, or `OK`.
fn code<T>(result: Result<T>) -> &'static str {
    result.map_or_else(|error| error.code(), |_| "OK")
}

/// A component with a function that adds, one that divides, and one that never returns.
const COMPONENT: &str = r#"(component
    (core module $m
        (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
        (func (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
        (func (export "spin") (loop (br 0))))
    (core instance $i (instantiate $m))
    (func $add (param "a" s32) (param "b" s32) (result s32) (canon lift (core func $i "add")))
    (func $div (param "a" s32) (param "b" s32) (result s32) (canon lift (core func $i "div")))
    (func $spin (canon lift (core func $i "spin")))
    (export "add" (func $add))
    (export "div" (func $div))
    (export "spin" (func $spin))
    (instance $math (export "add" (func $add)))
    (export "acme:calc/math" (instance $math)))"#;

const CORE: &str = r#"(module (memory 1 1024)
    (func (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))"#;

fn config(is_component: bool, name: &str, args: &[i32]) -> WorkloadConfig {
    WorkloadConfig {
        engine: EngineConfig::default(),
        source: text(if is_component { COMPONENT } else { CORE }),
        is_component,
        limits: Limits::new(128 << 20),
        call: ExportCall {
            name: name.to_owned(),
            args: args.to_vec(),
        },
        wave_call: WaveCall::default(),
        count: 3,
    }
}

#[test]
fn every_kind_runs_and_takes_time() {
    let runs: [(&str, bool, &str, &[i32]); 32] = [
        ("native_add", false, "", &[1, 2]),
        ("native_fib", false, "", &[20]),
        ("native_fill_scalar", false, "", &[1_000]),
        ("native_fill_vectorised", false, "", &[1_000]),
        ("create_engine", false, "", &[]),
        ("compile", false, "", &[]),
        ("compile", true, "", &[]),
        ("cold_start", false, "", &[]),
        ("cold_start", true, "", &[]),
        ("warm_start", true, "", &[]),
        ("cached_start", true, "", &[]),
        ("cached_start", false, "", &[]),
        ("instantiate", false, "div", &[4, 2]),
        ("instantiate", true, "add", &[4, 2]),
        ("execute", false, "div", &[4, 2]),
        ("execute", true, "add", &[4, 2]),
        ("load_concurrently", true, "", &[]),
        ("load_concurrently", false, "", &[]),
        ("load_sequentially", true, "", &[]),
        ("call", false, "div", &[4, 2]),
        ("call", true, "add", &[4, 2]),
        ("trap", false, "div", &[4, 0]),
        ("cleanup_after_success", true, "add", &[4, 2]),
        ("cleanup_after_trap", false, "div", &[4, 0]),
        ("cleanup_after_trap", true, "div", &[4, 0]),
        ("recovery", false, "div", &[4, 0]),
        ("recovery", true, "div", &[4, 0]),
        ("raw_call", false, "div", &[4, 2]),
        ("raw_call", true, "add", &[4, 2]),
        ("raw_instantiate", true, "", &[]),
        ("grow_within_limit", false, "grow", &[1]),
        ("grow_unlimited", false, "grow", &[1]),
    ];
    for (kind, is_component, name, args) in runs {
        let mut workload = prepare(kind, config(is_component, name, args))
            .unwrap_or_else(|e| panic!("{kind}: {e}"));
        for iterations in [1, 65] {
            let elapsed = workload
                .run(iterations)
                .unwrap_or_else(|e| panic!("{kind}: {e}"));
            assert!(
                elapsed > Duration::ZERO && elapsed < Duration::from_secs(30),
                "{kind} took {elapsed:?}"
            );
        }
        let costs = workload
            .deterministic_costs()
            .unwrap_or_else(|e| panic!("{kind}: {e}"));
        assert_eq!(costs, workload.deterministic_costs().unwrap(), "{kind}");
    }
}

#[test]
fn the_error_of_an_unknown_kind_names_the_known_ones() {
    let error = refused(prepare("nothing", config(false, "", &[])));
    assert_eq!(error.code(), "BAD_OPTION");
    assert!(
        error.to_string().contains("native_add") && error.to_string().contains("'nothing'"),
        "{error}"
    );
}

/// The code with which a workload ends, in its set-up or when it runs.
fn end(kind: &str, config: WorkloadConfig) -> &'static str {
    code(prepare(kind, config).and_then(|mut workload| workload.run(1)))
}

#[test]
fn wrong_configurations_are_rejected() {
    assert_eq!(end("native_add", config(false, "", &[1])), "BAD_OPTION");
    assert_eq!(
        end("native_fill_scalar", config(false, "", &[-1])),
        "BAD_OPTION"
    );
    assert_eq!(end("native_fib", config(false, "", &[])), "BAD_OPTION");
    for kind in ["call", "execute", "raw_call"] {
        assert_eq!(
            end(kind, config(false, "nothing", &[])),
            "UNKNOWN_EXPORT",
            "{kind}"
        );
        assert_eq!(
            end(kind, config(true, "nothing", &[])),
            "UNKNOWN_EXPORT",
            "{kind}"
        );
    }
    assert_eq!(end("trap", config(false, "div", &[4, 2])), "BAD_OPTION");
    assert_eq!(end("trap", config(true, "div", &[4, 0])), "UNSUPPORTED");
    assert_eq!(
        end("cleanup_after_success", config(false, "div", &[4, 0])),
        "TRAP"
    );
    assert_eq!(
        end("cleanup_after_trap", config(false, "div", &[4, 2])),
        "BAD_OPTION"
    );
    assert_eq!(end("recovery", config(false, "div", &[4, 2])), "BAD_OPTION");
    for kind in [
        "compile",
        "cold_start",
        "warm_start",
        "instantiate",
        "call",
        "load_concurrently",
        "raw_call",
    ] {
        let mut garbage = config(false, "", &[]);
        garbage.source = text("garbage");
        assert_eq!(end(kind, garbage), "COMPILE", "{kind}");
        let mut engine = config(false, "", &[]);
        engine.engine.max_stack_bytes = 0;
        assert_eq!(end(kind, engine), "BAD_OPTION", "{kind}");
    }
}

#[test]
fn a_call_with_the_wrong_number_of_arguments_is_refused() {
    assert_eq!(end("call", config(true, "add", &[1])), "BAD_VALUE");
}

#[test]
fn a_core_call_with_the_wrong_number_of_arguments_is_refused() {
    assert_ne!(end("call", config(false, "div", &[1, 1, 1])), "OK");
    assert_ne!(end("execute", config(false, "grow", &[])), "OK");
}

#[test]
fn workloads_that_create_instances_can_hold_them_and_others_reject_it() {
    for kind in ["instantiate", "load_sequentially", "load_concurrently"] {
        let mut workload = prepare(kind, config(false, "div", &[4, 2])).unwrap();
        for count in [3, 1, 0] {
            workload.hold(count).unwrap();
        }
    }
    let mut workload = prepare("call", config(false, "div", &[4, 2])).unwrap();
    assert_eq!(code(workload.hold(1)), "UNSUPPORTED");
}

const COUNTER: &str = r#"(module (memory 1)
    (global $calls (mut i32) (i32.const 0))
    (func (export "calls") (result i32)
        (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
        (if (i32.eq (global.get $calls) (i32.const 1)) (then (drop (memory.grow (i32.const 2)))))
        (global.get $calls))
    (func (export "third") (result i32)
        (if (i32.eq (global.get $calls) (i32.const 2)) (then unreachable))
        (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
        (global.get $calls))
    (func $inner (param i32) (result i32) (local $n i32)
        (loop $l
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $l (i32.lt_u (local.get $n) (local.get 0))))
        (local.get $n))
    (func $outer (export "count") (param i32) (result i32) (call $inner (local.get 0))))"#;

/// A call in WAVE.
fn written(is_component: bool, path: &[&str], arguments: &str) -> WorkloadConfig {
    WorkloadConfig {
        source: text(if is_component { COMPONENT } else { COUNTER }),
        wave_call: WaveCall {
            path: path.iter().map(|name| (*name).to_owned()).collect(),
            arguments: arguments.to_owned(),
        },
        ..config(is_component, "", &[])
    }
}

#[test]
fn a_wave_call_runs_on_one_instance_or_on_a_fresh_one_each_time() {
    for kind in ["invoke", "invoke_fresh"] {
        for (is_component, path, arguments, shown) in [
            (true, &["add"][..], "(40, 2)", "42"),
            (true, &["acme:calc/math", "add"], "(40, 2)", "42"),
            (false, &["calls"], "()", "1"),
            (false, &["count"], "(7)", "7"),
        ] {
            let mut workload = prepare(kind, written(is_component, path, arguments)).unwrap();
            for iterations in [1, 65] {
                assert!(workload.run(iterations).unwrap() > Duration::ZERO);
            }
            assert_eq!(workload.show().unwrap(), shown, "{kind} {path:?}");
        }
    }
}

#[test]
fn the_costs_of_a_wave_call_do_not_depend_on_the_number_of_calls() {
    let mut live = prepare("invoke", written(false, &["calls"], "()")).unwrap();
    let mut fresh = prepare("invoke_fresh", written(false, &["calls"], "()")).unwrap();
    let (first, later) = (
        fresh.deterministic_costs().unwrap(),
        live.deterministic_costs().unwrap(),
    );
    for workload in [&mut live, &mut fresh] {
        workload.run(100).unwrap();
    }
    assert_eq!(
        (
            fresh.deterministic_costs().unwrap(),
            live.deterministic_costs().unwrap()
        ),
        (first, later)
    );
    // The first call grows the memory; the second finds it grown.
    assert!(first.fuel > later.fuel, "{first:?} {later:?}");
    assert_eq!(later.peak_memory_bytes, Some(3 << 16));
}

#[test]
fn a_call_of_a_fresh_instance_finds_no_state_of_earlier_calls() {
    let calls = |kind| end_of_three(kind, written(false, &["third"], "()"));
    assert_eq!(calls("invoke"), "TRAP");
    assert_eq!(calls("invoke_fresh"), "OK");
}

fn end_of_three(kind: &str, config: WorkloadConfig) -> &'static str {
    code(prepare(kind, config).and_then(|mut workload| workload.run(3)))
}

#[test]
fn a_wave_call_that_does_not_fit_is_rejected_before_the_guest_runs() {
    for kind in ["invoke", "invoke_fresh"] {
        let refusal = |config| code(prepare(kind, config));
        assert_eq!(refusal(written(true, &["sub"], "(1, 2)")), "UNKNOWN_EXPORT");
        assert_eq!(refusal(written(true, &[], "(1, 2)")), "UNKNOWN_EXPORT");
        assert_eq!(
            refusal(written(true, &["acme:calc/math"], "()")),
            "UNKNOWN_EXPORT"
        );
        assert_eq!(refusal(written(false, &["memory"], "()")), "UNKNOWN_EXPORT");
        assert_eq!(refusal(written(true, &["add"], "(1)")), "BAD_VALUE");
        assert_eq!(refusal(written(true, &["add"], "(1, true)")), "BAD_VALUE");
        assert_eq!(refusal(written(false, &["count"], "1")), "BAD_VALUE");
    }
}

/// A tenth of a second, with a sample each millisecond.
const SPAN: ProfileSpan = ProfileSpan {
    duration: Duration::from_millis(100),
    epochs: 1,
};

#[test]
fn a_profile_names_the_functions_that_take_the_time() {
    let mut runs = vec![prepare("invoke", written(false, &["count"], "(1000000)")).unwrap()];
    let mut unmetered = written(false, &["count"], "(1000000)");
    unmetered.engine.interruption = Interruption::None;
    unmetered.limits.timeout_ms = Limit::Unlimited;
    runs.push(prepare("invoke_fresh", unmetered).unwrap());
    for mut workload in runs {
        let mut json = Vec::new();
        let samples = workload.profile(SPAN, &mut json).unwrap();
        assert!(samples > 0);
        let json = String::from_utf8(json).unwrap();
        assert!(
            json.starts_with('{') && json.contains("\"outer\"") && json.contains("\"inner\""),
            "{json}"
        );
    }
}

#[test]
fn components_and_calls_of_the_suite_can_be_profiled() {
    let mut json = Vec::new();
    let mut component = prepare("invoke", written(true, &["add"], "(1, 2)")).unwrap();
    component.profile(SPAN, &mut json).unwrap();
    assert!(json.starts_with(b"{"));
    json.clear();
    let mut call = prepare("call", config(false, "div", &[4, 2])).unwrap();
    call.profile(SPAN, &mut json).unwrap();
    assert!(json.starts_with(b"{"));
}

#[test]
fn a_profile_of_an_endless_call_times_out_and_other_workloads_are_unsupported() {
    let mut endless = written(true, &["spin"], "()");
    endless.limits.timeout_ms = Limit::AtMost(30);
    let mut workload = prepare("invoke", endless).unwrap();
    assert_eq!(code(workload.profile(SPAN, &mut Vec::new())), "TIMEOUT");
    let mut compile = prepare("compile", config(true, "", &[])).unwrap();
    assert_eq!(code(compile.profile(SPAN, &mut Vec::new())), "UNSUPPORTED");
    assert_eq!(code(compile.show()), "UNSUPPORTED");
}
