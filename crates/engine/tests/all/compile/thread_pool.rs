//! The threads of compilation, and their number.

use crate::fixture::{COMPONENT, code, engine, limits, module, text};
use airssys_wasm_engine::{Component, Engine, Module};

/// An engine that has compiled a module of many functions and a component.
fn compile(threads: u32) -> Engine {
    let engine = engine(|c| (c.cache, c.limits.threads) = (false, Some(threads)));
    let functions = "(func (result i32) (i32.add (i32.const 1) (i32.const 2)))".repeat(200);
    let module = module(&engine, &format!("(module {functions})"));
    assert_eq!(code(module.instantiate(&limits(|_| ()))), "OK");
    assert_eq!(code(Component::compile(&engine, &text(COMPONENT))), "OK");
    engine
}

#[test]
fn any_number_of_threads_compiles() {
    for threads in [1, 2, 3, 32] {
        assert_eq!(compile(threads).config().limits.threads, Some(threads));
    }
}

#[test]
fn a_compile_error_is_reported_from_any_thread() {
    for threads in [1, 2] {
        let engine = engine(|c| (c.cache, c.limits.threads) = (false, Some(threads)));
        for _ in 0..2 {
            let bad = text("(module (func (result i32)))");
            assert_eq!(code(Module::compile(&engine, &bad)), "COMPILE");
        }
    }
}

#[test]
fn many_compile_at_once_on_few_threads() {
    for threads in [1, 2] {
        let engine = engine(|c| c.limits.threads = Some(threads));
        std::thread::scope(|scope| {
            for n in 0..8 {
                let engine = &engine;
                scope.spawn(move || {
                    for m in 0..20 {
                        let wat = format!("(module (func (export \"at once {threads} {n} {m}\")))");
                        module(engine, &wat);
                        module(engine, "(module (func (export \"all the same\")))");
                    }
                });
            }
        });
    }
}

/// The number of this process's threads that compile. Linux keeps fifteen characters of a name.
#[cfg(target_os = "linux")]
fn compiling() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    tasks
        .filter(|task| {
            let name = task.as_ref().unwrap().path().join("comm");
            // A thread may have ended.
            std::fs::read_to_string(name).is_ok_and(|name| name.starts_with("airssys-wasm-co"))
        })
        .count()
}

#[test]
#[cfg(target_os = "linux")]
fn no_more_threads_are_started_than_allowed() {
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "--ignored",
            "--exact",
            "compile::thread_pool::in_a_separate_process",
        ])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
}

#[test]
#[ignore = "runs in a separate process"]
#[cfg(target_os = "linux")]
fn in_a_separate_process() {
    let one = compile(1);
    assert_eq!(compiling(), 0);
    let three = [compile(3), compile(3)];
    assert_eq!(compiling(), 3, "engines of one number share");
    let two = compile(2);
    assert_eq!(compiling(), 5);
    drop((one, three));
    let started = std::time::Instant::now();
    while compiling() != 2 && started.elapsed().as_secs() < 10 {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    assert_eq!(
        compiling(),
        2,
        "threads end with the last engine of their number"
    );
    drop(two);
}
