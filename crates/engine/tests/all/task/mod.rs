//! Tasks: each ends correctly on any thread, and when stopped or dropped.

mod executor;

use crate::fixture::{COMPONENT, ENDINGS, code, component, engine, limits, module};
use crate::host::CALLS_HOST;
use airssys_wasm_engine::value::Value;
use airssys_wasm_engine::{
    AnyInstance, CallLimits, Completed, CoreInstance, Engine, Error, Execution, HostFailed,
    HostRequest, Interruption, Limit, Limits, MemoryAccess, Payload, Returned, Slot, Slots, Step,
    StopReason, Task, TaskCall,
};
use std::sync::Arc;
use std::time::Duration;

const ALL: [Interruption; 3] = [Interruption::Fuel, Interruption::Epoch, Interruption::Both];

pub fn timed(interruption: Interruption, timeout_ms: u64) -> Limits {
    limits(|l| {
        l.timeout_ms = Limit::AtMost(timeout_ms);
        if interruption != Interruption::Epoch {
            l.fuel = Limit::Unlimited;
        }
    })
}

fn on(interruption: Interruption) -> Engine {
    engine(|c| c.interruption = interruption)
}

/// The slots of a host call.
pub fn slots_of(request: &mut HostRequest) -> &mut [Slot] {
    match &mut request.payload {
        Payload::Core { slots, .. } => slots,
        Payload::Component { .. } => panic!("a core module called"),
    }
}

fn add_one(request: &mut HostRequest) {
    let slots = slots_of(request);
    slots[0] = Slot::i32(slots[0].as_i32() + 1);
}

/// Steps until the guest calls its host. On a busy machine it may yield before that.
fn step_to_host_call(task: &mut Task) {
    loop {
        match task.step() {
            Step::Yielded => {}
            Step::HostCall => return,
            Step::Completed(_) => panic!("the guest ended without its host"),
        }
    }
}

/// Steps to the end; host functions add one.
pub fn finish(task: &mut Task) -> Completed {
    complete_counting_yields(task).0
}

/// As [`finish`], with the number of yields.
fn complete_counting_yields(task: &mut Task) -> (Completed, u64) {
    let mut slices = 0;
    loop {
        match task.step() {
            Step::Completed(ended) => return (ended, slices),
            Step::Yielded => slices += 1,
            Step::HostCall => {
                let mut request = task.take_request().unwrap();
                add_one(&mut request);
                task.answer(Ok(request.payload));
            }
        }
    }
}

/// The instance that a task created.
pub fn made(mut task: Task) -> AnyInstance {
    let ended = finish(&mut task);
    assert!(matches!(
        ended.result.unwrap().value,
        Returned::Instantiated
    ));
    ended.instance.unwrap()
}

pub fn core(live: &mut AnyInstance) -> &mut CoreInstance {
    match live {
        AnyInstance::Core(instance) => instance,
        AnyInstance::Component(_) => panic!("a component"),
    }
}

pub fn start(mut live: AnyInstance, name: &str, args: &[i32], bounds: CallLimits) -> Task {
    let function = core(&mut live).function(name).unwrap();
    let mut slots = Slots::new();
    slots.resize(function.ty().slots().max(1), Slot::default());
    for (slot, arg) in slots.iter_mut().zip(args) {
        *slot = Slot::i32(*arg);
    }
    Task::call(
        live,
        TaskCall::Core(Arc::new(function), slots),
        bounds,
        true,
    )
    .unwrap()
}

/// How a call ends, with the instance.
fn call(live: AnyInstance, name: &str, args: &[i32]) -> (AnyInstance, &'static str) {
    let ended = finish(&mut start(live, name, args, CallLimits::default()));
    (ended.instance.unwrap(), code(ended.result))
}

