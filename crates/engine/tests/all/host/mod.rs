//! Host functions on either execution, and what they may do to their guest.

use crate::fixture::{MIB, code, engine, limits, module, refused};
use airssys_wasm_engine::{
    CallLimits, CallOptions, CoreFunction, CoreInstance, CoreType, Engine, Error, Execution, Host,
    HostCall, HostFailed, Interruption, Limit, Limits, MemoryAccess, PayloadMut, Slot,
};
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

/// Imports `env.f: (i32) -> i32`, and counts on request.
pub const CALLS_HOST: &str = r#"(module
    (import "env" "f" (func $f (param i32) (result i32)))
    (memory (export "memory") 1 4)
    (func (export "ok") (result i32) (i32.const 42))
    (func (export "call") (param i32) (result i32) (call $f (local.get 0)))
    (func (export "twice") (param i32) (result i32) (call $f (call $f (local.get 0))))
    (func (export "unreachable") unreachable)
    (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "spin") (loop (br 0)))
    (func $count (export "count") (param i32) (result i32) (local $n i32)
        (loop $l
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $l (i32.lt_u (local.get $n) (local.get 0))))
        (local.get $n))
    (func (export "call_then_count") (param i32 i32) (result i32)
        (drop (call $f (local.get 0)))
        (call $count (local.get 1))))"#;

/// The ways to interrupt a guest, with the execution that each leads to if time bounds calls.
const KINDS: [(Interruption, Execution); 3] = [
    (Interruption::Fuel, Execution::Fiber),
    (Interruption::Epoch, Execution::Direct),
    (Interruption::Both, Execution::Direct),
];

/// A host from a closure.
struct Does<F>(F);

impl<F: Fn(&mut HostCall<'_>) -> Result<(), HostFailed>> Host for Does<F> {
    fn call(&self, mut call: HostCall<'_>) -> Result<(), HostFailed> {
        (self.0)(&mut call)
    }
}

fn does<F: Fn(&mut HostCall<'_>) -> Result<(), HostFailed>>(serve: F) -> Does<F> {
    Does(serve)
}

/// The slots of a host call.
fn slots_of<'a>(call: &'a mut HostCall<'_>) -> &'a mut [Slot] {
    match &mut call.payload {
        PayloadMut::Core { slots, .. } => slots,
        PayloadMut::Component { .. } => panic!("a core module called"),
    }
}

/// A host that adds one.
fn adds() -> impl Host {
    does(|call| {
        slots_of(call)[0] = Slot::i32(slots_of(call)[0].as_i32() + 1);
        Ok(())
    })
}

fn timed(interruption: Interruption, timeout_ms: u64) -> Limits {
    limits(|l| {
        l.timeout_ms = Limit::AtMost(timeout_ms);
        if interruption != Interruption::Epoch {
            l.fuel = Limit::Unlimited;
        }
    })
}

fn instance_on(engine: &Engine, limits: &Limits) -> CoreInstance {
    let host = adds();
    let module = module(engine, CALLS_HOST);
    module.instantiate_with(limits, Some(&host)).unwrap()
}

fn instances(timeout_ms: u64) -> impl Iterator<Item = CoreInstance> {
    KINDS.into_iter().map(move |(interruption, path)| {
        let engine = engine(|c| c.interruption = interruption);
        let instance = instance_on(&engine, &timed(interruption, timeout_ms));
        assert_eq!(instance.metrics().execution, path);
        instance
    })
}

fn call(
    instance: &mut CoreInstance,
    host: &dyn Host,
    name: &str,
    args: &[i32],
) -> airssys_wasm_engine::Result<i32> {
    let function = instance.function(name)?;
    let mut slots = vec![Slot::default(); function.ty().slots().max(1)];
    for (slot, arg) in slots.iter_mut().zip(args) {
        *slot = Slot::i32(*arg);
    }
    instance.call_with(&function, &mut slots, Some(host).into())?;
    Ok(slots[0].as_i32())
}

/// Calls the guest back with one argument.
fn back(
    call: &mut HostCall<'_>,
    function: &CoreFunction,
    arg: i32,
) -> airssys_wasm_engine::Result<i32> {
    let mut slots = [Slot::i32(arg)];
    call.caller.call(function, &mut slots)?;
    Ok(slots[0].as_i32())
}

#[test]
fn arguments_reach_the_host_and_results_the_guest() {
    for mut instance in instances(60_000) {
        let host = does(|call| {
            assert_eq!((call.import, slots_of(call).len()), (0, 1));
            let PayloadMut::Core { ty, .. } = &call.payload else {
                panic!("a core module called");
            };
            assert_eq!(*ty.params, [CoreType::I32]);
            slots_of(call)[0] = Slot::i32(slots_of(call)[0].as_i32() * 3);
            Ok(())
        });
        assert_eq!(
            call(&mut instance, &host, "twice", &[i32::MIN / 9]).unwrap(),
            i32::MIN / 9 * 9
        );
    }
}

