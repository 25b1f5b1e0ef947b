//! The executor: tasks share its threads fairly and return to their owners.

use crate::fixture::{ENDINGS, code, engine, module};
use crate::host::CALLS_HOST;
use crate::task::{made, slots_of, start, timed};
use airssys_wasm_engine::{
    AnyInstance, CallLimits, Engine, Executor, Interruption, Slot, Step, StopReason, Task,
    TaskOwner,
};
use std::collections::BTreeSet;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::ThreadId;
use std::time::Duration;

/// Sends the task back, with the thread that it ran on.
struct Back(Sender<(Task, Step, ThreadId)>);

impl TaskOwner for Back {
    fn returned(self: Box<Self>, task: Task, step: Step) {
        let _ = self.0.send((task, step, std::thread::current().id()));
    }
}

fn fresh(engine: &Engine, wat: &str) -> AnyInstance {
    let limits = timed(engine.config().interruption, 600_000);
    made(module(engine, wat).start(&limits).unwrap())
}

fn push(threads: &Arc<Executor>, task: Task, back: &Sender<(Task, Step, ThreadId)>) {
    assert!(threads.spawn(task, Box::new(Back(back.clone()))));
}

#[test]
fn a_task_returns_once_it_completes_or_calls_its_host() {
    let threads = Executor::with_cap(1);
    let engine = engine(|_| ());
    let (back, come) = channel();
    let task = start(
        fresh(&engine, CALLS_HOST),
        "call_then_count",
        &[1, 10_000_000],
        CallLimits::default(),
    );
    push(&threads, task, &back);
    let (mut task, step, thread) = come.recv().unwrap();
    assert!(matches!(step, Step::HostCall));
    assert_ne!(thread, std::thread::current().id());
    let mut request = task.take_request().unwrap();
    slots_of(&mut request)[0] = Slot::i32(1);
    task.answer(Ok(request.payload));
    push(&threads, task, &back);
    let (_, step, _) = come.recv().unwrap();
    let Step::Completed(ended) = step else {
        panic!("it has not ended")
    };
    assert_eq!(code(ended.result), "OK");
}

#[test]
fn no_more_threads_run_guests_than_the_cap_allows() {
    for cap in [1, 2, 3] {
        // A cap that no other test uses, so that no other guests are on its threads.
        let threads = Executor::with_cap(cap);
        let engine = engine(|_| ());
        let (back, come) = channel();
        let compiled = module(&engine, ENDINGS);
        for _ in 0..20 {
            let live = made(compiled.start(&timed(Interruption::Fuel, 600_000)).unwrap());
            push(
                &threads,
                start(live, "count", &[1_000_000], CallLimits::default()),
                &back,
            );
        }
        drop(back);
        let ids: BTreeSet<String> = come.iter().map(|(_, _, id)| format!("{id:?}")).collect();
        assert!((1..=cap as usize).contains(&ids.len()), "{ids:?} of {cap}");
    }
}

/// Records the order in which tasks return.
struct Counts {
    name: usize,
    order: Arc<Mutex<Vec<usize>>>,
    back: Sender<(Task, Step, ThreadId)>,
}

impl TaskOwner for Counts {
    fn returned(self: Box<Self>, task: Task, step: Step) {
        self.order.lock().unwrap().push(self.name);
        let _ = self.back.send((task, step, std::thread::current().id()));
    }
}

#[test]
fn a_short_guest_among_endless_ones_waits_for_one_time_slice_of_each() {
    const OTHERS: usize = 50;
    let single = Executor::with_cap(1);
    let engine = engine(|_| ());
    let compiled = module(&engine, ENDINGS);
    let fresh = || made(compiled.start(&timed(Interruption::Fuel, 600_000)).unwrap());
    let order = Arc::new(Mutex::new(Vec::new()));
    let (back, come) = channel();
    let mut stoppers = Vec::new();
    for _ in 0..OTHERS {
        let task = start(fresh(), "spin", &[], CallLimits::default());
        stoppers.push(task.stop_handle());
        assert!(single.spawn(task, Box::new(Back(back.clone()))));
    }
    // One time slice, and several.
    for (name, rounds) in [(0, 100), (1, 60_000), (2, 120_000), (3, 400_000)] {
        let owner = Counts {
            name,
            order: order.clone(),
            back: back.clone(),
        };
        let task = start(fresh(), "count", &[rounds], CallLimits::default());
        assert!(single.spawn(task, Box::new(owner)));
    }
    for _ in 0..4 {
        let (_, step, _) = come.recv_timeout(Duration::from_secs(60)).unwrap();
        assert!(matches!(step, Step::Completed(_)));
    }
    // In the order of the steps that they need: none was overtaken.
    assert_eq!(*order.lock().unwrap(), [0, 1, 2, 3]);
    for stop_handle in stoppers {
        stop_handle.stop(StopReason::Aborted);
    }
    for _ in 0..OTHERS {
        let (task, step, _) = come.recv_timeout(Duration::from_secs(60)).unwrap();
        let Step::Completed(ended) = step else {
            panic!("it has not ended")
        };
        assert_eq!(code(ended.result), "ABORTED");
        drop(task);
    }
}

#[test]
fn a_stop_ends_a_task_that_waits_for_its_first_step() {
    let threads = Executor::with_cap(1);
    let engine = engine(|_| ());
    let (back, come) = channel();
    let busy = start(fresh(&engine, ENDINGS), "spin", &[], CallLimits::default());
    let busy_stopper = busy.stop_handle();
    push(&threads, busy, &back);
    for _ in 0..50 {
        let task = start(fresh(&engine, ENDINGS), "spin", &[], CallLimits::default());
        let stop_handle = task.stop_handle();
        push(&threads, task, &back);
        stop_handle.stop(StopReason::Aborted);
        let (_, step, _) = come.recv_timeout(Duration::from_secs(60)).unwrap();
        let Step::Completed(ended) = step else {
            panic!("it has not ended")
        };
        assert_eq!(code(ended.result), "ABORTED");
    }
    busy_stopper.stop(StopReason::Aborted);
    let _ = come.recv_timeout(Duration::from_secs(60)).unwrap();
    assert_eq!(engine.live_instances(), 0);
}

#[test]
fn two_tasks_spawned_at_once_get_a_thread_each_if_the_cap_allows_it() {
    // The first starts a thread that is then idle; the next two are spawned before it wakes up.
    let threads = Executor::with_cap(1_002);
    let engine = engine(|_| ());
    let (back, come) = channel();
    push(
        &threads,
        start(fresh(&engine, ENDINGS), "ok", &[], CallLimits::default()),
        &back,
    );
    let _ = come.recv().unwrap();
    std::thread::sleep(Duration::from_millis(50));
    let (busy, other) = (fresh(&engine, BLOCKS), fresh(&engine, ENDINGS));
    // A single operation that cannot yield, so the other runs beside it, or after it.
    let busy = start(busy, "fill", &[], CallLimits::default());
    let other = start(other, "count", &[100_000], CallLimits::default());
    push(&threads, busy, &back);
    push(&threads, other, &back);
    let (_, _, one) = come.recv().unwrap();
    let (_, _, two) = come.recv().unwrap();
    assert_ne!(one, two);
}

/// Fills memory for long enough that both threads are busy.
const BLOCKS: &str = r#"(module (memory 256) (func (export "fill") (local $n i32)
    (loop $l
        (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x1000000))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if $l (i32.lt_u (local.get $n) (i32.const 100))))))"#;
