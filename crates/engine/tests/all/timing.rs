//! Does every workload run, and does it refuse what it cannot measure?

use crate::fixture::{COMPONENT, code, limits, refused, text};
use airssys_wasm_engine::timing::{Call, Ingredients, Span, Written, prepare};
use airssys_wasm_engine::{Bound, EngineConfig, Interruption};
use std::time::Duration;

const CORE: &str = r#"(module (memory 1 1024)
    (func (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))"#;

fn ingredients(is_component: bool, name: &str, args: &[i32]) -> Ingredients {
    Ingredients {
        config: EngineConfig::default(),
        source: text(if is_component { COMPONENT } else { CORE }),
        is_component,
        limits: limits(|l| l.memory_bytes = 128 << 20),
        call: Call {
            name: name.to_owned(),
            args: args.to_vec(),
        },
        written: Written::default(),
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
        let mut workload = prepare(kind, ingredients(is_component, name, args))
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
        let exact = workload.exact().unwrap_or_else(|e| panic!("{kind}: {e}"));
        assert_eq!(exact, workload.exact().unwrap(), "{kind}");
    }
}

#[test]
fn unknown_kinds_are_told_the_known_ones() {
    let error = refused(prepare("nothing", ingredients(false, "", &[])));
    assert_eq!(error.code(), "BAD_OPTION");
    assert!(
        error.to_string().contains("native_add") && error.to_string().contains("'nothing'"),
        "{error}"
    );
}

/// The code with which a workload ends, be it at its preparation or when it runs.
fn end(kind: &str, ingredients: Ingredients) -> &'static str {
    code(prepare(kind, ingredients).and_then(|mut workload| workload.run(1)))
}

#[test]
fn wrong_ingredients_are_refused() {
    assert_eq!(
        end("native_add", ingredients(false, "", &[1])),
        "BAD_OPTION"
    );
    assert_eq!(
        end("native_fill_scalar", ingredients(false, "", &[-1])),
        "BAD_OPTION"
    );
    assert_eq!(end("native_fib", ingredients(false, "", &[])), "BAD_OPTION");
    for kind in ["call", "execute", "raw_call"] {
        assert_eq!(
            end(kind, ingredients(false, "nothing", &[])),
            "UNKNOWN_EXPORT",
            "{kind}"
        );
        assert_eq!(
            end(kind, ingredients(true, "nothing", &[])),
            "UNKNOWN_EXPORT",
            "{kind}"
        );
    }
    assert_eq!(
        end("trap", ingredients(false, "div", &[4, 2])),
        "BAD_OPTION"
    );
    assert_eq!(
        end("trap", ingredients(true, "div", &[4, 0])),
        "UNSUPPORTED"
    );
    assert_eq!(
        end("cleanup_after_success", ingredients(false, "div", &[4, 0])),
        "TRAP"
    );
    assert_eq!(
        end("cleanup_after_trap", ingredients(false, "div", &[4, 2])),
        "BAD_OPTION"
    );
    assert_eq!(
        end("recovery", ingredients(false, "div", &[4, 2])),
        "BAD_OPTION"
    );
    for kind in [
        "compile",
        "cold_start",
        "warm_start",
        "instantiate",
        "call",
        "load_concurrently",
        "raw_call",
    ] {
        let mut garbage = ingredients(false, "", &[]);
        garbage.source = text("garbage");
        assert_eq!(end(kind, garbage), "COMPILE", "{kind}");
        let mut config = ingredients(false, "", &[]);
        config.config.max_stack_bytes = 0;
        assert_eq!(end(kind, config), "BAD_OPTION", "{kind}");
    }
}

#[test]
fn a_call_with_the_wrong_number_of_arguments_is_refused() {
    assert_eq!(end("call", ingredients(true, "add", &[1])), "BAD_VALUE");
}

#[test]
fn a_core_call_with_the_wrong_number_of_arguments_is_refused() {
    assert_ne!(end("call", ingredients(false, "div", &[1, 1, 1])), "OK");
    assert_ne!(end("execute", ingredients(false, "grow", &[])), "OK");
}

