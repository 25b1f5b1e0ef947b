//! The table of calls that are not on the stack, by number.

use super::async_call::AsyncCall;
use super::waiting::Waiting;
use airssys_wasm_engine::StopReason;
use std::cell::RefCell;
use std::collections::HashMap;

#[derive(Default)]
struct Table {
    calls: HashMap<u64, AsyncCall>,
    /// The number of the call that waits for the promise with this ticket.
    tickets: HashMap<u64, u64>,
    last_number: u64,
}

thread_local! {
    static TABLE: RefCell<Table> = RefCell::default();
}

fn with<R>(work: impl FnOnce(&mut Table) -> R) -> R {
    TABLE.with(|table| work(&mut table.borrow_mut()))
}

/// A number that no other call or ticket of this environment has. The ids by which callers abort are unique to one
/// instance only, since the package may be loaded twice.
pub(super) fn next_number() -> u64 {
    with(|table| {
        table.last_number += 1;
        table.last_number
    })
}

/// Stores the call until it continues.
pub(super) fn insert(mut call: AsyncCall) {
    let number = call.number();
    with(|table| {
        if let Some(waiting) = &call.waiting {
            table.tickets.insert(waiting.ticket, number);
        }
        table.calls.insert(number, call);
    });
}

/// Takes the call with this number.
pub(super) fn take(number: u64) -> Option<AsyncCall> {
    with(|table| table.calls.remove(&number))
}

/// Takes the call that waits for the promise with this ticket.
pub(super) fn take_by_ticket(ticket: u64) -> Option<(AsyncCall, Box<Waiting>)> {
    with(|table| {
        let number = table.tickets.remove(&ticket)?;
        let mut call = table.calls.remove(&number)?;
        let waiting = call.waiting.take()?;
        Some((call, waiting))
    })
}

/// Takes the call with this number if it waits for a promise.
pub(super) fn take_waiting(number: u64) -> Option<(AsyncCall, Box<Waiting>)> {
    with(|table| {
        let call = table.calls.get_mut(&number)?;
        let waiting = call.waiting.take()?;
        table.tickets.remove(&waiting.ticket);
        Some((table.calls.remove(&number)?, waiting))
    })
}

/// Stops every call when the environment ends; what comes back from an executor thread afterwards is dropped.
pub(super) fn environment_ends() {
    let table = TABLE.with(RefCell::take);
    for call in table.calls.values() {
        call.instance.stop(StopReason::Aborted);
        // Queued calls hold their instance, which holds its queue.
        drop(call.instance.take_queue());
    }
}
