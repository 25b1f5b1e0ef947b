//! Fairness towards the event loop: how long guests may occupy the JavaScript thread, and what is deferred after that.
//!
//! Node drains up to 1,000 messages of a thread-safe function, and all microtasks, before the event loop turns. Calls
//! that follow each other could therefore occupy the thread for as long as they like.

use super::offloaded::Delivery;
use crate::hooks;
use crate::js::Env;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::Duration;

/// The time that guests may run on the JavaScript thread at a stretch. After that, calls that come back for a host
/// function are deferred until the event loop has turned.
pub(super) const HERE_LIMIT: Duration = Duration::from_millis(1);

/// The time after which new calls are offloaded until the event loop has turned. It is longer, since a short call takes
/// many times as long on an executor thread.
const OFFLOAD_LIMIT: Duration = Duration::from_millis(4);

/// The largest depth of calls that run here inside each other's host functions. JavaScript's stack ends long before its
/// thread's, so deeper calls are offloaded.
const MAX_NESTING: u32 = 16;

#[derive(Default)]
struct Turn {
    /// Time that guests have run on this thread since the event loop turned.
    used: Duration,
    deferred: VecDeque<Delivery>,
    is_deferring: bool,
}

thread_local! {
    static TURN: RefCell<Turn> = RefCell::default();
    static NESTING: Cell<u32> = const { Cell::new(0) };
}

/// Adds time that a guest ran on this thread, and requests a turn of the event loop once it is too much.
pub(super) fn add_time(env: Env<'_>, time: Duration) {
    let begins = TURN.with_borrow_mut(|turn| {
        turn.used += time;
        let is_too_much = turn.used >= HERE_LIMIT;
        let was_deferring = std::mem::replace(&mut turn.is_deferring, is_too_much);
        is_too_much && !was_deferring
    });
    // Without the turn, deferred calls would never continue.
    if begins && !hooks::request_turn(env) {
        TURN.with_borrow_mut(|turn| turn.is_deferring = false);
    }
}

/// Whether calls that come back must be deferred.
pub(super) fn is_deferring() -> bool {
    TURN.with_borrow(|turn| turn.is_deferring)
}

/// Whether new calls must be offloaded.
pub(super) fn must_offload() -> bool {
    TURN.with_borrow(|turn| turn.is_deferring && turn.used >= OFFLOAD_LIMIT)
}

/// Defers what came back from an executor thread until the event loop has turned.
pub(super) fn defer(delivery: Delivery) {
    TURN.with_borrow_mut(|turn| turn.deferred.push_back(delivery));
}

/// Starts a new turn.
pub(super) fn turned() {
    TURN.with_borrow_mut(|turn| (turn.used, turn.is_deferring) = (Duration::ZERO, false));
}

/// The next deferred call; `None` if there is none, or if the time of this turn is used up.
pub(super) fn next_deferred() -> Option<Delivery> {
    TURN.with_borrow_mut(|turn| match turn.is_deferring {
        true => None,
        false => turn.deferred.pop_front(),
    })
}

/// Drops what is deferred when the environment ends.
pub(super) fn environment_ends() {
    TURN.take();
}

/// One call that runs here, until it is dropped.
pub(super) struct Nesting(());

impl Nesting {
    /// Enters a call; `None` if it would be nested too deeply.
    pub(super) fn enter() -> Option<Self> {
        let depth = NESTING.get();
        (depth < MAX_NESTING).then(|| {
            NESTING.set(depth + 1);
            Self(())
        })
    }
}

impl Drop for Nesting {
    fn drop(&mut self) {
        NESTING.set(NESTING.get() - 1);
    }
}
