//! The calls of one environment that are not on its stack: on threads, or waiting for a promise.

use super::progress::{Call, Progress, TURN_HERE, Waiting};
use crate::host;
use crate::js::{Env, Mailbox, Pending, Recipient, Reference, Value as Js};
use airssys_wasm_engine::{HostFailed, Step, StopReason, Task, TaskOwner};
use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// A run that comes back from a thread.
pub struct Delivery {
    number: u64,
    run: Task,
    turn: Step,
}

/// The calls of one environment that are not on its stack.
#[derive(Default)]
pub(super) struct Calls {
    pub(super) away: HashMap<u64, Call>,
    /// Which call waits with this ticket.
    pub(super) tickets: HashMap<u64, u64>,
    pub(super) on_threads: usize,
    pub(super) mailbox: Option<Mailbox<Delivery>>,
    hooks: Option<Hooks<Reference>>,
    pub(super) last_number: u64,
    /// Time that guests have taken of this thread since the event loop had its turn.
    taken: Duration,
    /// What came back while the event loop must have its turn first.
    deferred: VecDeque<Delivery>,
    is_deferring: bool,
}

/// Time that guests may take of this thread, one call after the other, before the event loop has its turn.
const PATIENCE: Duration = Duration::from_millis(4);

thread_local! {
    static CALLS: RefCell<Calls> = RefCell::default();
}

/// A number that no other call or ticket of this environment has. Those by which callers abort are unique to an instance
/// only: the package may have been loaded twice.
pub(super) fn next_number(calls: &mut Calls) -> u64 {
    calls.last_number += 1;
    calls.last_number
}

pub(super) fn with_calls<R>(work: impl FnOnce(&mut Calls) -> R) -> R {
    CALLS.with(|calls| work(&mut calls.borrow_mut()))
}

/// What TypeScript does for calls that do not end at once.
#[derive(Clone, Copy)]
pub struct Hooks<T> {
    /// `wait(promise, ticket, leftMs)` brings back what becomes of the promise.
    pub wait: T,
    /// `context()` gives what runs a function in today's context.
    pub context: T,
    /// `forget(ticket)` keeps no time any more for a call that was stopped.
    pub forget: T,
    /// `later()` has [`resume_deferred`] called when the event loop has had its turn.
    pub later: T,
    /// `ignore(promise)` has nobody told that the promise is rejected.
    pub ignore: T,
}

/// Takes the hooks, in the place of those of another copy of the package's TypeScript.
pub fn set_hooks(env: Env, hooks: Hooks<Js>) -> Result<(), Pending> {
    let hooks = Hooks {
        wait: env.remember(hooks.wait)?,
        context: env.remember(hooks.context)?,
        forget: env.remember(hooks.forget)?,
        later: env.remember(hooks.later)?,
        ignore: env.remember(hooks.ignore)?,
    };
    if let Some(old) = with_calls(|calls| calls.hooks.replace(hooks)) {
        for reference in [old.wait, old.context, old.forget, old.later, old.ignore] {
            env.forget(reference);
        }
    }
    // Now, while no call is under way: it keeps the context that it is made in, with all that a caller's may hold.
    mailbox(env).map(drop)
}

/// The hook that `which` picks.
pub(super) fn hook(
    env: Env,
    which: impl FnOnce(&Hooks<Reference>) -> Reference,
) -> Result<Js, Pending> {
    let reference = with_calls(|calls| calls.hooks.as_ref().map(which));
    env.recall(reference.ok_or(Pending)?)
}

/// Counts time that guests have taken of this thread. When it is too much the event loop has its turn before any of them is
/// served again, and calls that begin meanwhile run elsewhere: Node hands over a thousand messages, and settles all promises that are, before that.
pub(super) fn take_time(env: Env, time: Duration) {
    let begins_deferring = with_calls(|calls| {
        calls.taken += time;
        let is_too_much = calls.taken >= TURN_HERE;
        let was_deferring = std::mem::replace(&mut calls.is_deferring, is_too_much);
        is_too_much && !was_deferring
    });
    if begins_deferring {
        let later = || env.call(hook(env, |hooks| hooks.later)?, &[]).map(drop);
        // Without it nothing would be served any more.
        if later().is_err() {
            env.clear_exception();
            with_calls(|calls| calls.is_deferring = false);
        }
    }
}

/// Whether guests must wait for the event loop's turn.
pub(super) fn is_deferring() -> bool {
    with_calls(|calls| calls.is_deferring)
}

/// Whether calls must begin elsewhere until the event loop has had its turn: on a thread a short one takes many times as long.
pub(super) fn begins_elsewhere() -> bool {
    with_calls(|calls| calls.is_deferring && calls.taken >= PATIENCE)
}

