//! Polls a guest's future: the one place where a guest that runs in slices is resumed.
//!
//! ```text
//!          ┌ ready ───────────→ value or error
//! poll ────┤
//!          └ slice used up ───→ deadline passed? ─ yes → the future is dropped, which unwinds the guest
//!                                                └ no ─→ poll
//! ```

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

/// Fuel between two looks at the clock: 30 µs in a tight loop, half a millisecond where each unit is dear.
pub(crate) const SLICE_FUEL: u64 = 100_000;

/// The guest was still running when its time was up.
#[derive(Debug)]
pub(crate) struct DeadlinePassed;

/// Runs `future` to its end on the calling thread, slice by slice, until `deadline`.
pub(crate) fn drive<F: Future>(
    future: F,
    deadline: Option<Instant>,
) -> Result<F::Output, DeadlinePassed> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return Ok(output),
            Poll::Pending if deadline.is_some_and(|deadline| Instant::now() >= deadline) => {
                return Err(DeadlinePassed);
            }
            Poll::Pending => {}
        }
    }
}
