//! Traps: each that a guest can provoke has Wasmtime's name, with its frames.

use crate::fixture::{core_on, engine, refused, run, trap_name};
use airssys_wasm_engine::{Compiler, Engine, Error, Interruption, Proposal, TrapMode, TrapReport};

const TRAPS: &str = r#"(module $guilty
    (memory 1)
    (type $nothing (func))
    (table $t 3 funcref)
    (elem (i32.const 0) $unreachable $typed)
    (data $d "abc")
    (func $unreachable (export "UnreachableCodeReached") unreachable)
    (func $typed (param i32))
    (func $inner (drop (i32.div_s (i32.const 1) (i32.const 0))))
    (func (export "StackOverflow") (call 4))
    (func $deep (call $deep))
    (func (export "MemoryOutOfBounds") (drop (i32.load (i32.const 65533))))
    (func (export "MemoryOutOfBounds/far") (drop (i32.load offset=4294967295 (i32.const -1))))
    (func (export "MemoryOutOfBounds/fill") (memory.fill (i32.const 65536) (i32.const 0) (i32.const 1)))
    (func (export "MemoryOutOfBounds/copy") (memory.copy (i32.const 0) (i32.const -1) (i32.const 1)))
    (func (export "MemoryOutOfBounds/init") (memory.init $d (i32.const 0) (i32.const 2) (i32.const 2)))
    (func (export "TableOutOfBounds") (call_indirect (type $nothing) (i32.const 3)))
    (func (export "TableOutOfBounds/get") (drop (table.get $t (i32.const -1))))
    (func (export "IndirectCallToNull") (call_indirect (type $nothing) (i32.const 2)))
    (func (export "BadSignature") (call_indirect (type $nothing) (i32.const 1)))
    (func (export "IntegerOverflow") (drop (i32.div_s (i32.const 0x80000000) (i32.const -1))))
    (func (export "IntegerOverflow/truncate") (drop (i32.trunc_f32_s (f32.const 1e30))))
    (func (export "IntegerDivisionByZero") (call $inner))
    (func (export "IntegerDivisionByZero/rem") (drop (i64.rem_u (i64.const 1) (i64.const 0))))
    (func (export "BadConversionToInteger") (drop (i32.trunc_f64_s (f64.const nan)))))"#;

/// Traps that need more than the engine's default proposals.
const MORE_TRAPS: &str = r#"(module
    (type $s (struct (field i32)))
    (type $a (array (mut i32)))
    (type $f (func))
    (tag $e)
    (memory $own 1)
    (func (export "NullReference") (drop (struct.get $s 0 (ref.null $s))))
    (func (export "NullReference/as") (drop (ref.as_non_null (ref.null $s))))
    (func (export "NullReference/call") (call_ref $f (ref.null $f)))
    (func (export "ArrayOutOfBounds") (drop (array.get $a (array.new_default $a (i32.const 2)) (i32.const 2))))
    (func (export "AllocationTooLarge") (drop (array.new_default $a (i32.const -1))))
    (func (export "CastFailure") (drop (ref.cast (ref $s) (ref.i31 (i32.const 1)))))
    (func (export "HeapMisaligned") (drop (i32.atomic.load (i32.const 1))))
    (func (export "AtomicWaitNonSharedMemory")
        (drop (memory.atomic.wait32 $own (i32.const 0) (i32.const 0) (i64.const 0))))
    (func (export "UncaughtException") (throw $e)))"#;

fn each_trap_has_its_name(engine: &Engine, wat: &str) -> Vec<String> {
    // Enough fuel for an array of 2³² elements, which is charged before its size is checked.
    let mut instance = core_on(engine, wat, |l| {
        if engine.config().interruption.fuel() {
            l.fuel = airssys_wasm_engine::Limit::AtMost(1 << 50);
        }
    });
    let compiled = crate::fixture::module(engine, wat);
    compiled
        .exports()
        .iter()
        .filter_map(|export| {
            let expected = export.name.split('/').next().unwrap();
            let found = match refused(run(&mut instance, &export.name, &[])) {
                Error::Trap(report) => report.name(),
                error => error.code().to_owned(),
            };
            (found != expected).then(|| format!("{}: {found}", export.name))
        })
        .collect()
}

fn with_everything(traps: TrapMode, frames: u32) -> Engine {
    engine(|c| {
        (c.traps, c.backtrace_frames) = (traps, frames);
        for proposal in [
            Proposal::FunctionReferences,
            Proposal::Gc,
            Proposal::Exceptions,
            Proposal::Threads,
        ] {
            c.proposals.insert(proposal, true);
        }
    })
}

#[test]
fn every_trap_has_wasmtimes_name_in_every_mode() {
    for traps in [TrapMode::Signals, TrapMode::Explicit] {
        for frames in [0, 20] {
            let engine = engine(|c| (c.traps, c.backtrace_frames) = (traps, frames));
            let none: Vec<String> = Vec::new();
            assert_eq!(
                each_trap_has_its_name(&engine, &TRAPS.replace("(call 4)", "(call $deep)")),
                none,
                "{traps:?} {frames}"
            );
        }
    }
}