#[test]
fn every_import_is_known_by_its_index_and_every_type_passes() {
    let wat = r#"(module
        (import "a" "x" (func $x (param i64 f32) (result f64)))
        (import "b" "y" (func $y (param f64) (result i32 i64)))
        (import "a" "x" (func $again (param i64 f32) (result f64)))
        (func (export "f") (param i64 f32) (result i32 i64)
            (call $y (call $x (local.get 0) (local.get 1)))))"#;
    for (interruption, _) in KINDS {
        let engine = engine(|c| c.interruption = interruption);
        let host = does(|call| {
            if call.import == 1 {
                let sum = slots_of(call)[0].as_f64();
                (slots_of(call)[0], slots_of(call)[1]) =
                    (Slot::i32(sum as i32), Slot::i64(i64::MIN));
            } else {
                let sum = slots_of(call)[0].as_i64() as f64 + f64::from(slots_of(call)[1].as_f32());
                slots_of(call)[0] = Slot::f64(sum);
            }
            Ok(())
        });
        let compiled = module(&engine, wat);
        let mut instance = compiled
            .instantiate_with(&timed(interruption, 60_000), Some(&host))
            .unwrap();
        let function = instance.function("f").unwrap();
        let mut slots = [Slot::i64(40), Slot::f32(2.5)];
        instance
            .call_with(&function, &mut slots, Some(&host as &dyn Host).into())
            .unwrap();
        assert_eq!((slots[0].as_i32(), slots[1].as_i64()), (42, i64::MIN));
    }
}

#[test]
fn without_a_host_a_guest_with_imports_is_not_created_and_its_host_calls_fail() {
    for mut instance in instances(60_000) {
        let function = instance.function("call").unwrap();
        let mut slots = [Slot::i32(1)];
        assert_eq!(code(instance.call(&function, &mut slots)), "HOST_FAILED");
        assert_eq!(call(&mut instance, &adds(), "call", &[1]).unwrap(), 2);
    }
    let engine = engine(|_| ());
    let error = refused(module(&engine, CALLS_HOST).instantiate(&limits(|_| ())));
    assert!(
        error.to_string().contains("'env.f' (func(i32) -> (i32))"),
        "{error}"
    );
    assert_eq!(engine.live_instances(), 0);
}

#[test]
fn a_failure_unwinds_the_guest_without_a_trap_and_leaves_fuel_exact() {
    for mut instance in instances(60_000) {
        let host = does(|_| Err(HostFailed));
        for _ in 0..3 {
            assert!(matches!(
                call(&mut instance, &host, "call", &[1]),
                Err(Error::HostFailed)
            ));
        }
        let metrics = instance.metrics();
        assert_eq!((metrics.traps, metrics.fuel.is_exact), (0, true));
        assert_eq!(call(&mut instance, &adds(), "call", &[1]).unwrap(), 2);
    }
}

#[test]
fn a_guest_is_called_back_any_number_of_times_and_levels_deep() {
    for mut instance in instances(60_000) {
        let function = instance.function("call").unwrap();
        let ok = instance.function("ok").unwrap();
        let host = does(|call| {
            let depth = slots_of(call)[0].as_i32();
            let mut sum = 0;
            for _ in 0..2 {
                sum += match depth {
                    0 => back(call, &ok, 0).unwrap(),
                    depth => back(call, &function, depth - 1).unwrap(),
                };
            }
            slots_of(call)[0] = Slot::i32(sum);
            Ok(())
        });
        assert_eq!(
            call(&mut instance, &host, "call", &[5]).unwrap(),
            42 * (1 << 6)
        );
        assert_eq!(
            instance.metrics().calls,
            1,
            "calls back are part of the current call"
        );
    }
}

#[test]
fn memory_is_read_written_and_grown_while_the_guest_waits() {
    for mut instance in instances(60_000) {
        let memory = instance.memory("memory").unwrap();
        let (load, grow) = (
            instance.function("load").unwrap(),
            instance.function("grow").unwrap(),
        );
        let host = does(|call| {
            let offset = 65_532;
            let bytes = vec![7, 0, 0, 0];
            let write = MemoryAccess::Write { offset, bytes };
            assert_eq!(call.caller.access(memory, write).unwrap(), [0_u8; 0]);
            assert_eq!(back(call, &load, 65_532).unwrap(), 7);
            for access in [
                MemoryAccess::Read {
                    offset: 65_533,
                    length: 4,
                },
                MemoryAccess::Read {
                    offset: usize::MAX,
                    length: usize::MAX,
                },
                MemoryAccess::Write {
                    offset: 65_536,
                    bytes: vec![1],
                },
            ] {
                assert_eq!(code(call.caller.access(memory, access)), "BAD_VALUE");
            }
            assert_eq!(back(call, &grow, 1).unwrap(), 1);
            assert_eq!(call.caller.byte_length(memory).unwrap(), 131_072);
            let read = MemoryAccess::Read {
                offset: 65_532,
                length: 8,
            };
            assert_eq!(
                call.caller.access(memory, read).unwrap(),
                [7, 0, 0, 0, 0, 0, 0, 0]
            );
            Ok(())
        });
        assert_eq!(call(&mut instance, &host, "call", &[1]).unwrap(), 1);
    }
}