fn first(ended: &Completed) -> i32 {
    match &ended.result.as_ref().unwrap().value {
        Returned::Slots(slots) => slots[0].as_i32(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn tasks_create_an_instance_and_call_it_repeatedly() {
    for interruption in ALL {
        let engine = on(interruption);
        let mut live = made(
            module(&engine, ENDINGS)
                .start(&timed(interruption, 60_000))
                .unwrap(),
        );
        for n in 1..100 {
            let ended = finish(&mut start(live, "count", &[n], CallLimits::default()));
            assert_eq!(first(&ended), n);
            live = ended.instance.unwrap();
        }
        assert_eq!(
            (live.metrics().calls, live.metrics().execution),
            (99, Execution::Fiber)
        );
        drop(live);
        assert_eq!(engine.live_instances(), 0);
    }
}

#[test]
fn a_task_of_a_component_returns_its_value() {
    for interruption in ALL {
        let engine = on(interruption);
        let mut live = made(
            component(&engine, COMPONENT)
                .start(&timed(interruption, 60_000))
                .unwrap(),
        );
        for _ in 0..10 {
            let AnyInstance::Component(instance) = &mut live else {
                panic!("a module")
            };
            let add = instance.function(&["add"]).unwrap();
            let call = TaskCall::Component(add, vec![Value::S32(40), Value::S32(2)]);
            let ended = finish(&mut Task::call(live, call, CallLimits::default(), true).unwrap());
            let Returned::Value(Some(Value::S32(42))) = ended.result.unwrap().value else {
                panic!("not 42")
            };
            live = ended.instance.unwrap();
        }
    }
}

#[test]
fn a_long_call_yields_often_and_no_engine_ends_it_early() {
    for interruption in ALL {
        let live = made(
            module(&on(interruption), ENDINGS)
                .start(&timed(interruption, 600_000))
                .unwrap(),
        );
        let mut task = start(live, "count", &[100_000_000], CallLimits::default());
        let (ended, slices) = complete_counting_yields(&mut task);
        assert_eq!(first(&ended), 100_000_000);
        assert!(slices >= 3, "{interruption:?}: {slices}");
    }
}

#[test]
fn a_task_may_continue_on_another_thread_with_every_step() {
    for interruption in ALL {
        let live = made(
            module(&on(interruption), CALLS_HOST)
                .start(&timed(interruption, 600_000))
                .unwrap(),
        );
        let mut task = start(
            live,
            "call_then_count",
            &[1, 10_000_000],
            CallLimits::default(),
        );
        let ended = loop {
            let (back, step) = std::thread::spawn(move || {
                let step = task.step();
                (task, step)
            })
            .join()
            .unwrap();
            task = back;
            match step {
                Step::Completed(ended) => break ended,
                Step::Yielded => (),
                Step::HostCall => {
                    let request = task.take_request().unwrap();
                    task.answer(Ok(request.payload));
                }
            }
        };
        assert_eq!(first(&ended), 10_000_000);
    }
}

#[test]
fn a_stop_before_the_first_step_ends_the_call() {
    for interruption in ALL {
        for (stop, expected) in [
            (StopReason::Aborted, "ABORTED"),
            (StopReason::Deadline, "TIMEOUT"),
        ] {
            let engine = on(interruption);
            let live = made(
                module(&engine, ENDINGS)
                    .start(&timed(interruption, 60_000))
                    .unwrap(),
            );
            let before = live.metrics().fuel.consumed;
            let mut task = start(live, "ok", &[], CallLimits::default());
            task.stop_handle().stop(stop);
            assert!(task.stop_handle().is_stopped());
            let ended = finish(&mut task);
            assert_eq!(code(ended.result), expected);
            let live = ended.instance.unwrap();
            assert_eq!(
                live.metrics().fuel.consumed,
                before,
                "the guest never began"
            );
            assert_eq!(call(live, "ok", &[]).1, "POISONED");
        }
    }
}

#[test]
fn a_stop_before_the_first_step_ends_an_instantiation() {
    let engine = on(Interruption::Fuel);
    let wat = "(module (func $s (loop (br 0))) (start $s))";
    let mut task = module(&engine, wat)
        .start(&timed(Interruption::Fuel, 60_000))
        .unwrap();
    task.stop_handle().stop(StopReason::Aborted);
    let ended = finish(&mut task);
    assert_eq!(code(ended.result), "ABORTED");
    assert!(ended.instance.is_none());
    assert_eq!(engine.live_instances(), 0);
}

#[test]
fn a_stop_between_time_slices_ends_the_call_with_exact_fuel() {
    for interruption in ALL {
        for (stop, expected) in [
            (StopReason::Aborted, "ABORTED"),
            (StopReason::Deadline, "TIMEOUT"),
        ] {
            let live = made(
                module(&on(interruption), ENDINGS)
                    .start(&timed(interruption, 60_000))
                    .unwrap(),
            );
            let before = live.metrics().fuel.consumed;
            let mut task = start(live, "spin", &[], CallLimits::default());
            for _ in 0..5 {
                assert!(matches!(task.step(), Step::Yielded));
            }
            task.stop_handle().stop(stop);
            let Step::Completed(ended) = task.step() else {
                panic!("expected the end of the task")
            };
            assert_eq!(code(ended.result), expected);
            let live = ended.instance.unwrap();
            let metrics = live.metrics();
            assert!(metrics.fuel.is_exact);
            let consumed = metrics.fuel.consumed - before;
            match interruption {
                Interruption::Epoch => assert_eq!(consumed, 0),
                // Five time slices of 100,000 units, exact to the unit.
                _ => assert!((500_000..500_100).contains(&consumed), "{consumed}"),
            }
            assert_eq!(metrics.traps, 1);
            assert_eq!(call(live, "ok", &[]).1, "POISONED");
        }
    }
}

#[test]
fn a_stop_from_another_thread_ends_a_guest_that_spins() {
    for interruption in ALL {
        let live = made(
            module(&on(interruption), ENDINGS)
                .start(&timed(interruption, 600_000))
                .unwrap(),
        );
        let mut task = start(live, "spin", &[], CallLimits::default());
        let stop_handle = task.stop_handle();
        let stopping = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(20));
            stop_handle.stop(StopReason::Aborted);
        });
        assert_eq!(code(finish(&mut task).result), "ABORTED");
        stopping.join().unwrap();
    }
}

