//! Calls in the state `here`: runs a task on the JavaScript thread.

use super::async_call::AsyncCall;
use super::fairness::{self, HERE_LIMIT, Nesting};
use super::table;
use super::waiting::{self, Waiting};
use crate::host::{HostFunctions, Served};
use crate::js::{Env, Reference, Value as Js};
use airssys_wasm_engine::{Completed, HostFailed, HostRequest, Step, Task, coarse_now};
use std::time::Instant;

/// How a task left this thread.
pub(super) enum TaskExit<'s> {
    /// It completed; with what a host function threw last.
    Completed(Completed, Option<Js<'s>>),
    /// It used up its time slice, or its share of this thread.
    Yielded(Task),
    /// Its guest waits for a promise.
    Waiting(Box<Waiting>),
}

/// Where a task resumes.
pub(super) enum ResumeFrom<'s> {
    /// At its next step.
    NextStep,
    /// After this step, which it made on an executor thread.
    Step(Step),
    /// At its next step, after its host function threw this.
    Exception(Js<'s>),
}

/// Runs the task until it completes, must wait, or has used up its share of this thread. The time counts for fairness.
pub(super) fn run<'s>(
    call: &mut AsyncCall,
    env: Env<'s>,
    task: Task,
    from: ResumeFrom<'s>,
) -> TaskExit<'s> {
    // Guests without host functions leave after one time slice. Their time matters only if many calls follow each other,
    // and for that the coarse clock is enough, which costs next to nothing.
    let started = call.instance.host().is_some().then(Instant::now);
    let before = coarse_now();
    let exit = run_steps(call, env, task, from);
    let elapsed = match started {
        Some(started) => started.elapsed(),
        None => coarse_now().saturating_sub(before),
    };
    if !elapsed.is_zero() {
        fairness::add_time(env, elapsed);
    }
    exit
}

fn run_steps<'s>(
    call: &mut AsyncCall,
    env: Env<'s>,
    mut task: Task,
    from: ResumeFrom<'s>,
) -> TaskExit<'s> {
    let is_offloaded = std::mem::take(&mut call.options.is_offloaded);
    let call = &*call;
    let instance = &call.instance;
    instance.set_running(call.number_or_zero(), call.options.abort_id);
    let nesting = Nesting::enter();
    let is_too_deep = nesting.is_none() && matches!(from, ResumeFrom::NextStep);
    if is_offloaded || is_too_deep {
        return TaskExit::Yielded(task);
    }
    let (step, mut thrown) = match from {
        ResumeFrom::NextStep => (None, None),
        ResumeFrom::Step(step) => (Some(step), None),
        // Its next step only unwinds the guest.
        ResumeFrom::Exception(exception) => (None, Some(exception)),
    };
    let mut serving_since = None;
    let mut step = step.unwrap_or_else(|| task.step());
    loop {
        match step {
            Step::Completed(completed) => return TaskExit::Completed(completed, thrown),
            Step::Yielded => return TaskExit::Yielded(task),
            // The next step sees the stop.
            Step::HostCall if instance.stop_handle().is_stopped() => {}
            Step::HostCall => {
                let since = *serving_since.get_or_insert_with(Instant::now);
                match serve(call, env, &mut task) {
                    HostResult::Answered if since.elapsed() >= HERE_LIMIT => {
                        return TaskExit::Yielded(task);
                    }
                    HostResult::Answered => {}
                    HostResult::Threw(exception) => thrown = Some(exception),
                    HostResult::Promise(promise, request) => {
                        let ticket = table::next_number();
                        let stop = instance.stop_handle();
                        if waiting::start(env, promise, ticket, request.deadline, stop) {
                            return TaskExit::Waiting(Box::new(Waiting {
                                ticket,
                                task,
                                request,
                            }));
                        }
                        // The promise cannot be awaited, or the call was stopped, which the next step sees first.
                        if env.has_exception() {
                            thrown = env.take_exception().ok();
                        }
                        task.answer(Err(HostFailed));
                    }
                }
            }
        }
        step = task.step();
    }
}

/// The outcome of a host call.
enum HostResult<'s> {
    /// The guest has its results, or the failure.
    Answered,
    /// The host function threw this, and the guest has the failure.
    Threw(Js<'s>),
    /// The host function returned something that may be thenable.
    Promise(Js<'s>, HostRequest),
}

/// The kind of [`Served`], apart from the value that leaves its handle scope.
enum ServedKind {
    Done,
    Threw,
    Thenable,
}

/// Serves the host call for which the task waits.
fn serve<'s>(call: &AsyncCall, env: Env<'s>, task: &mut Task) -> HostResult<'s> {
    let (Some(mut request), Some(host)) = (task.take_request(), call.instance.host()) else {
        task.answer(Err(HostFailed));
        return HostResult::Answered;
    };
    let context = call.context.as_ref();
    // SAFETY: dropped below, before the task moves.
    let serving = unsafe { call.instance.set_serving(task) };
    // SAFETY: `call_host` creates values through the environment of the scope alone.
    let served = unsafe { env.escaping(|env| call_host(env, host, &mut request, context)) };
    drop(serving);
    match served {
        Ok((ServedKind::Done, _)) => {
            task.answer(Ok(request.payload));
            HostResult::Answered
        }
        Ok((ServedKind::Thenable, Some(value))) => HostResult::Promise(value, request),
        Ok((_, exception)) => {
            task.answer(Err(HostFailed));
            exception.map_or(HostResult::Answered, HostResult::Threw)
        }
        Err(_) => {
            task.answer(Err(HostFailed));
            HostResult::Answered
        }
    }
}

/// Calls the host function, in the async context of its caller.
fn call_host<'s>(
    env: Env<'s>,
    host: &HostFunctions,
    request: &mut HostRequest,
    context: Option<&Reference>,
) -> (ServedKind, Option<Js<'s>>) {
    let context = context.and_then(|context| context.get(env).ok());
    match host.serve(env, request.import, &mut request.payload.as_mut(), context) {
        Served::Done => (ServedKind::Done, None),
        Served::Threw(exception) => (ServedKind::Threw, Some(exception)),
        Served::Thenable(value) => (ServedKind::Thenable, Some(value)),
    }
}