#[test]
fn every_trap_of_further_proposals_has_wasmtimes_name_in_every_mode() {
    for traps in [TrapMode::Signals, TrapMode::Explicit] {
        for frames in [0, 20] {
            let none: Vec<String> = Vec::new();
            assert_eq!(
                each_trap_has_its_name(&with_everything(traps, frames), MORE_TRAPS),
                none,
                "{traps:?} {frames}"
            );
        }
    }
}

#[test]
fn every_trap_has_wasmtimes_name_on_a_fiber_and_under_epochs_and_winch() {
    let wat = &TRAPS.replace("(call 4)", "(call $deep)");
    let none: Vec<String> = Vec::new();
    for kind in [Interruption::Epoch, Interruption::Both, Interruption::None] {
        assert_eq!(
            each_trap_has_its_name(&engine(|c| c.interruption = kind), wat),
            none
        );
    }
    assert_eq!(
        each_trap_has_its_name(&engine(|c| c.compiler = Compiler::Winch), wat),
        none
    );
    let mut instance = core_on(&engine(|_| ()), wat, |l| {
        l.timeout_ms = airssys_wasm_engine::Limit::AtMost(10_000)
    });
    for name in [
        "StackOverflow",
        "MemoryOutOfBounds",
        "IntegerDivisionByZero",
        "BadSignature",
        "UnreachableCodeReached",
    ] {
        assert_eq!(trap_name(run(&mut instance, name, &[])), name);
    }
}

fn report(engine: &Engine, wat: &str, name: &str) -> TrapReport {
    match refused(run(&mut core_on(engine, wat, |_| ()), name, &[])) {
        Error::Trap(report) => *report,
        error => panic!("{error}"),
    }
}

#[test]
fn frames_name_functions_and_the_module_innermost_first() {
    for traps in [TrapMode::Signals, TrapMode::Explicit] {
        let report = report(
            &engine(|c| c.traps = traps),
            &TRAPS.replace("(call 4)", "(call $deep)"),
            "IntegerDivisionByZero",
        );
        assert_eq!(report.message(), "integer divide by zero");
        assert_eq!(report.frames.len(), 2, "{report:?}");
        assert_eq!(report.frames[0].function.as_deref(), Some("inner"));
        assert_eq!(report.frames[0].function_index, 2);
        assert!(
            report
                .frames
                .iter()
                .all(|frame| frame.module.as_deref() == Some("guilty"))
        );
        assert!(
            report
                .frames
                .iter()
                .all(|frame| frame.module_offset.is_some_and(|offset| offset > 8))
        );
        assert_eq!(
            report.to_string(),
            "the guest trapped: integer divide by zero (in inner)"
        );
    }
}

#[test]
fn the_engine_bounds_the_number_of_frames() {
    let wat = r#"(module (func $f (export "f") (param i32) (if (i32.eqz (local.get 0)) (then unreachable))
        (call $f (i32.sub (local.get 0) (i32.const 1))))
        (func (export "start") (call $f (i32.const 50))))"#;
    for (asked, expected) in [(0, 0), (1, 1), (20, 20), (1_000, 52)] {
        let report = report(&engine(|c| c.backtrace_frames = asked), wat, "start");
        assert_eq!(report.frames.len(), expected);
    }
}

#[test]
fn names_of_rust_functions_are_demangled() {
    let wat = r#"(module (func $_ZN4core3fmt5write17h0123456789abcdefE (export "f") unreachable))"#;
    let report = report(&engine(|_| ()), wat, "f");
    assert_eq!(
        report.frames[0].function.as_deref(),
        Some("core::fmt::write")
    );
}

#[test]
fn out_of_fuel_has_the_guests_frames() {
    let mut instance = core_on(&engine(|_| ()), crate::fixture::ENDINGS, |l| {
        l.fuel = airssys_wasm_engine::Limit::AtMost(100)
    });
    match refused(run(&mut instance, "spin", &[])) {
        Error::OutOfFuel {
            budget: 100,
            frames,
        } => assert_eq!(frames.len(), 1),
        error => panic!("{error}"),
    }
}

#[test]
fn an_exception_that_nothing_caught_leaves_a_core_instance_usable() {
    let engine = with_everything(TrapMode::Signals, 20);
    let wat = r#"(module (tag $e (param i32))
        (func (export "throw") (throw $e (i32.const 1)))
        (func (export "catch") (result i32) (block $h (result i32)
            (try_table (catch $e $h) (throw $e (i32.const 42))) (i32.const 0))))"#;
    let mut instance = core_on(&engine, wat, |_| ());
    for _ in 0..1_000 {
        assert_eq!(
            trap_name(run(&mut instance, "throw", &[])),
            "UncaughtException"
        );
        assert_eq!(run(&mut instance, "catch", &[]).unwrap(), 42);
    }
}