#[test]
fn time_ends_a_call_that_spins_and_fuel_is_exact() {
    for interruption in ALL {
        let live = made(
            module(&on(interruption), ENDINGS)
                .start(&timed(interruption, 150))
                .unwrap(),
        );
        let ended = finish(&mut start(live, "spin", &[], CallLimits::default()));
        assert_eq!(code(ended.result), "TIMEOUT");
        let live = ended.instance.unwrap();
        assert!(live.metrics().fuel.is_exact);
        assert_eq!(call(live, "ok", &[]).1, "POISONED");
    }
}

/// A call that waits for its host function.
fn waiting(interruption: Interruption, timeout_ms: u64) -> (Engine, Task) {
    let engine = on(interruption);
    let live = made(
        module(&engine, CALLS_HOST)
            .start(&timed(interruption, timeout_ms))
            .unwrap(),
    );
    let mut task = start(live, "call", &[7], CallLimits::default());
    step_to_host_call(&mut task);
    (engine, task)
}

#[test]
fn a_stop_ends_a_call_that_waits_for_its_host() {
    for interruption in ALL {
        for (stop, expected) in [
            (StopReason::Aborted, "ABORTED"),
            (StopReason::Deadline, "TIMEOUT"),
        ] {
            let (_engine, mut task) = waiting(interruption, 60_000);
            task.stop_handle().stop(stop);
            let Step::Completed(ended) = task.step() else {
                panic!("expected the end of the task")
            };
            assert_eq!(code(ended.result), expected);
            let live = ended.instance.unwrap();
            assert!(live.metrics().fuel.is_exact);
            assert_eq!(call(live, "ok", &[]).1, "POISONED");
        }
    }
}

