//! The cache of compiled code: which engines share code, and for how long.

use crate::fixture::{COMPONENT, code, component, config, engine, limits, module, refused, run};
use airssys_wasm_engine::{
    Allocation, Component, Engine, EngineConfig, Interruption, Module, Source, cache_statistics,
};
use std::sync::{Barrier, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Locks the cache for a test that checks it as a whole.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A module that no other test compiles.
fn wat(salt: &str) -> String {
    format!(
        r#"(module (memory (export "{salt}") 1) (func (export "ok") (result i32) (i32.const 42)))"#
    )
}

fn pooled(c: &mut EngineConfig) {
    c.allocation = Allocation::Pooling;
    c.limits.instances = 2;
    c.limits.memory_bytes = 1 << 20;
}

#[test]
fn engines_of_the_same_options_share_the_code_of_one_binary() {
    let _alone = alone();
    let wat = wat("same");
    let first = module(&engine(|_| ()), &wat);
    let again = module(first.engine(), &wat);
    let other = module(&engine(|c| c.limits.instances = 1), &wat);
    assert!(first.shares_code_with(&again) && first.shares_code_with(&other));
    let components = [(); 2].map(|()| component(&engine(|_| ()), COMPONENT));
    assert!(components[0].shares_code_with(&components[1]));
}

#[test]
fn engines_that_share_code_share_no_limits() {
    let _alone = alone();
    let wat = wat("budget");
    let one = module(&engine(|c| c.limits.instances = 1), &wat);
    let two = module(
        &engine(|c| (c.limits.instances, c.limits.memory_bytes) = (2, 1 << 16)),
        &wat,
    );
    assert!(one.shares_code_with(&two));
    let _first = one.instantiate(&limits(|_| ())).unwrap();
    assert_eq!(code(one.instantiate(&limits(|_| ()))), "INSTANCE_LIMIT");
    assert_eq!(
        (one.engine().live_instances(), two.engine().live_instances()),
        (1, 0)
    );
    let error = refused(two.instantiate(&limits(|_| ())));
    assert!(error.to_string().contains("limits.memoryBytes"), "{error}");
    let _second = two
        .instantiate(&limits(|l| l.memory_bytes = 1 << 16))
        .unwrap();
    assert_eq!(
        (one.engine().live_instances(), two.engine().live_instances()),
        (1, 1)
    );
}

#[test]
fn another_binary_another_configuration_and_an_engine_without_cache_share_nothing() {
    let _alone = alone();
    let wat = wat("different");
    let first = module(&engine(|_| ()), &wat);
    let changes: [fn(&mut EngineConfig); 5] = [
        |c| c.interruption = Interruption::Epoch,
        |c| c.backtrace_frames = 0,
        |c| c.deterministic = true,
        |c| c.cache = false,
        pooled,
    ];
    for change in changes {
        let mut other = module(&engine(change), &wat)
            .instantiate(&limits(|l| l.memory_bytes = 1 << 17))
            .unwrap();
        assert_eq!(run(&mut other, "ok", &[]).unwrap(), 42);
        assert!(!first.shares_code_with(&module(&engine(change), &wat)));
    }
    assert!(!first.shares_code_with(&module(first.engine(), &self::wat("distinct"))));
    let uncached = engine(|c| c.cache = false);
    assert!(!module(&uncached, &wat).shares_code_with(&module(&uncached, &wat)));
}

#[test]
fn text_and_binary_of_the_same_module_share_code() {
    let _alone = alone();
    let engine = engine(|_| ());
    let wat = wat("text");
    let binary = airssys_wasm_engine::parse_text(&wat).unwrap();
    let from_binary = Module::compile(&engine, &Source::Bytes(binary)).unwrap();
    assert!(module(&engine, &wat).shares_code_with(&from_binary));
}

#[test]
fn code_is_cached_after_all_handles_are_dropped() {
    let _alone = alone();
    for change in [|_: &mut EngineConfig| (), pooled as fn(&mut EngineConfig)] {
        let engine = engine(change);
        let wat = wat("gone");
        drop(module(&engine, &wat));
        let before = cache_statistics();
        let mut instance = module(&engine, &wat)
            .instantiate(&limits(|l| l.memory_bytes = 1 << 16))
            .unwrap();
        assert_eq!(run(&mut instance, "ok", &[]).unwrap(), 42);
        assert!(cache_statistics().hits > before.hits);
    }
}

/// Counts compilations of one binary: engines that share its code did not compile it.
#[test]
fn threads_that_compile_one_binary_at_once_get_the_same_code() {
    let _alone = alone();
    let wat = wat("at once");
    let barrier = Barrier::new(8);
    let modules: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let engine = engine(|_| ());
                    barrier.wait();
                    module(&engine, &wat)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(
        modules
            .iter()
            .all(|module| module.shares_code_with(&modules[0]))
    );
}

#[test]
fn a_pooled_engine_shares_within_itself_and_takes_over_from_others() {
    let _alone = alone();
    let wat = wat("pooled");
    let first = Engine::new(config(pooled)).unwrap();
    let kept = module(&first, &wat);
    assert!(kept.shares_code_with(&module(&first, &wat)));
    let before = cache_statistics();
    let other = module(&Engine::new(config(pooled)).unwrap(), &wat);
    assert!(!kept.shares_code_with(&other));
    assert!(cache_statistics().hits > before.hits);
    let mut instances = [&kept, &other].map(|module| {
        module
            .instantiate(&limits(|l| l.memory_bytes = 1 << 16))
            .unwrap()
    });
    for instance in &mut instances {
        assert_eq!(run(instance, "ok", &[]).unwrap(), 42);
    }
}

/// Pools of this size are few: 47 bits of address space hold about fifteen.
#[test]
fn the_cache_keeps_no_pool_alive() {
    let _alone = alone();
    for _ in 0..60 {
        let engine = engine(|c| {
            c.allocation = Allocation::Pooling;
            c.limits.instances = 1_000;
        });
        drop(module(&engine, &wat("pool")));
    }
}

#[test]
fn a_failure_is_not_cached_and_fails_again() {
    let _alone = alone();
    let bad = r#"(module (func (export "bad") (result i32)))"#;
    for _ in 0..2 {
        assert_eq!(
            code(Module::compile(
                &engine(|_| ()),
                &Source::Text(bad.to_owned())
            )),
            "COMPILE"
        );
    }
    let binary = Source::Bytes(airssys_wasm_engine::parse_text("(module)").unwrap());
    assert_eq!(code(Module::compile(&engine(|_| ()), &binary)), "OK");
    assert_eq!(
        code(Component::compile(&engine(|_| ()), &binary)),
        "COMPILE"
    );
}

#[test]
fn a_binary_cached_by_one_configuration_is_still_refused_by_another() {
    let _alone = alone();
    let simd = Source::Text("(module (func (result v128) (v128.const i64x2 1 2)))".to_owned());
    assert_eq!(code(Module::compile(&engine(|_| ()), &simd)), "OK");
    let without = engine(|c| crate::fixture::switch(c, airssys_wasm_engine::Proposal::Simd, false));
    assert_eq!(code(Module::compile(&without, &simd)), "COMPILE");
    let small = engine(|c| c.limits.binary_bytes = 10);
    assert_eq!(code(Module::compile(&small, &simd)), "BINARY_TOO_LARGE");
}

/// A pool bounds what a module may contain.
#[test]
fn cached_code_that_a_pool_cannot_hold_is_refused_as_if_compiled() {
    let _alone = alone();
    let large = Source::Text("(module (memory 32))".to_owned());
    assert_eq!(code(Module::compile(&engine(|_| ()), &large)), "OK");
    assert_eq!(code(Module::compile(&engine(pooled), &large)), "COMPILE");
}

#[test]
fn evicted_code_stays_alive_while_it_is_used() {
    let _alone = alone();
    let engine = engine(|_| ());
    let kept = module(&engine, &wat("kept"));
    let used = module(&engine, &wat("used"));
    for n in 0..1_100 {
        drop(module(&engine, &wat(&format!("flood {n}"))));
        if n % 100 == 0 {
            assert!(module(&engine, &wat("used")).shares_code_with(&used));
        }
    }
    let statistics = cache_statistics();
    assert!(
        (900..=1_000).contains(&statistics.entries),
        "{statistics:?}"
    );
    assert!(
        statistics.code_bytes > 0 && statistics.code_bytes <= 256 << 20,
        "{statistics:?}"
    );
    assert!(module(&engine, &wat("used")).shares_code_with(&used));
    assert!(!module(&engine, &wat("kept")).shares_code_with(&kept));
    let mut instance = kept.instantiate(&limits(|_| ())).unwrap();
    assert_eq!(run(&mut instance, "ok", &[]).unwrap(), 42);
}
