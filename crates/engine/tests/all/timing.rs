//! Does every workload run, and does it refuse what it cannot measure?

use crate::fixture::{COMPONENT, code, limits, refused, text};
use airssys_wasm_engine::EngineConfig;
use airssys_wasm_engine::timing::{Call, Ingredients, prepare};
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
