//! Admission: live instances are bounded, and their capacity is released.

use crate::fixture::{ENDINGS, PAGE, code, component, engine, limits, module, refused};
use airssys_wasm_engine::{CoreInstance, Limit};

#[test]
fn instances_are_counted_and_bounded() {
    let engine = engine(|c| c.limits.instances = 3);
    let module = module(&engine, ENDINGS);
    let mut live = Vec::new();
    for count in 1..=3 {
        live.push(module.instantiate(&limits(|_| ())).unwrap());
        assert_eq!(engine.live_instances(), count);
    }
    let error = refused(module.instantiate(&limits(|_| ())));
    assert_eq!(error.code(), "INSTANCE_LIMIT");
    assert!(
        error
            .to_string()
            .contains("the engine has 3 live instances"),
        "{error}"
    );
    assert_eq!(engine.live_instances(), 3);
    live.pop();
    live.push(module.instantiate(&limits(|_| ())).unwrap());
    drop(live);
    assert_eq!(engine.live_instances(), 0);
}

#[test]
fn every_failing_instantiation_releases_its_capacity() {
    let engine = engine(|c| c.limits.instances = 1);
    let sources = [
        "(module (import \"env\" \"f\" (func)))",
        "(module (func $s unreachable) (start $s))",
        "(module (func $s (loop (br 0))) (start $s))",
        "(module (memory 300))",
        "(module (table 200000 funcref))",
        "(module (memory 1) (data (i32.const 65536) \"x\"))",
    ];
    for wat in sources {
        let module = module(&engine, wat);
        for fuel in [Limit::AtMost(1_000), Limit::AtMost(0)] {
            for timeout_ms in [Limit::Default, Limit::AtMost(1_000)] {
                let limits =
                    limits(|l| (l.memory_bytes, l.fuel, l.timeout_ms) = (PAGE, fuel, timeout_ms));
                assert_ne!(code(module.instantiate(&limits)), "OK", "{wat}");
                assert_eq!(engine.live_instances(), 0, "{wat}");
            }
        }
    }
    let missing = component(&engine, "(component (import \"acme:host/log\" (func)))");
    assert_eq!(code(missing.instantiate(&limits(|_| ()))), "LINK");
    assert_eq!(
        code(module(&engine, ENDINGS).instantiate(&limits(|_| ()))),
        "OK"
    );
    assert_eq!(engine.live_instances(), 0);
}

#[test]
fn each_engine_counts_only_its_instances() {
    let (one, other) = (
        engine(|c| c.limits.instances = 1),
        engine(|c| c.limits.instances = 1),
    );
    let _first = module(&one, ENDINGS).instantiate(&limits(|_| ())).unwrap();
    assert_eq!(
        code(module(&other, ENDINGS).instantiate(&limits(|_| ()))),
        "OK"
    );
    assert_eq!((one.live_instances(), other.live_instances()), (1, 0));
}

#[test]
fn threads_together_never_exceed_the_maximum() {
    let engine = engine(|c| c.limits.instances = 4);
    let module = module(&engine, "(module)");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..2_000 {
                    assert_eq!(code(module.instantiate(&limits(|_| ()))), "OK");
                    assert!(engine.live_instances() <= 4);
                }
            });
        }
    });
    assert_eq!(engine.live_instances(), 0);
}

#[test]
fn one_of_two_threads_that_race_for_the_last_capacity_gets_it() {
    let engine = engine(|c| c.limits.instances = 1);
    let module = module(&engine, "(module)");
    let mut without = 0;
    for _ in 0..2_000 {
        let barrier = std::sync::Barrier::new(2);
        let race = || {
            barrier.wait();
            let got = module.instantiate(&limits(|_| ())).is_ok();
            barrier.wait();
            got
        };
        let (one, other) = std::thread::scope(|scope| {
            let one = scope.spawn(race);
            (race(), one.join().unwrap())
        });
        without += u32::from(!one && !other);
    }
    assert_eq!(
        without, 0,
        "in {without} of 2,000 rounds no thread got the only capacity"
    );
}

/// Runs one of the ignored tests below in a separate process, with `limit` set by the shell.
#[cfg(target_os = "linux")]
fn in_separate_process(test: &str, limit: &str) {
    let command = format!("{limit} exec \"$0\" --ignored --exact engine::admission::{test}");
    let output = std::process::Command::new("sh")
        .args(["-c", &command])
        .arg(std::env::current_exe().unwrap())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{:?}\n{text}",
        output.status
    );
}

/// Creates instances until one is refused, and one more after some were dropped.
fn until_refused(at_most: u32) -> (u32, String) {
    let engine = engine(|c| c.limits.instances = at_most);
    let module = module(&engine, ENDINGS);
    let mut live: Vec<CoreInstance> = Vec::new();
    let error = loop {
        match module.instantiate(&limits(|_| ())) {
            Ok(instance) => live.push(instance),
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), "INSTANCE_LIMIT", "{error}");
    let count = engine.live_instances();
    live.truncate(live.len() / 2);
    let mut next = module.instantiate(&limits(|_| ())).unwrap();
    assert_eq!(crate::fixture::run(&mut next, "ok", &[]).unwrap(), 42);
    (count, error.to_string())
}

#[test]
#[cfg(target_os = "linux")]
fn address_space_that_runs_out_is_an_instance_limit() {
    in_separate_process("in_little_address_space", "ulimit -v 50000000;");
}

#[test]
#[ignore = "runs in a separate process"]
fn in_little_address_space() {
    let (count, error) = until_refused(1_000);
    assert!((2..100).contains(&count), "{count}");
    assert!(error.contains("memoryReservationBytes"), "{error}");
}

#[test]
#[cfg(target_os = "linux")]
fn mappings_that_run_out_are_an_instance_limit() {
    in_separate_process("with_all_mappings_taken", "");
}

#[test]
#[ignore = "runs in a separate process"]
fn with_all_mappings_taken() {
    let (count, error) = until_refused(100_000);
    assert!(count > 1_000, "{count}");
    assert!(error.contains("max_map_count"), "{error}");
}