#[test]
fn an_answer_after_the_stop_is_too_late() {
    for interruption in ALL {
        let (_engine, mut task) = waiting(interruption, 60_000);
        let request = task.take_request().unwrap();
        assert!(request.deadline.is_some());
        task.stop_handle().stop(StopReason::Aborted);
        task.answer(Ok(request.payload));
        assert_eq!(code(finish(&mut task).result), "ABORTED");
    }
}

#[test]
fn an_answer_after_the_deadline_makes_the_call_a_timeout() {
    for interruption in ALL {
        let (_engine, mut task) = waiting(interruption, 150);
        std::thread::sleep(Duration::from_millis(250));
        let request = task.take_request().unwrap();
        task.answer(Ok(request.payload));
        assert_eq!(code(finish(&mut task).result), "TIMEOUT");
    }
}

#[test]
fn a_failed_host_function_ends_the_call_and_leaves_the_instance() {
    for interruption in ALL {
        let (_engine, mut task) = waiting(interruption, 60_000);
        assert!(task.take_request().is_some());
        assert!(task.take_request().is_none());
        task.answer(Err(HostFailed));
        let ended = finish(&mut task);
        assert!(matches!(ended.result, Err(Error::HostFailed)));
        let live = ended.instance.unwrap();
        assert_eq!(live.metrics().traps, 0);
        assert_eq!(call(live, "call", &[1]).1, "OK");
    }
}

#[test]
fn memory_is_accessible_only_while_the_guest_waits() {
    for interruption in ALL {
        let mut live = made(
            module(&on(interruption), CALLS_HOST)
                .start(&timed(interruption, 60_000))
                .unwrap(),
        );
        let memory = core(&mut live).memory("memory").unwrap();
        let mut task = start(live, "call", &[7], CallLimits::default());
        step_to_host_call(&mut task);
        let mut request = task.take_request().unwrap();
        let bytes = vec![1, 2, 3];
        task.access(memory, MemoryAccess::Write { offset: 5, bytes })
            .unwrap();
        let read = || MemoryAccess::Read {
            offset: 4,
            length: 5,
        };
        assert_eq!(task.access(memory, read()).unwrap(), [0, 1, 2, 3, 0]);
        assert_eq!(task.byte_length(memory).unwrap(), 65_536);
        let outside = MemoryAccess::Read {
            offset: 65_536,
            length: 1,
        };
        assert_eq!(code(task.access(memory, outside)), "BAD_VALUE");
        slots_of(&mut request)[0] = Slot::i32(9);
        task.answer(Ok(request.payload));
        let ended = finish(&mut task);
        assert_eq!(first(&ended), 9);
        assert_eq!(code(task.access(memory, read())), "POISONED");
        assert_eq!(code(task.byte_length(memory)), "POISONED");
    }
}

#[test]
fn an_access_after_the_stop_leaves_the_end_to_the_next_step() {
    for interruption in ALL {
        let mut live = made(
            module(&on(interruption), CALLS_HOST)
                .start(&timed(interruption, 60_000))
                .unwrap(),
        );
        let memory = core(&mut live).memory("memory").unwrap();
        let mut task = start(live, "call", &[7], CallLimits::default());
        step_to_host_call(&mut task);
        task.stop_handle().stop(StopReason::Aborted);
        for _ in 0..3 {
            assert_eq!(code(task.byte_length(memory)), "POISONED");
        }
        let request = task.take_request().unwrap();
        task.answer(Ok(request.payload));
        let ended = finish(&mut task);
        assert_eq!(code(ended.result), "ABORTED");
        assert!(ended.instance.is_some());
    }
}

