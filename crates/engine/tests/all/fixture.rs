//! Fixtures: engines, guests and calls for the tests.

use airssys_wasm_engine::{
    Component, CoreInstance, Engine, EngineConfig, Error, Limits, Module, Proposal, Result, Slot,
    Source,
};

pub const KIB: u64 = 1 << 10;
pub const MIB: u64 = 1 << 20;
pub const PAGE: u64 = 64 * KIB;

/// The default configuration, changed.
pub fn config(change: impl FnOnce(&mut EngineConfig)) -> EngineConfig {
    let mut config = EngineConfig::default();
    change(&mut config);
    config
}

/// An engine of the default configuration, changed.
pub fn engine(change: impl FnOnce(&mut EngineConfig)) -> Engine {
    Engine::new(config(change)).unwrap()
}

/// Switches one proposal on or off.
pub fn switch(config: &mut EngineConfig, proposal: Proposal, enable: bool) {
    config.proposals.insert(proposal, enable);
}

pub fn text(wat: &str) -> Source {
    Source::Text(wat.to_owned())
}

pub fn module(engine: &Engine, wat: &str) -> Module {
    Module::compile(engine, &text(wat)).unwrap()
}

pub fn component(engine: &Engine, wat: &str) -> Component {
    Component::compile(engine, &text(wat)).unwrap()
}

/// 16 MiB and the default limits, changed.
pub fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::new(16 * MIB);
    change(&mut limits);
    limits
}

/// An instance of `wat` on a default engine and under default limits.
pub fn core(wat: &str) -> CoreInstance {
    core_on(&engine(|_| ()), wat, |_| ())
}

pub fn core_on(engine: &Engine, wat: &str, change: impl FnOnce(&mut Limits)) -> CoreInstance {
    module(engine, wat).instantiate(&limits(change)).unwrap()
}

/// Calls `name` with 32-bit integers and returns the first slot.
pub fn run(instance: &mut CoreInstance, name: &str, args: &[i32]) -> Result<i32> {
    let function = instance.function(name)?;
    let mut slots = vec![Slot::default(); function.ty().slots().max(1)];
    for (slot, arg) in slots.iter_mut().zip(args) {
        *slot = Slot::i32(*arg);
    }
    instance.call(&function, &mut slots)?;
    Ok(slots[0].as_i32())
}

/// The error of a result that must be one.
pub fn refused<T>(result: Result<T>) -> Error {
    match result {
        Ok(_) => panic!("expected an error"),
        Err(error) => error,
    }
}

/// The code of the error, or `OK`.
pub fn code<T>(result: Result<T>) -> &'static str {
    result.map_or_else(|error| error.code(), |_| "OK")
}

/// The option that `BAD_OPTION` names, or `OK`.
pub fn option<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => "OK".to_owned(),
        Err(Error::BadOption { option, .. }) => option,
        Err(error) => panic!("not a BAD_OPTION: {error}"),
    }
}

/// Wasmtime's name of the trap.
pub fn trap_name<T>(result: Result<T>) -> String {
    match refused(result) {
        Error::Trap(report) => report.name(),
        error => panic!("not a TRAP: {error:?}"),
    }
}

/// A module whose functions end in every way that these tests need.
pub const ENDINGS: &str = r#"(module
    (memory (export "memory") 1 100)
    (func (export "ok") (result i32) (i32.const 42))
    (func (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
    (func (export "unreachable") unreachable)
    (func (export "spin") (loop (br 0)))
    (func $deep (export "deep") (call $deep))
    (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "size") (result i32) (memory.size))
    (func (export "count") (param i32) (result i32) (local $n i32)
        (loop $l
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $l (i32.lt_u (local.get $n) (local.get 0))))
        (local.get $n)))"#;

/// A component with a function that adds, one that divides, and one that never returns.
pub const COMPONENT: &str = r#"(component
    (core module $m
        (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
        (func (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
        (func (export "spin") (loop (br 0))))
    (core instance $i (instantiate $m))
    (func $add (param "a" s32) (param "b" s32) (result s32) (canon lift (core func $i "add")))
    (func $div (param "a" s32) (param "b" s32) (result s32) (canon lift (core func $i "div")))
    (func $spin (canon lift (core func $i "spin")))
    (export "add" (func $add))
    (export "div" (func $div))
    (export "spin" (func $spin))
    (instance $math (export "add" (func $add)))
    (export "acme:calc/math" (instance $math)))"#;
