//! The clock of epochs: it interrupts guests late rather than early.

use crate::fixture::{ENDINGS, code, engine, limits, module, run};
use airssys_wasm_engine::{CoreInstance, Error, Interruption, Limit, Limits, Module};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

fn timeout_takes(timeout_ms: u64) -> Duration {
    let engine = engine(|c| c.interruption = Interruption::Epoch);
    let limits = limits(|l| l.timeout_ms = Limit::AtMost(timeout_ms));
    let mut instance = in_time(&module(&engine, ENDINGS), &limits);
    let started = Instant::now();
    assert_eq!(code(run(&mut instance, "spin", &[])), "TIMEOUT");
    started.elapsed()
}

/// An instance, after several tries if necessary: on busy processors its instantiation may time out.
fn in_time(module: &Module, limits: &Limits) -> CoreInstance {
    loop {
        match module.instantiate(limits) {
            Err(Error::Timeout { .. }) => {}
            made => return made.unwrap(),
        }
    }
}

#[test]
fn a_timeout_comes_within_its_time() {
    for timeout_ms in [1, 20, 100] {
        let elapsed = timeout_takes(timeout_ms);
        assert!(
            elapsed < Duration::from_secs(5),
            "{timeout_ms} ms took {elapsed:?}"
        );
    }
}

#[test]
fn the_clock_advances_engines_that_are_created_and_dropped() {
    for pause_ms in [0, 5, 20] {
        std::thread::sleep(Duration::from_millis(pause_ms));
        assert!(timeout_takes(5) < Duration::from_secs(5));
    }
}

#[test]
fn guests_on_many_threads_are_all_interrupted() {
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert!(timeout_takes(30) < Duration::from_secs(10)));
        }
    });
}

/// A clock that catches up on missed epochs must not charge them to calls that began after them.
#[test]
fn no_guest_is_interrupted_early_while_the_processors_are_busy() {
    let done = AtomicBool::new(false);
    let early: Vec<Duration> = std::thread::scope(|scope| {
        for _ in 0..24 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let engine = engine(|c| c.interruption = Interruption::Epoch);
        let module = module(&engine, ENDINGS);
        let limits = limits(|l| l.timeout_ms = Limit::AtMost(5));
        let early = (0..100)
            .map(|_| {
                let mut instance = in_time(&module, &limits);
                let started = Instant::now();
                assert_eq!(code(run(&mut instance, "spin", &[])), "TIMEOUT");
                started.elapsed()
            })
            .filter(|elapsed| *elapsed < Duration::from_millis(5))
            .collect();
        done.store(true, Ordering::Relaxed);
        early
    });
    assert_eq!(early, [], "stopped before 5 ms had passed");
}
