//! Transitions between the states of a call.

use super::async_call::{AsyncCall, CallOptions, Output};
use super::fairness::{self, HERE_LIMIT};
use super::here::{self, ResumeFrom, TaskExit};
use super::instance::{AsyncInstance, Disposed, Unavailable};
use super::offloaded::{self, Delivery, NotOffloaded};
use super::settle::{self, Settled};
use super::table;
use crate::error::Thrown;
use crate::function::ExportedFunction;
use crate::hooks;
use crate::host::HostFunctions;
use crate::js::{Env, PendingException, Receiver, Value as Js};
use airssys_wasm_engine::{
    Completed, Error, Executor, HostFailed, Metrics, Step, StopReason, Task, TaskCall,
};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

// ── How calls start

/// Creates the instance of `task`. Returns its `handle` if that takes no longer than a time slice, else a promise of it.
pub fn instantiate<'s>(
    env: Env<'s>,
    task: Task,
    host: Option<HostFunctions>,
    executor: Arc<Executor>,
    max_queued: u32,
    handle: Output,
) -> Result<Js<'s>, PendingException> {
    let instance = AsyncInstance::starting(&task, host, executor, max_queued);
    let call = AsyncCall::new(&instance, handle, CallOptions::default());
    run_for_caller(call, env, task)
}

/// Calls `function`. Returns its value if the call takes no longer than a time slice, else a promise of a `Settled`. An
/// exception may be pending.
///
/// # Errors
///
/// `DISPOSED`, `BUSY`, or `POISONED` if an internal error destroyed the instance.
pub fn start<'s>(
    env: Env<'s>,
    instance: &AsyncInstance,
    function: &Rc<ExportedFunction>,
    task_call: TaskCall,
    options: CallOptions,
) -> Result<Js<'s>, Thrown> {
    let call = AsyncCall::new(instance, Output::Function(function.clone()), options);
    match instance.take() {
        Ok(live) => {
            let task = Task::call(live, task_call, options.limits, options.is_measured)?;
            Ok(run_for_caller(call, env, task)?)
        }
        Err(Unavailable::Gone(error)) => Err(error.into()),
        Err(Unavailable::Busy) => enqueue(call, env, task_call),
    }
}

/// Queues the call behind the one under way, and returns its promise.
fn enqueue<'s>(mut call: AsyncCall, env: Env<'s>, task_call: TaskCall) -> Result<Js<'s>, Thrown> {
    let instance = call.instance.clone();
    instance.check_queue()?;
    let (deferred, promise) = env.promise()?;
    call.deferred = Some(deferred);
    call.queued = Some(Box::new(task_call));
    call.keep_host_alive();
    // The call starts when another completes, but its host functions run in its caller's context.
    call.capture_context(env);
    instance.enqueue(call);
    Ok(promise)
}

/// Runs a call for the first time, while its caller waits on this stack. If guests have used too much of this thread since
/// the event loop turned, the call is offloaded at once.
fn run_for_caller<'s>(
    mut call: AsyncCall,
    env: Env<'s>,
    task: Task,
) -> Result<Js<'s>, PendingException> {
    call.options.is_offloaded |= fairness::must_offload();
    match run(&mut call, env, task, ResumeFrom::NextStep) {
        Progress::Completed(completed, thrown) => {
            let instance = call.instance.clone();
            let settled = settle::complete(call, env, completed, thrown);
            start_queued(&instance, env);
            settled.return_to_caller(env)
        }
        Progress::Suspended => {
            let (deferred, promise) = env.promise()?;
            call.deferred = Some(deferred);
            call.keep_host_alive();
            table::insert(call);
            Ok(promise)
        }
    }
}

/// Starts queued calls one after the other, for as long as each completes at once. After a while they are offloaded.
fn start_queued(instance: &AsyncInstance, env: Env<'_>) {
    let Some(_draining) = instance.begin_draining() else {
        return;
    };
    let started = Instant::now();
    while start_next(instance, env, started) {}
}

/// Starts the first queued call. Returns false if there is none, or if the instance is not idle.
fn start_next(instance: &AsyncInstance, env: Env<'_>, started: Instant) -> bool {
    let Some(mut call) = instance.dequeue() else {
        return false;
    };
    let live = match instance.take() {
        Ok(live) => live,
        Err(Unavailable::Busy) => {
            instance.requeue(call);
            return false;
        }
        Err(Unavailable::Gone(error)) => {
            fail(call, env, &error);
            return true;
        }
    };
    let Some(task_call) = call.queued.take() else {
        return true;
    };
    call.options.is_offloaded |= started.elapsed() >= HERE_LIMIT;
    let options = call.options;
    match Task::call(live, *task_call, options.limits, options.is_measured) {
        Ok(task) => resume(call, env, task, ResumeFrom::NextStep),
        Err(error) => fail(call, env, &error),
    }
    true
}

// ── How calls continue

/// Whether a call has completed.
enum Progress<'s> {
    /// With what a host function threw last.
    Completed(Completed, Option<Js<'s>>),
    /// It is offloaded, or waits for a promise.
    Suspended,
}

/// Runs the task here, and offloads or parks it if it does not complete.
fn run<'s>(call: &mut AsyncCall, env: Env<'s>, task: Task, from: ResumeFrom<'s>) -> Progress<'s> {
    match here::run(call, env, task, from) {
        TaskExit::Completed(completed, thrown) => Progress::Completed(completed, thrown),
        TaskExit::Yielded(task) => offload(call, env, task),
        TaskExit::Waiting(waiting) => {
            call.waiting = Some(waiting);
            Progress::Suspended
        }
    }
}

