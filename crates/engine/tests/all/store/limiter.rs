//! The limiter: memories, tables and heaps of objects are counted and bounded.

use crate::fixture::{
    ENDINGS, MIB, PAGE, code, core_on, engine, limits, module, refused, run, switch, trap_name,
};
use airssys_wasm_engine::{
    Allocation, CoreInstance, Engine, Error, Limit, Limits, OnMemoryLimit, Proposal, Slot,
};

fn grower(mode: OnMemoryLimit, wat: &str, bytes: u64) -> CoreInstance {
    core_on(&engine(|_| ()), wat, |l| {
        (l.memory_bytes, l.on_memory_limit) = (bytes, mode)
    })
}

#[test]
fn a_refused_growth_ends_the_call() {
    let mut instance = grower(OnMemoryLimit::Trap, ENDINGS, 3 * PAGE);
    assert_eq!(run(&mut instance, "grow", &[2]).unwrap(), 1);
    match refused(run(&mut instance, "grow", &[1])) {
        Error::MemoryLimit {
            requested,
            limit,
            option: "memoryBytes",
            ..
        } => {
            assert_eq!((requested, limit), (4 * PAGE, 3 * PAGE));
        }
        error => panic!("{error}"),
    }
    let metrics = instance.metrics();
    assert_eq!(
        (
            metrics.memory_refusals,
            metrics.memory_bytes,
            metrics.peak_memory_bytes
        ),
        (1, 3 * PAGE, 3 * PAGE)
    );
    assert_eq!(run(&mut instance, "ok", &[]).unwrap(), 42);
}

#[test]
fn a_refused_growth_may_be_reported_to_the_guest() {
    let mut instance = grower(OnMemoryLimit::Refuse, ENDINGS, 3 * PAGE);
    assert_eq!(run(&mut instance, "grow", &[3]).unwrap(), -1);
    assert_eq!(run(&mut instance, "grow", &[2]).unwrap(), 1);
    assert_eq!(run(&mut instance, "grow", &[1]).unwrap(), -1);
    assert_eq!(run(&mut instance, "size", &[]).unwrap(), 3);
    let metrics = instance.metrics();
    assert_eq!(
        (
            metrics.memory_refusals,
            metrics.peak_memory_bytes,
            metrics.traps
        ),
        (2, 3 * PAGE, 0)
    );
}

const REFUSED_THEN: &str = r#"(module (memory 1)
    (func (export "grow") (result i32) (memory.grow (i32.const 100)))
    (func (export "div") (result i32) (i32.div_s (i32.const 1) (i32.const 0)))
    (func (export "both") (result i32)
        (drop (memory.grow (i32.const 100)))
        (i32.div_s (i32.const 1) (i32.const 0)))
    (func (export "spin") (drop (memory.grow (i32.const 100))) (loop (br 0))))"#;

#[test]
fn a_trap_after_a_refusal_that_the_guest_saw_is_that_trap() {
    let mut instance = grower(OnMemoryLimit::Refuse, REFUSED_THEN, PAGE);
    assert_eq!(code(run(&mut instance, "both", &[])), "TRAP");
    assert_eq!(run(&mut instance, "grow", &[]).unwrap(), -1);
    assert_eq!(code(run(&mut instance, "div", &[])), "TRAP");
    assert_eq!(code(run(&mut instance, "spin", &[])), "OUT_OF_FUEL");
}

#[test]
fn growth_past_the_declared_maximum_is_not_a_refusal() {
    for mode in [OnMemoryLimit::Trap, OnMemoryLimit::Refuse] {
        let mut instance = grower(
            mode,
            r#"(module (memory 1 2)
            (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))"#,
            PAGE,
        );
        assert_eq!(run(&mut instance, "grow", &[2]).unwrap(), -1);
        assert_eq!(run(&mut instance, "grow", &[-1]).unwrap(), -1);
        assert_eq!(instance.metrics().memory_refusals, 0);
        assert_eq!(instance.metrics().memory_bytes, PAGE);
    }
}