#[test]
fn a_call_back_consumes_what_the_call_has_left_and_costs_the_same_on_both_executions() {
    let mut charges = Vec::new();
    for (interruption, timeout) in [
        (Interruption::Fuel, Limit::Unlimited),
        (Interruption::Fuel, Limit::AtMost(60_000)),
        (Interruption::Both, Limit::AtMost(60_000)),
    ] {
        let engine = engine(|c| c.interruption = interruption);
        let limits = limits(|l| (l.fuel, l.timeout_ms) = (Limit::AtMost(50_000), timeout));
        let mut instance = instance_on(&engine, &limits);
        let count = instance.function("count").unwrap();
        let host = does(|call| {
            let rounds = slots_of(call)[0].as_i32();
            let counted = back(call, &count, rounds).map_err(|error| {
                assert_eq!(error.code(), "OUT_OF_FUEL");
                HostFailed
            })?;
            slots_of(call)[0] = Slot::i32(counted);
            Ok(())
        });
        let before = instance.metrics().fuel.consumed;
        assert_eq!(call(&mut instance, &host, "call", &[4_000]).unwrap(), 4_000);
        let spent = instance.metrics().fuel.consumed - before;
        assert!(spent > 20_000, "{spent}");
        // One call back leaves too little for another of the same length.
        assert_eq!(
            code(call(&mut instance, &host, "twice", &[4_000])),
            "HOST_FAILED"
        );
        let metrics = instance.metrics();
        assert_eq!(metrics.fuel.consumed - before - spent, 50_000);
        assert!(metrics.fuel.is_exact);
        charges.push(spent);
    }
    assert!(
        charges.iter().all(|charge| *charge == charges[0]),
        "{charges:?}"
    );
}

#[test]
fn a_trap_in_a_call_back_empties_a_bounded_budget_and_marks_fuel_inexact() {
    for (interruption, timeout) in [
        (Interruption::Fuel, Limit::Unlimited),
        (Interruption::Fuel, Limit::AtMost(60_000)),
        (Interruption::Both, Limit::AtMost(60_000)),
    ] {
        let engine = engine(|c| c.interruption = interruption);
        for (fuel, ended) in [
            (Limit::AtMost(50_000), "OUT_OF_FUEL"),
            (Limit::Unlimited, "OK"),
        ] {
            let limits = limits(|l| (l.fuel, l.timeout_ms) = (fuel, timeout));
            let mut instance = instance_on(&engine, &limits);
            let load = instance.function("load").unwrap();
            let host = does(|call| {
                assert_eq!(code(back(call, &load, -4)), "TRAP");
                Ok(())
            });
            let before = instance.metrics();
            assert_eq!(
                code(call(&mut instance, &host, "call_then_count", &[1, 1_000])),
                ended
            );
            let metrics = instance.metrics();
            assert!(!metrics.fuel.is_exact);
            if ended != "OK" {
                assert_eq!(metrics.fuel.consumed - before.fuel.consumed, 50_000);
            }
            // A core instance can be called after a plain trap.
            assert_eq!(call(&mut instance, &adds(), "call", &[1]).unwrap(), 2);
        }
    }
}

#[test]
fn unreachable_in_a_call_back_leaves_fuel_exact() {
    for mut instance in instances(60_000) {
        let trap = instance.function("unreachable").unwrap();
        let host = does(|call| {
            assert_eq!(code(back(call, &trap, 0)), "TRAP");
            Ok(())
        });
        assert_eq!(
            call(&mut instance, &host, "call_then_count", &[1, 1_000]).unwrap(),
            1_000
        );
        assert!(instance.metrics().fuel.is_exact);
    }
}

#[test]
fn a_host_function_that_outlasts_the_deadline_makes_the_call_a_timeout() {
    for mut instance in instances(150) {
        let host = does(|_| {
            std::thread::sleep(Duration::from_millis(250));
            Ok(())
        });
        assert_eq!(code(call(&mut instance, &host, "call", &[1])), "TIMEOUT");
        assert_eq!(code(call(&mut instance, &adds(), "call", &[1])), "POISONED");
        assert_eq!(instance.metrics().traps, 1);
    }
}

