//! The calls of one environment that are not on its stack: on threads, or waiting for a promise.

use super::progress::{Call, Progress, Waiting};
use crate::host;
use crate::js::{Env, Mailbox, Pending, Recipient, Reference, Value as Js};
use airssys_wasm_engine::{HostFailed, Owner, Run, Stop, Turn};
use std::cell::RefCell;
use std::collections::HashMap;

/// A run that comes back from a thread.
pub struct Delivery {
    number: u64,
    run: Run,
    turn: Turn,
}

/// The calls of one environment that are not on its stack.
#[derive(Default)]
pub(super) struct Calls {
    pub(super) away: HashMap<u64, Call>,
    /// Which call waits with this ticket.
    pub(super) tickets: HashMap<u64, u64>,
    pub(super) on_threads: usize,
    pub(super) mailbox: Option<Mailbox<Delivery>>,
    pub(super) wait: Option<Reference>,
    pub(super) context: Option<Reference>,
    pub(super) forget: Option<Reference>,
    pub(super) last_number: u64,
}

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

/// Takes the functions that TypeScript has for calls that do not end at once: `wait(promise, ticket, leftMs)`, which
/// brings back what becomes of the promise, `context()`, which gives what runs a function in today's context, and
/// `forget(ticket)`, which keeps no time any more for a call that was stopped.
pub fn set_hooks(env: Env, wait: Js, context: Js, forget: Js) -> Result<(), Pending> {
    let (wait, context, forget) = (
        env.remember(wait)?,
        env.remember(context)?,
        env.remember(forget)?,
    );
    with_calls(|calls| {
        (calls.wait, calls.context, calls.forget) = (Some(wait), Some(context), Some(forget));
    });
    // Now, while no call is under way: it keeps the context that it is made in, with all that a caller's may hold.
    mailbox(env).map(drop)
}

/// Has TypeScript let go of the timer of a wait that was cut short: it would keep the process alive.
pub(super) fn forget(env: Env, ticket: u64) {
    let forget = || {
        let forget = env.recall(with_calls(|calls| calls.forget).ok_or(Pending)?)?;
        env.call(forget, &[env.double(ticket as f64)?]).map(drop)
    };
    forget().unwrap_or_else(|Pending| env.clear_exception());
}

/// The environment ends: nothing will be delivered any more, and what runs is stopped.
pub fn environment_ends() {
    host::environment_ends();
    let calls = CALLS.with(RefCell::take);
    if let Some(mailbox) = &calls.mailbox {
        mailbox.close();
    }
    for call in calls.away.values() {
        call.guest.0.stopper.stop(Stop::Aborted);
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

impl Owner for Sender {
    fn take_back(self: Box<Self>, run: Run, turn: Turn) {
        let Self { number, mailbox } = *self;
        mailbox.send(Delivery { number, run, turn });
    }
}

/// What runs a function in the context that JavaScript is in now.
pub(super) fn current_context(env: Env) -> Option<Reference> {
    let make = || {
        let context = env.recall(with_calls(|calls| calls.context).ok_or(Pending)?)?;
        env.remember(env.call(context, &[])?)
    };
    make().map_err(|Pending| env.clear_exception()).ok()
}

impl Recipient<Delivery> for Delivery {
    fn receive(env: Env, delivery: Delivery) {
        let Delivery { number, run, turn } = delivery;
        let (call, last) = with_calls(|calls| {
            calls.on_threads -= 1;
            (calls.away.remove(&number), calls.on_threads == 0)
        });
        if last && let Ok(mailbox) = mailbox(env) {
            mailbox.keep_alive(env, false);
        }
        let Some(mut call) = call else { return };
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
        (Some(host), false) => {
            host.take(env, request.import, &request.ty, value, &mut request.slots)
        }
        _ => Err(value),
    };
    let thrown = taken.err();
    run.answer(match thrown {
        None => Ok(request.slots),
        Some(_) => Err(HostFailed),
    });
    call.waiting = None;
    call.resume(env, run, thrown);
}

/// The deadline of the call that waits with this ticket has passed.
pub fn expired(env: Env, ticket: u64) {
    if let Some((call, waiting)) = take_waiting(ticket) {
        call.guest.0.stopper.stop(Stop::Deadline);
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