/// The event loop has had its turn: what came back meanwhile is served, for as long as there is time.
pub fn resume_deferred(env: Env) {
    with_calls(|calls| (calls.taken, calls.is_deferring) = (Duration::ZERO, false));
    while let Some(delivery) = with_calls(|calls| match calls.is_deferring {
        true => None,
        false => calls.deferred.pop_front(),
    }) {
        delivery.serve(env);
    }
}

/// Has TypeScript let go of the timer of a wait that was cut short: it would keep the process alive.
pub(super) fn forget(env: Env, ticket: u64) {
    let forget = || {
        let forget = hook(env, |hooks| hooks.forget)?;
        env.call(forget, &[env.double(ticket as f64)?]).map(drop)
    };
    forget().unwrap_or_else(|Pending| env.clear_exception());
}

/// Has nobody told that a promise is rejected for which nobody will wait: it would end the process.
pub fn ignore(env: Env, promise: Js) {
    let ignore = || {
        env.call(hook(env, |hooks| hooks.ignore)?, &[promise])
            .map(drop)
    };
    ignore().unwrap_or_else(|Pending| env.clear_exception());
}

/// The environment ends: nothing will be delivered any more, and what runs is stopped.
pub fn environment_ends() {
    host::environment_ends();
    let calls = CALLS.with(RefCell::take);
    if let Some(mailbox) = &calls.mailbox {
        mailbox.close();
    }
    for call in calls.away.values() {
        call.guest.0.stopper.stop(StopReason::Aborted);
    }
}

pub(super) fn mailbox(env: Env) -> Result<Mailbox<Delivery>, Pending> {
    if let Some(mailbox) = with_calls(|calls| calls.mailbox.clone()) {
        return Ok(mailbox);
    }
    let mailbox = Mailbox::new::<Delivery>(env)?;
    with_calls(|calls| calls.mailbox = Some(mailbox.clone()));
    Ok(mailbox)
}

pub(super) struct Sender {
    pub(super) number: u64,
    pub(super) mailbox: Mailbox<Delivery>,
}

impl TaskOwner for Sender {
    fn complete(self: Box<Self>, run: Task, turn: Step) {
        let Self { number, mailbox } = *self;
        mailbox.send(Delivery { number, run, turn });
    }
}

/// What runs a function in the context that JavaScript is in now.
pub(super) fn current_context(env: Env) -> Option<Reference> {
    let make = || {
        let context = hook(env, |hooks| hooks.context)?;
        env.remember(env.call(context, &[])?)
    };
    make().map_err(|Pending| env.clear_exception()).ok()
}

impl Recipient<Delivery> for Delivery {
    fn receive(env: Env, delivery: Delivery) {
        let last = with_calls(|calls| {
            calls.on_threads -= 1;
            calls.on_threads == 0
        });
        if last && let Ok(mailbox) = mailbox(env) {
            mailbox.keep_alive(env, false);
        }
        match delivery.turn {
            Step::HostCall if is_deferring() => {
                with_calls(|calls| calls.deferred.push_back(delivery));
            }
            _ => delivery.serve(env),
        }
    }
}

impl Delivery {
    fn serve(self, env: Env) {
        let Self { number, run, turn } = self;
        let Some(mut call) = with_calls(|calls| calls.away.remove(&number)) else {
            return;
        };
        match call.progress(env, run, Some(turn), None) {
            Progress::Ended(ended, thrown) => call.end(env, ended, thrown),
            Progress::Away => call.file(),
        }
    }
}

/// The promise with this ticket is settled: `value` is what it came to, or why it was rejected.
pub fn settled(env: Env, ticket: u64, value: Js, is_rejected: bool) {
    let Some((mut call, waiting)) = take_waiting(ticket) else {
        return;
    };
    let Waiting {
        mut run,
        mut request,
        ..
    } = *waiting;
    let taken = match (&call.guest.0.host, is_rejected) {
        (Some(host), false) => host.take(env, request.import, &mut request.payload.as_mut(), value),
        _ => Err(value),
    };
    let thrown = taken.err();
    run.answer(match thrown {
        None => Ok(request.payload),
        Some(_) => Err(HostFailed),
    });
    call.waiting = None;
    match thrown {
        None if is_deferring() => call.resume_later(env, run),
        thrown => call.resume(env, run, thrown),
    }
}

/// The deadline of the call that waits with this ticket has passed.
pub fn expired(env: Env, ticket: u64) {
    if let Some((call, waiting)) = take_waiting(ticket) {
        call.guest.0.stopper.stop(StopReason::Deadline);
        call.resume(env, waiting.run, None);
    }
}

fn take_waiting(ticket: u64) -> Option<(Call, Box<Waiting>)> {
    with_calls(|calls| {
        let number = calls.tickets.remove(&ticket)?;
        let mut call = calls.away.remove(&number)?;
        let waiting = call.waiting.take()?;
        Some((call, waiting))
    })
}