#[test]
fn after_the_deadline_the_guest_is_not_called_back_for_long() {
    for mut instance in instances(150) {
        let (spin, ok) = (
            instance.function("spin").unwrap(),
            instance.function("ok").unwrap(),
        );
        let memory = instance.memory("memory").unwrap();
        let ends = RefCell::new(Vec::new());
        let started = Instant::now();
        let host = does(|call| {
            ends.borrow_mut().push(code(back(call, &spin, 0)));
            ends.borrow_mut().push(code(back(call, &spin, 0)));
            let read = MemoryAccess::Read {
                offset: 0,
                length: 1,
            };
            // On a fiber the guest has been unwound by now; on the direct path it still answers.
            let _ = call.caller.access(memory, read);
            let _ = call.caller.byte_length(memory);
            let _ = back(call, &ok, 0);
            Ok(())
        });
        assert_eq!(code(call(&mut instance, &host, "call", &[1])), "TIMEOUT");
        for end in &*ends.borrow() {
            assert!(matches!(*end, "TIMEOUT" | "POISONED"), "{end}");
        }
        assert!(started.elapsed() < Duration::from_secs(20));
        assert_eq!(code(call(&mut instance, &adds(), "ok", &[])), "POISONED");
    }
}

#[test]
fn host_calls_nest_with_failures_among_them() {
    for mut instance in instances(60_000) {
        let function = instance.function("call").unwrap();
        let depth = Cell::new(0);
        let host = does(|call| {
            depth.set(depth.get() + 1);
            let given = slots_of(call)[0].as_i32();
            if given == 0 {
                return Err(HostFailed);
            }
            let inner = back(call, &function, given - 1);
            assert_eq!(code(inner), if given == 1 { "HOST_FAILED" } else { "OK" });
            Ok(())
        });
        assert_eq!(call(&mut instance, &host, "call", &[3]).unwrap(), 3);
        assert_eq!(depth.get(), 4);
    }
}

#[test]
fn a_panic_of_a_host_poisons_only_the_instance() {
    for mut instance in instances(60_000) {
        let host = does(|_| panic!("the host panics"));
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            code(call(&mut instance, &host, "call", &[1]))
        }));
        assert!(ended.is_err());
        assert_eq!(code(call(&mut instance, &adds(), "call", &[1])), "POISONED");
    }
    let mut other = instances(60_000).next().unwrap();
    assert_eq!(call(&mut other, &adds(), "call", &[1]).unwrap(), 2);
}

#[test]
fn a_timeout_for_one_call_needs_an_instance_that_may_be_timed() {
    let engine = engine(|_| ());
    let bounds = CallLimits {
        timeout_ms: Limit::AtMost(20),
        fuel: Limit::Unlimited,
    };
    let host = adds();
    let run = |instance: &mut CoreInstance| {
        let spin = instance.function("spin").unwrap();
        let options = CallOptions {
            limits: bounds,
            host: Some(&host),
        };
        instance.call_with(&spin, &mut [], options)
    };
    let mut instance = instance_on(&engine, &limits(|_| ()));
    assert_eq!(code(run(&mut instance)), "TIMEOUT");
    let mut untimed = instance_on(&engine, &limits(|l| l.timeout_ms = Limit::Unlimited));
    assert_eq!(untimed.metrics().execution, Execution::Direct);
    let error = refused(run(&mut untimed));
    assert!(
        matches!(&error, Error::BadOption { option, .. } if option == "timeoutMs"),
        "{error}"
    );
    assert_eq!(call(&mut untimed, &host, "call", &[1]).unwrap(), 2);
}

#[test]
fn a_guest_without_imports_changes_to_a_fiber_with_its_first_timed_call() {
    let engine = engine(|_| ());
    let compiled = module(&engine, crate::fixture::ENDINGS);
    let mut instance = compiled
        .instantiate(&limits(|l| l.memory_bytes = 2 * MIB))
        .unwrap();
    assert_eq!(instance.metrics().execution, Execution::Direct);
    let (ok, count) = (
        instance.function("ok").unwrap(),
        instance.function("count").unwrap(),
    );
    let mut slots = [Slot::i32(1_000_000)];
    instance.call(&ok, &mut slots).unwrap();
    let options = CallOptions {
        limits: CallLimits {
            timeout_ms: Limit::AtMost(60_000),
            ..CallLimits::default()
        },
        host: None,
    };
    slots[0] = Slot::i32(1_000_000);
    instance.call_with(&count, &mut slots, options).unwrap();
    assert_eq!(
        (slots[0].as_i32(), instance.metrics().execution),
        (1_000_000, Execution::Fiber)
    );
    instance.call(&ok, &mut slots).unwrap();
    assert_eq!(slots[0].as_i32(), 42);
}