fn offload<'s>(call: &mut AsyncCall, env: Env<'s>, task: Task) -> Progress<'s> {
    call.capture_context(env);
    let number = call.number();
    match offloaded::push(env, call.instance.executor(), number, task) {
        Ok(()) => Progress::Suspended,
        Err(NotOffloaded(message)) => Progress::Completed(lost(message), None),
    }
}

/// Continues a call whose caller waits for a promise.
fn resume<'s>(mut call: AsyncCall, env: Env<'s>, task: Task, from: ResumeFrom<'s>) {
    let progress = run(&mut call, env, task, from);
    finish(call, env, progress);
}

/// Stores a call that has not completed; settles the promise of one that has, and starts those queued behind it.
fn finish<'s>(mut call: AsyncCall, env: Env<'s>, progress: Progress<'s>) {
    let Progress::Completed(completed, thrown) = progress else {
        return table::insert(call);
    };
    let instance = call.instance.clone();
    let deferred = call.deferred.take();
    let settled = settle::complete(call, env, completed, thrown);
    if let Some(deferred) = deferred {
        settled.resolve(env, deferred);
    }
    start_queued(&instance, env);
}

/// Fails a call that never started.
fn fail(mut call: AsyncCall, env: Env<'_>, error: &Error) {
    if let Some(deferred) = call.deferred.take() {
        Settled::Failure(error.into(), None).resolve(env, deferred);
    }
}

fn lost(message: &str) -> Completed {
    Completed {
        instance: None,
        result: Err(Error::Internal {
            message: message.to_owned(),
        }),
    }
}

// ── What continues calls

/// Prepares the way back from executor threads, while no call is under way.
pub fn prepare(env: Env<'_>) -> Result<(), PendingException> {
    offloaded::prepare::<Delivery>(env)
}

impl Receiver<Delivery> for Delivery {
    /// A task came back from an executor thread.
    fn receive(env: Env<'_>, delivery: Delivery) {
        offloaded::returned(env);
        match delivery.step {
            Step::HostCall if fairness::is_deferring() => fairness::defer(delivery),
            _ => delivered(env, delivery),
        }
    }
}

fn delivered(env: Env<'_>, delivery: Delivery) {
    let Delivery { number, task, step } = delivery;
    if let Some(call) = table::take(number) {
        resume(call, env, task, ResumeFrom::Step(step));
    }
}

/// The event loop has turned: deferred calls continue, for as long as there is time.
pub fn resume_deferred(env: Env<'_>) {
    fairness::turned();
    while let Some(delivery) = fairness::next_deferred() {
        delivered(env, delivery);
    }
}

/// The promise with this ticket was settled with `value`, or rejected with it.
pub fn promise_settled<'s>(env: Env<'s>, ticket: u64, value: Js<'s>, is_rejected: bool) {
    let Some((mut call, waiting)) = table::take_by_ticket(ticket) else {
        return;
    };
    let (mut task, mut request) = (waiting.task, waiting.request);
    let accepted = match (call.instance.host(), is_rejected) {
        (Some(host), false) => {
            host.accept(env, request.import, &mut request.payload.as_mut(), value)
        }
        _ => Err(value),
    };
    match accepted {
        Err(exception) => {
            task.answer(Err(HostFailed));
            resume(call, env, task, ResumeFrom::Exception(exception));
        }
        Ok(()) => {
            task.answer(Ok(request.payload));
            // On an executor thread it takes its turn, and comes back once the event loop has turned.
            if fairness::is_deferring() {
                let progress = offload(&mut call, env, task);
                finish(call, env, progress);
            } else {
                resume(call, env, task, ResumeFrom::NextStep);
            }
        }
    }
}

/// The deadline of the call that waits with this ticket has passed.
pub fn deadline_passed(env: Env<'_>, ticket: u64) {
    if let Some((call, waiting)) = table::take_by_ticket(ticket) {
        call.instance.stop(StopReason::Deadline);
        resume(call, env, waiting.task, ResumeFrom::NextStep);
    }
}

// ── What stops calls

/// Aborts the call with this id, whether it is under way or queued.
pub fn abort(env: Env<'_>, instance: &AsyncInstance, abort_id: u64) {
    if instance.is_running(abort_id) {
        stop_running(env, instance);
    } else if let Some(call) = instance.remove_queued(abort_id) {
        fail(call, env, &Error::Aborted);
    }
}

/// Stops the call under way. If it waits for a promise, it continues at once; else its next step sees the stop.
fn stop_running(env: Env<'_>, instance: &AsyncInstance) {
    instance.stop(StopReason::Aborted);
    if let Some((call, waiting)) = table::take_waiting(instance.current()) {
        hooks::cancel_timer(env, waiting.ticket);
        resume(call, env, waiting.task, ResumeFrom::NextStep);
    }
}

/// Disposes of the instance. Returns its last totals.
///
/// # Errors
///
/// If a call is under way: a promise that is resolved once the call has stopped. Disposing again then returns the totals.
pub fn dispose<'s>(env: Env<'s>, instance: &AsyncInstance) -> Result<Option<Metrics>, Js<'s>> {
    for call in instance.take_queue() {
        fail(call, env, &Error::Aborted);
    }
    match instance.dispose_idle() {
        Disposed::Now(metrics) => Ok(metrics),
        Disposed::Running if instance.is_being_disposed() => Ok(None),
        Disposed::Running => {
            let Ok((deferred, promise)) = env.promise() else {
                return Ok(None);
            };
            instance.dispose_later(deferred);
            stop_running(env, instance);
            Err(promise)
        }
    }
}

/// Stops all calls when the environment ends. Nothing is delivered afterwards.
pub fn environment_ends() {
    offloaded::environment_ends();
    fairness::environment_ends();
    table::environment_ends();
}