#[test]
fn what_makes_instances_can_hold_them_and_others_refuse() {
    for kind in ["instantiate", "load_sequentially", "load_concurrently"] {
        let mut workload = prepare(kind, ingredients(false, "div", &[4, 2])).unwrap();
        for count in [3, 1, 0] {
            workload.hold(count).unwrap();
        }
    }
    let mut workload = prepare("call", ingredients(false, "div", &[4, 2])).unwrap();
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

/// A call that somebody wrote.
fn written(is_component: bool, path: &[&str], arguments: &str) -> Ingredients {
    Ingredients {
        source: text(if is_component { COMPONENT } else { COUNTER }),
        written: Written {
            path: path.iter().map(|name| (*name).to_owned()).collect(),
            arguments: arguments.to_owned(),
        },
        ..ingredients(is_component, "", &[])
    }
}

#[test]
fn a_written_call_runs_on_one_instance_or_each_on_its_own() {
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
fn what_a_written_call_costs_does_not_depend_on_how_many_were_made() {
    let mut live = prepare("invoke", written(false, &["calls"], "()")).unwrap();
    let mut fresh = prepare("invoke_fresh", written(false, &["calls"], "()")).unwrap();
    let (first, later) = (fresh.exact().unwrap(), live.exact().unwrap());
    for workload in [&mut live, &mut fresh] {
        workload.run(100).unwrap();
    }
    assert_eq!(
        (fresh.exact().unwrap(), live.exact().unwrap()),
        (first, later)
    );
    // The first call grows the memory; the second finds that done.
    assert!(first.fuel > later.fuel, "{first:?} {later:?}");
    assert_eq!(later.peak_memory_bytes, Some(3 << 16));
}

#[test]
fn a_call_of_an_instance_of_its_own_finds_nothing_of_the_others() {
    let calls = |kind| end_of_three(kind, written(false, &["third"], "()"));
    assert_eq!(calls("invoke"), "TRAP");
    assert_eq!(calls("invoke_fresh"), "OK");
}

fn end_of_three(kind: &str, ingredients: Ingredients) -> &'static str {
    code(prepare(kind, ingredients).and_then(|mut workload| workload.run(3)))
}

#[test]
fn a_written_call_that_does_not_fit_is_refused_before_anything_runs() {
    for kind in ["invoke", "invoke_fresh"] {
        let refusal = |ingredients| code(prepare(kind, ingredients));
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

/// A tenth of a second, by a sample each millisecond.
const SPAN: Span = Span {
    duration: Duration::from_millis(100),
    epochs: 1,
};

#[test]
fn a_profile_names_the_functions_that_take_the_time() {
    let mut runs = vec![prepare("invoke", written(false, &["count"], "(1000000)")).unwrap()];
    let mut unmetered = written(false, &["count"], "(1000000)");
    unmetered.config.interruption = Interruption::None;
    unmetered.limits.timeout_ms = Bound::Unlimited;
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
fn a_profile_sees_calls_of_components_and_of_the_suite_too() {
    let mut json = Vec::new();
    let mut component = prepare("invoke", written(true, &["add"], "(1, 2)")).unwrap();
    component.profile(SPAN, &mut json).unwrap();
    assert!(json.starts_with(b"{"));
    json.clear();
    let mut call = prepare("call", ingredients(false, "div", &[4, 2])).unwrap();
    call.profile(SPAN, &mut json).unwrap();
    assert!(json.starts_with(b"{"));
}

#[test]
fn a_profile_ends_calls_that_do_not_end_and_refuses_what_is_no_call() {
    let mut endless = written(true, &["spin"], "()");
    endless.limits.timeout_ms = Bound::AtMost(30);
    let mut workload = prepare("invoke", endless).unwrap();
    assert_eq!(code(workload.profile(SPAN, &mut Vec::new())), "TIMEOUT");
    let mut compile = prepare("compile", ingredients(true, "", &[])).unwrap();
    assert_eq!(code(compile.profile(SPAN, &mut Vec::new())), "UNSUPPORTED");
    assert_eq!(code(compile.show()), "UNSUPPORTED");
}
