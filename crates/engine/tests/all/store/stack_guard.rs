//! The stack guard: a guest is refused on too small a stack, and safe on one that just suffices.

use crate::fixture::{ENDINGS, KIB, code, core_on, engine, refused, run};
use airssys_wasm_engine::{Error, Interruption, Limit, MAX_STACK_BYTES, MIN_STACK_BYTES, TrapMode};

/// Runs `work` on a thread with this much stack.
fn on_thread<T: Send + 'static>(stack_bytes: u64, work: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(stack_bytes as usize);
    thread.spawn(work).unwrap().join().unwrap()
}

/// The error code of a guest that recurses endlessly on a thread with this much stack.
fn deep_on_thread(
    stack_bytes: u64,
    max_stack_bytes: u64,
    traps: TrapMode,
    timeout: Limit,
) -> &'static str {
    let engine = engine(|c| {
        (c.max_stack_bytes, c.traps, c.interruption) = (max_stack_bytes, traps, Interruption::Fuel)
    });
    let mut instance = on_thread(8 << 20, move || {
        core_on(&engine, ENDINGS, |l| l.timeout_ms = timeout)
    });
    on_thread(stack_bytes, move || code(run(&mut instance, "deep", &[])))
}

#[test]
#[cfg(target_os = "linux")]
fn a_small_stack_is_refused_on_the_direct_path_and_suffices_for_a_fiber() {
    for traps in [TrapMode::Signals, TrapMode::Explicit] {
        assert_eq!(
            deep_on_thread(300 * KIB, 512 * KIB, traps, Limit::Default),
            "STACK_EXHAUSTED"
        );
        assert_eq!(
            deep_on_thread(300 * KIB, 512 * KIB, traps, Limit::AtMost(60_000)),
            "TRAP"
        );
    }
}

#[test]
#[cfg(target_os = "linux")]
fn on_a_stack_that_just_suffices_an_overflow_is_a_trap() {
    for traps in [TrapMode::Signals, TrapMode::Explicit] {
        for stack in (512..700).step_by(8) {
            let end = deep_on_thread(stack * KIB, 512 * KIB, traps, Limit::Default);
            assert!(end == "STACK_EXHAUSTED" || end == "TRAP", "{end}");
        }
        assert_eq!(
            deep_on_thread(700 * KIB, 512 * KIB, traps, Limit::Default),
            "TRAP"
        );
    }
}

#[test]
fn the_minimum_and_the_maximum_stack_work() {
    for bytes in [MIN_STACK_BYTES, MAX_STACK_BYTES] {
        for timeout in [Limit::Default, Limit::AtMost(60_000)] {
            assert_eq!(
                deep_on_thread(8 << 20, bytes, TrapMode::Signals, timeout),
                "TRAP",
                "{bytes}"
            );
        }
    }
}

#[test]
fn a_larger_stack_lets_a_guest_recurse_deeper() {
    let wat = r#"(module (func $f (export "f") (param i32) (result i32)
        (if (result i32) (local.get 0)
            (then (i32.add (i32.const 1) (call $f (i32.sub (local.get 0) (i32.const 1)))))
            (else (i32.const 0)))))"#;
    let reaches = |bytes, depth| {
        let engine = engine(|c| c.max_stack_bytes = bytes);
        on_thread(8 << 20, move || {
            run(&mut core_on(&engine, wat, |_| ()), "f", &[depth]).ok()
        })
    };
    assert_eq!(reaches(MAX_STACK_BYTES, 10_000), Some(10_000));
    assert_eq!(reaches(MIN_STACK_BYTES, 10_000), None);
}

#[test]
#[cfg(target_os = "linux")]
fn the_refusal_names_both_sizes() {
    let mut instance = core_on(&engine(|_| ()), ENDINGS, |_| ());
    let (error, mut instance) = on_thread(256 * KIB, move || {
        (refused(run(&mut instance, "ok", &[])), instance)
    });
    match error {
        Error::StackExhausted {
            left_bytes,
            needed_bytes,
        } => {
            assert!(
                left_bytes < needed_bytes && needed_bytes > 512 * KIB,
                "{left_bytes} {needed_bytes}"
            );
        }
        error => panic!("{error}"),
    }
    assert_eq!(instance.metrics().traps, 0);
    assert_eq!(
        on_thread(8 << 20, move || run(&mut instance, "ok", &[]).unwrap()),
        42
    );
}
