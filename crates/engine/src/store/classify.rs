//! What does it mean that Wasmtime ended a call? First by what this crate itself recorded, then by Wasmtime's trap.

use crate::error::Error;
use crate::error::trap::{self, Cause};
use crate::host::HostFailed;
use crate::store::State;
use wasmtime::Trap;

/// The error behind Wasmtime's.
#[cold]
pub(crate) fn classify_error(state: &State, error: &wasmtime::Error) -> Error {
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => Error::OutOfFuel {
            budget: state.budget.fuel.unwrap_or(u64::MAX),
            frames: trap::frames(error),
        },
        Some(Trap::Interrupt) => state.budget.timed_out(),
        Some(_) => Error::Trap(Box::new(trap::report(error))),
        None if error.is::<HostFailed>() => Error::HostFailed,
        None if error.is::<wasmtime::ThrownException>() => {
            Error::Trap(Box::new(trap::report(error)))
        }
        None => {
            let limiter = &state.limiter;
            limiter
                .refusal(error)
                .or_else(|| limiter.refused_objects(error))
                .map(Error::from)
                .or_else(|| limiter.exceeded(error))
                .or_else(|| other_than_trap(error))
                .unwrap_or_else(|| Error::Trap(Box::new(trap::report(error))))
        }
    }
}

/// Whether Wasmtime's counter of fuel is true after `error`. It is where the guest was outside of its own code, or where
/// that code had just written the counter down.
pub(crate) fn leaves_fuel_exact(error: &Error) -> bool {
    match error {
        Error::OutOfFuel { .. } | Error::HostFailed => true,
        Error::Trap(report) => report.cause == Cause::Trap(Trap::UnreachableCodeReached),
        _ => false,
    }
}

/// An error that is not the guest's doing.
fn other_than_trap(error: &wasmtime::Error) -> Option<Error> {
    if error.is::<wasmtime::PoolConcurrencyLimitError>() {
        return Some(Error::InstanceLimit {
            message: format!(
                "{error}: the engine's pool is full; dispose of instances or raise the engine's 'limits.instances'"
            ),
        });
    }
    if is_out_of_memory(error) {
        return Some(Error::InstanceLimit {
            message: format!(
                "the operating system refused memory: {error:#}; dispose of instances, or lower the engine's 'memoryReservationBytes'"
            ),
        });
    }
    None
}

/// Whether the operating system refused memory. The error's type is private to Wasmtime's dependencies, so where it is
/// not the standard library's, its text decides: "(os error 12)" is ENOMEM, 1455 the same on Windows.
fn is_out_of_memory(error: &wasmtime::Error) -> bool {
    let cause = error.root_cause();
    match cause.downcast_ref::<std::io::Error>() {
        Some(error) => error.kind() == std::io::ErrorKind::OutOfMemory,
        None => {
            let text = cause.to_string();
            text.contains("(os error 12)") || text.contains("(os error 1455)")
        }
    }
}