#[test]
fn growth_that_fails_after_it_was_allowed_is_taken_back() {
    // Within the limit of 4 GiB, but past 32-bit addresses.
    let mut instance = core_on(
        &engine(|_| ()),
        ENDINGS.replace("1 100", "1").as_str(),
        |l| l.memory_bytes = 4 << 30,
    );
    for delta in [65_536, -1] {
        let answer = run(&mut instance, "grow", &[delta]);
        assert!(
            matches!(answer, Ok(-1) | Err(Error::MemoryLimit { .. })),
            "{answer:?}"
        );
        let metrics = instance.metrics();
        assert_eq!(
            (metrics.memory_bytes, metrics.peak_memory_bytes),
            (PAGE, PAGE)
        );
    }
    assert_eq!(run(&mut instance, "grow", &[1]).unwrap(), 1);
    assert_eq!(instance.metrics().memory_bytes, 2 * PAGE);
}

#[test]
fn the_sum_over_all_memories_is_bounded() {
    let wat = r#"(module (memory $a 1) (memory $b 2)
        (func (export "a") (param i32) (result i32) (memory.grow $a (local.get 0)))
        (func (export "b") (param i32) (result i32) (memory.grow $b (local.get 0))))"#;
    let mut instance = grower(OnMemoryLimit::Refuse, wat, 5 * PAGE);
    assert_eq!(instance.metrics().memory_bytes, 3 * PAGE);
    assert_eq!(run(&mut instance, "a", &[3]).unwrap(), -1);
    assert_eq!(run(&mut instance, "a", &[1]).unwrap(), 1);
    assert_eq!(run(&mut instance, "b", &[2]).unwrap(), -1);
    assert_eq!(run(&mut instance, "b", &[1]).unwrap(), 2);
    assert_eq!(run(&mut instance, "a", &[1]).unwrap(), -1);
    let metrics = instance.metrics();
    assert_eq!(
        (
            metrics.memory_bytes,
            metrics.peak_memory_bytes,
            metrics.memory_refusals
        ),
        (5 * PAGE, 5 * PAGE, 3)
    );
}

#[test]
fn a_first_memory_past_the_limit_is_a_memory_limit_in_both_modes() {
    for mode in [OnMemoryLimit::Trap, OnMemoryLimit::Refuse] {
        for wat in ["(module (memory 2))", "(module (memory 1) (memory 1))"] {
            let engine = engine(|_| ());
            let limits = limits(|l| (l.memory_bytes, l.on_memory_limit) = (2 * PAGE - 1, mode));
            assert_eq!(
                code(module(&engine, wat).instantiate(&limits)),
                "MEMORY_LIMIT"
            );
            assert_eq!(engine.live_instances(), 0);
        }
    }
}

#[test]
fn a_memory_of_64_bits_is_bounded_too() {
    let engine = engine(|c| switch(c, Proposal::Memory64, true));
    let wat = r#"(module (memory i64 1)
        (func (export "grow") (param i64) (result i64) (memory.grow (local.get 0))))"#;
    for mode in [OnMemoryLimit::Trap, OnMemoryLimit::Refuse] {
        let mut instance = core_on(&engine, wat, |l| {
            (l.memory_bytes, l.on_memory_limit) = (2 * PAGE, mode)
        });
        let function = instance.function("grow").unwrap();
        for delta in [2, 1 << 20, 1 << 47, 1 << 48, i64::MAX, -1] {
            let mut slots = [Slot::i64(delta)];
            let answer = instance
                .call(&function, &mut slots)
                .map(|()| slots[0].as_i64());
            assert!(
                matches!(answer, Ok(-1) | Err(Error::MemoryLimit { .. })),
                "{delta}: {answer:?}"
            );
            assert_eq!(instance.metrics().memory_bytes, PAGE);
        }
    }
    let huge = module(&engine, "(module (memory i64 0x1000000000000))");
    assert_eq!(code(huge.instantiate(&limits(|_| ()))), "MEMORY_LIMIT");
}

const TABLES: &str = r#"(module (table $a 10 funcref) (table $b 5 funcref)
    (func (export "a") (param i32) (result i32) (table.grow $a (ref.null func) (local.get 0)))
    (func (export "b") (param i32) (result i32) (table.grow $b (ref.null func) (local.get 0))))"#;

