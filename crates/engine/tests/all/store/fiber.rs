//! Guests that yield: stopped in time, and otherwise undisturbed.

use crate::fixture::{ENDINGS, MIB, code, core_on, engine, run};
use airssys_wasm_engine::{CoreInstance, Engine, Execution, Limit};
use std::time::{Duration, Instant};

fn on_fiber(engine: &Engine, wat: &str, timeout_ms: u64) -> CoreInstance {
    let instance = core_on(engine, wat, |l| {
        (l.timeout_ms, l.fuel, l.memory_bytes) =
            (Limit::AtMost(timeout_ms), Limit::Unlimited, 128 * MIB);
    });
    assert_eq!(instance.metrics().execution, Execution::Fiber);
    instance
}

#[test]
fn a_call_of_many_time_slices_returns_its_result() {
    let mut instance = on_fiber(&engine(|_| ()), ENDINGS, 60_000);
    assert_eq!(
        run(&mut instance, "count", &[3_000_000]).unwrap(),
        3_000_000
    );
    assert!(instance.metrics().fuel.consumed > 10_000_000);
}

#[test]
fn an_endless_guest_is_stopped_but_not_early() {
    let mut instance = on_fiber(&engine(|_| ()), ENDINGS, 50);
    let started = Instant::now();
    assert_eq!(code(run(&mut instance, "spin", &[])), "TIMEOUT");
    let elapsed = started.elapsed();
    assert!(
        elapsed >= Duration::from_millis(50) && elapsed < Duration::from_secs(5),
        "{elapsed:?}"
    );
}

#[test]
fn fuel_ends_a_yielding_call_exactly() {
    let mut instance = core_on(&engine(|_| ()), ENDINGS, |l| {
        (l.timeout_ms, l.fuel) = (Limit::AtMost(60_000), Limit::AtMost(1_234_567))
    });
    let before = instance.metrics().fuel.consumed;
    assert_eq!(code(run(&mut instance, "spin", &[])), "OUT_OF_FUEL");
    assert_eq!(instance.metrics().fuel.consumed - before, 1_234_567);
    assert_eq!(run(&mut instance, "ok", &[]).unwrap(), 42);
}

#[test]
fn a_stack_overflow_on_a_fiber_is_a_trap() {
    let mut instance = on_fiber(&engine(|_| ()), ENDINGS, 60_000);
    for _ in 0..20 {
        assert_eq!(code(run(&mut instance, "deep", &[])), "TRAP");
        assert_eq!(run(&mut instance, "ok", &[]).unwrap(), 42);
    }
}

/// Each iteration costs a few units of fuel and milliseconds of time.
const BULK: &str = r#"(module (memory 1024)
    (func (export "fill") (param i32) (loop $l
        (memory.fill (i32.const 0) (local.get 0) (i32.const 0x4000000))
        (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
        (br_if $l (local.get 0)))))"#;

#[test]
fn a_guest_that_fills_memory_in_bulk_is_stopped_in_time() {
    let mut instance = on_fiber(&engine(|_| ()), BULK, 50);
    let started = Instant::now();
    let ended = code(run(&mut instance, "fill", &[300]));
    let elapsed = started.elapsed();
    assert!(
        elapsed < Duration::from_millis(1_000),
        "{ended} after {elapsed:?} of at most 50 ms"
    );
}

#[test]
fn a_single_bulk_operation_that_outlives_its_deadline_is_a_timeout() {
    let wat = r#"(module (memory 8192) (func (export "fill")
        (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x20000000))))"#;
    let mut instance = core_on(&engine(|_| ()), wat, |l| {
        (l.timeout_ms, l.fuel) = (Limit::AtMost(5), Limit::Unlimited);
        l.memory_bytes = 1 << 30;
    });
    let started = Instant::now();
    let ended = code(run(&mut instance, "fill", &[]));
    assert!(
        ended == "TIMEOUT" || started.elapsed() < Duration::from_millis(50),
        "{ended} after {:?} of at most 5 ms",
        started.elapsed()
    );
}