#[test]
fn a_task_dropped_midway_drops_its_instance() {
    for interruption in ALL {
        let engine = on(interruption);
        let compiled = module(&engine, CALLS_HOST);
        let fresh = || made(compiled.start(&timed(interruption, 60_000)).unwrap());
        drop(compiled.start(&timed(interruption, 60_000)).unwrap());
        drop(start(fresh(), "spin", &[], CallLimits::default()));
        let mut spinning = start(fresh(), "spin", &[], CallLimits::default());
        assert!(matches!(spinning.step(), Step::Yielded));
        let mut waits = start(fresh(), "call", &[1], CallLimits::default());
        step_to_host_call(&mut waits);
        assert_eq!(engine.live_instances(), 2);
        std::thread::spawn(move || drop((spinning, waits)))
            .join()
            .unwrap();
        assert_eq!(engine.live_instances(), 0);
    }
}

#[test]
fn a_completed_task_stays_completed() {
    let live = made(
        module(&on(Interruption::Fuel), ENDINGS)
            .start(&timed(Interruption::Fuel, 60_000))
            .unwrap(),
    );
    let mut task = start(live, "ok", &[], CallLimits::default());
    assert_eq!(first(&finish(&mut task)), 42);
    for _ in 0..2 {
        let ended = finish(&mut task);
        assert_eq!(code(ended.result), "INTERNAL");
        assert!(ended.instance.is_none());
    }
}

#[test]
fn a_panic_in_a_task_destroys_only_its_instance() {
    let engine = on(Interruption::Fuel);
    let compiled = module(&engine, ENDINGS);
    let fresh = || made(compiled.start(&timed(Interruption::Fuel, 60_000)).unwrap());
    let (mut one, other) = (fresh(), fresh());
    let of_one = core(&mut one).function("ok").unwrap();
    let mut slots = Slots::new();
    slots.resize(1, Slot::default());
    // A function of another instance: Wasmtime panics.
    let mut task = Task::call(
        other,
        TaskCall::Core(Arc::new(of_one), slots),
        CallLimits::default(),
        true,
    )
    .unwrap();
    let ended = finish(&mut task);
    assert_eq!(code(ended.result), "INTERNAL");
    assert!(ended.instance.is_none());
    assert_eq!(engine.live_instances(), 1);
    assert_eq!(call(one, "ok", &[]).1, "OK");
}

#[test]
fn limits_of_one_call_replace_the_instances() {
    let engine = on(Interruption::Both);
    let mut live = made(
        module(&engine, ENDINGS)
            .start(&timed(Interruption::Both, 60_000))
            .unwrap(),
    );
    let bounds = |fuel, timeout_ms| CallLimits { fuel, timeout_ms };
    let fuel = Limit::AtMost(10_000);
    let ended = finish(&mut start(live, "spin", &[], bounds(fuel, Limit::Default)));
    assert_eq!(code(ended.result), "OUT_OF_FUEL");
    live = ended.instance.unwrap();
    assert_eq!(live.metrics().fuel.consumed, 10_000);
    // A limit that the engine cannot enforce starts no call.
    let calls = live.metrics().calls;
    let ended = finish(&mut start(
        live,
        "ok",
        &[],
        bounds(Limit::AtMost(0), Limit::Default),
    ));
    assert_eq!(code(ended.result), "BAD_OPTION");
    live = ended.instance.unwrap();
    assert_eq!(live.metrics().calls, calls);
    let ended = finish(&mut start(
        live,
        "spin",
        &[],
        bounds(Limit::Default, Limit::AtMost(20)),
    ));
    assert_eq!(code(ended.result), "TIMEOUT");
}

#[test]
fn a_synchronous_instance_cannot_be_polled() {
    let engine = on(Interruption::Fuel);
    let mut instance = module(&engine, ENDINGS)
        .instantiate(&limits(|_| ()))
        .unwrap();
    let ok = instance.function("ok").unwrap();
    let call = TaskCall::Core(Arc::new(ok), Slots::new());
    let task = Task::call(
        AnyInstance::Core(Box::new(instance)),
        call,
        CallLimits::default(),
        true,
    );
    assert_eq!(code(task), "INTERNAL");
    assert_eq!(engine.live_instances(), 0);
}