#[test]
fn the_sum_over_all_tables_is_bounded() {
    let engine = engine(|_| ());
    let mut instance = core_on(&engine, TABLES, |l| {
        (l.table_elements, l.on_memory_limit) = (20, OnMemoryLimit::Refuse)
    });
    assert_eq!(run(&mut instance, "a", &[6]).unwrap(), -1);
    assert_eq!(run(&mut instance, "b", &[5]).unwrap(), 5);
    assert_eq!(run(&mut instance, "a", &[1]).unwrap(), -1);
    assert_eq!(instance.metrics().memory_refusals, 2);
    let mut instance = core_on(&engine, TABLES, |l| l.table_elements = 20);
    match refused(run(&mut instance, "a", &[100])) {
        Error::MemoryLimit {
            option: "tableElements",
            limit: 20,
            ..
        } => {}
        error => panic!("{error}"),
    }
    assert_eq!(
        code(module(&engine, TABLES).instantiate(&limits(|l| l.table_elements = 14))),
        "MEMORY_LIMIT"
    );
    assert_eq!(
        code(module(&engine, TABLES).instantiate(&limits(|l| l.table_elements = 15))),
        "OK"
    );
}

#[test]
fn counts_of_memories_tables_and_instances_are_bounded() {
    let engine = engine(|_| ());
    let parts = module(
        &engine,
        "(module (memory 0) (memory 0) (table 0 funcref) (table 0 funcref))",
    );
    type Change = fn(&mut Limits);
    let cases: [(Change, bool); 6] = [
        (|l| l.memories = 2, true),
        (|l| l.memories = 1, false),
        (|l| l.tables = 2, true),
        (|l| l.tables = 1, false),
        (|l| l.instances = 1, true),
        (|l| l.instances = 0, false),
    ];
    for (index, (change, fits)) in cases.into_iter().enumerate() {
        let answer = parts.instantiate(&limits(change));
        assert_eq!(answer.is_ok(), fits, "case {index}");
        assert_eq!(engine.live_instances(), u32::from(fits));
    }
}

#[test]
fn exceeding_a_count_names_the_limit_and_its_option() {
    let engine = engine(|_| ());
    let parts = module(
        &engine,
        "(module (memory 0) (memory 0) (table 0 funcref) (table 0 funcref))",
    );
    type Change = fn(&mut Limits);
    let cases: [(&str, Change); 3] = [
        ("limits.memories", |l| l.memories = 1),
        ("limits.tables", |l| l.tables = 1),
        ("limits.instances", |l| l.instances = 0),
    ];
    for (option, change) in cases {
        let error = refused(parts.instantiate(&limits(change)));
        assert!(
            error.to_string().contains(option),
            "{} {error}",
            error.code()
        );
    }
}

fn resident_bytes() -> u64 {
    let Ok(text) = std::fs::read_to_string("/proc/self/statm") else {
        return 0;
    };
    text.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
}

const GARBAGE: &str = r#"(module
    (type $node (struct (field (ref null $node)) (field i64)))
    (type $bytes (array (mut i8)))
    (global $list (mut (ref null $node)) (ref.null $node))
    (func (export "keep") (loop
        (global.set $list (struct.new $node (global.get $list) (i64.const 1)))
        (br 0)))
    (func (export "waste") (param i32) (result i32) (local $n i32) (loop $l
        (drop (struct.new $node (ref.null $node) (i64.const 1)))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if $l (i32.lt_u (local.get $n) (local.get 0))))
        (local.get $n))
    (func (export "array") (param i32) (result i32)
        (array.len (array.new $bytes (i32.const 1) (local.get 0)))))"#;

fn gc_engine() -> Engine {
    engine(|c| {
        c.proposals.insert(Proposal::Gc, true);
        c.proposals.insert(Proposal::FunctionReferences, true);
    })
}

