//! Async hooks: functions that TypeScript provides for calls that do not complete at once.

use crate::js::{Env, PendingException, Reference, Value as Js};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// The hooks of one environment, as TypeScript's `AsyncHooks` names them.
struct Hooks {
    /// `awaitPromise(promise, ticket, remainingMs)` reports how the promise settles, or that the time is up.
    await_promise: Reference,
    /// `captureContext()` returns a function that runs another in the current async context.
    capture_context: Reference,
    /// `cancelTimer(ticket)` clears the timer of a wait.
    cancel_timer: Reference,
    /// `requestTurn()` schedules `resumeDeferred` for after the event loop's next turn.
    request_turn: Reference,
    /// `ignoreRejection(promise)` attaches a no-op rejection handler.
    ignore_rejection: Reference,
}

thread_local! {
    static HOOKS: RefCell<Option<Rc<Hooks>>> = const { RefCell::new(None) };
}

/// Takes the hooks from `object`, in place of those of another copy of the package's TypeScript.
pub fn set(env: Env<'_>, object: Js<'_>) -> Result<(), PendingException> {
    let hook = |name| Reference::new(env, env.property(object, name)?);
    let hooks = Hooks {
        await_promise: hook(c"awaitPromise")?,
        capture_context: hook(c"captureContext")?,
        cancel_timer: hook(c"cancelTimer")?,
        request_turn: hook(c"requestTurn")?,
        ignore_rejection: hook(c"ignoreRejection")?,
    };
    HOOKS.set(Some(Rc::new(hooks)));
    Ok(())
}

/// Drops the hooks when the environment ends.
pub fn environment_ends() {
    HOOKS.take();
}

fn hooks() -> Result<Rc<Hooks>, PendingException> {
    HOOKS.with_borrow(|hooks| hooks.clone().ok_or(PendingException))
}

/// Asks for the outcome of `promise`, reported by `ticket`, or for notice when `remaining` time is up.
pub fn await_promise(
    env: Env<'_>,
    promise: Js<'_>,
    ticket: u64,
    remaining: Option<Duration>,
) -> Result<(), PendingException> {
    let hook = hooks()?.await_promise.get(env)?;
    let remaining = match remaining {
        Some(remaining) => env.double(remaining.as_secs_f64() * 1e3)?,
        None => env.undefined()?,
    };
    let ticket = env.double(ticket as f64)?;
    env.call(hook, &[promise, ticket, remaining]).map(drop)
}

/// A function that runs another in the current async context; `None` if JavaScript cannot be called.
pub fn capture_context(env: Env<'_>) -> Option<Reference> {
    let capture = || {
        let context = env.call(hooks()?.capture_context.get(env)?, &[])?;
        Reference::new(env, context)
    };
    capture()
        .map_err(|PendingException| env.clear_exception())
        .ok()
}

/// Clears the timer of a wait that was cut short, which would keep the process alive.
pub fn cancel_timer(env: Env<'_>, ticket: u64) {
    let cancel = || {
        let ticket = env.double(ticket as f64)?;
        env.call(hooks()?.cancel_timer.get(env)?, &[ticket])
            .map(drop)
    };
    cancel().unwrap_or_else(|PendingException| env.clear_exception());
}

/// Schedules `resumeDeferred` for after the event loop's next turn; false if JavaScript cannot be called.
pub fn request_turn(env: Env<'_>) -> bool {
    let request = || env.call(hooks()?.request_turn.get(env)?, &[]).map(drop);
    request()
        .map_err(|PendingException| env.clear_exception())
        .is_ok()
}

/// Attaches a no-op rejection handler, so that a promise that is not awaited does not end the process.
pub fn ignore_rejection(env: Env<'_>, promise: Js<'_>) {
    let ignore = || {
        env.call(hooks()?.ignore_rejection.get(env)?, &[promise])
            .map(drop)
    };
    ignore().unwrap_or_else(|PendingException| env.clear_exception());
}
