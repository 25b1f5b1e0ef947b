//! Offloading: the way of a task to an executor thread, and back.

use crate::js::{Env, PendingException, Receiver, ThreadsafeFunction};
use airssys_wasm_engine::{Executor, Step, Task, TaskOwner};
use std::cell::RefCell;
use std::sync::Arc;

/// A task that came back from an executor thread.
pub struct Delivery {
    pub(super) number: u64,
    pub(super) task: Task,
    pub(super) step: Step,
}

#[derive(Default)]
struct Return {
    function: Option<ThreadsafeFunction<Delivery>>,
    /// The number of tasks on executor threads. While there are any, the event loop stays alive.
    offloaded: usize,
}

thread_local! {
    static RETURN: RefCell<Return> = RefCell::default();
}

/// Creates the thread-safe function by which tasks come back, if there is none yet.
///
/// It must be created while no call is under way: it keeps the async context of its creation, with all that a caller's may
/// hold.
pub(super) fn prepare<R: Receiver<Delivery>>(env: Env<'_>) -> Result<(), PendingException> {
    if RETURN.with_borrow(|way| way.function.is_some()) {
        return Ok(());
    }
    let function = ThreadsafeFunction::new::<R>(env)?;
    RETURN.with_borrow_mut(|way| way.function = Some(function));
    Ok(())
}

/// Why a task could not be offloaded; the task is gone.
pub(super) struct NotOffloaded(pub(super) &'static str);

/// Continues `task` on a thread of `executor`. It comes back as a [`Delivery`] with this number.
pub(super) fn push(
    env: Env<'_>,
    executor: &Arc<Executor>,
    number: u64,
    task: Task,
) -> Result<(), NotOffloaded> {
    let Some(function) = RETURN.with_borrow(|way| way.function.clone()) else {
        return Err(NotOffloaded("no way back from an executor thread"));
    };
    let owner = Box::new(ReturnToJavaScript {
        number,
        function: function.clone(),
    });
    if !executor.spawn(task, owner) {
        return Err(NotOffloaded(
            "the operating system refused to create a thread",
        ));
    }
    let is_first = RETURN.with_borrow_mut(|way| {
        way.offloaded += 1;
        way.offloaded == 1
    });
    if is_first {
        function.set_ref(env, true);
    }
    Ok(())
}

/// Counts a task that came back.
pub(super) fn returned(env: Env<'_>) {
    let idle = RETURN.with_borrow_mut(|way| {
        way.offloaded = way.offloaded.saturating_sub(1);
        match way.offloaded {
            0 => way.function.clone(),
            _ => None,
        }
    });
    if let Some(function) = idle {
        function.set_ref(env, false);
    }
}

/// Closes the way back when the environment ends.
pub(super) fn environment_ends() {
    if let Some(function) = RETURN.take().function {
        function.close();
    }
}

/// Returns a task from an executor thread.
struct ReturnToJavaScript {
    number: u64,
    function: ThreadsafeFunction<Delivery>,
}

impl TaskOwner for ReturnToJavaScript {
    fn complete(self: Box<Self>, task: Task, step: Step) {
        let Self { number, function } = *self;
        function.send(Delivery { number, task, step });
    }
}