#[test]
fn a_guest_that_keeps_allocating_objects_ends_at_its_memory_limit() {
    let before = resident_bytes();
    let mut instance = core_on(&gc_engine(), GARBAGE, |l| {
        l.fuel = Limit::AtMost(200_000_000)
    });
    let ended = code(run(&mut instance, "keep", &[]));
    assert!(ended == "MEMORY_LIMIT" || ended == "OUT_OF_FUEL", "{ended}");
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 512 * MIB, "{} MiB", grown / MIB);
    let metrics = instance.metrics();
    assert!(metrics.peak_memory_bytes <= 16 * MIB, "{metrics:?}");
    assert!(
        metrics.peak_memory_bytes > 0,
        "objects are not counted: {metrics:?}"
    );
}

#[test]
fn a_guest_may_allocate_garbage_within_its_memory_limit() {
    for mode in [OnMemoryLimit::Trap, OnMemoryLimit::Refuse] {
        let mut instance = core_on(&gc_engine(), GARBAGE, |l| {
            (l.memory_bytes, l.on_memory_limit) = (MIB, mode);
        });
        assert_eq!(
            run(&mut instance, "waste", &[200_000]).unwrap(),
            200_000,
            "{mode:?}"
        );
    }
}

#[test]
fn an_object_larger_than_the_memory_limit_is_a_memory_limit() {
    let mut instance = core_on(&gc_engine(), GARBAGE, |_| ());
    assert_eq!(run(&mut instance, "array", &[1_000]).unwrap(), 1_000);
    let ended = code(run(&mut instance, "array", &[1 << 28]));
    assert_eq!(ended, "MEMORY_LIMIT");
}

/// It would escape the limiter, and a guest that waits on one could not be interrupted.
#[test]
fn no_guest_has_a_shared_memory() {
    let engine = engine(|c| switch(c, Proposal::Threads, true));
    let wat = r#"(module (memory 1 1 shared) (func (export "wait") (result i32)
        (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))"#;
    let error = refused(module(&engine, wat).instantiate(&limits(|_| ())));
    assert_eq!(error.code(), "LINK");
    assert!(error.to_string().contains("shared memory"), "{error}");
}

#[test]
fn limits_hold_in_a_pool_as_well() {
    let engine = engine(|c| {
        c.allocation = Allocation::Pooling;
        (c.limits.instances, c.limits.memory_bytes) = (2, 16 * MIB);
    });
    let mut instance = core_on(&engine, ENDINGS, |l| l.memory_bytes = 3 * PAGE);
    assert_eq!(run(&mut instance, "grow", &[2]).unwrap(), 1);
    assert_eq!(code(run(&mut instance, "grow", &[1])), "MEMORY_LIMIT");
}

/// Objects that the guest still holds stay; others are collected.
fn a_full_heap_is_a_memory_limit(mode: OnMemoryLimit) {
    for (name, args, after) in [("keep", [0], "MEMORY_LIMIT"), ("array", [1 << 26], "OK")] {
        let mut instance = core_on(&gc_engine(), GARBAGE, |l| l.on_memory_limit = mode);
        let error = refused(run(&mut instance, name, &args));
        assert_eq!(error.code(), "MEMORY_LIMIT", "{mode:?} {name}: {error}");
        assert_eq!(
            code(run(&mut instance, "waste", &[10])),
            after,
            "{mode:?} {name}"
        );
    }
}

#[test]
fn a_heap_of_objects_that_may_not_grow_is_a_memory_limit() {
    a_full_heap_is_a_memory_limit(OnMemoryLimit::Trap);
}

#[test]
fn a_heap_of_objects_that_may_not_grow_is_a_memory_limit_if_the_guest_sees_refusals() {
    a_full_heap_is_a_memory_limit(OnMemoryLimit::Refuse);
}

#[test]
fn an_exception_after_a_refusal_at_the_start_is_that_exception() {
    let engine = engine(|c| switch(c, Proposal::Exceptions, true));
    let wat = "(module (tag $e) (memory 1) (func $s (drop (memory.grow (i32.const 1000))) (throw $e)) (start $s))";
    let limits = limits(|l| l.on_memory_limit = OnMemoryLimit::Refuse);
    assert_eq!(
        trap_name(module(&engine, wat).instantiate(&limits)),
        "UncaughtException"
    );
}
