//! Maps an error of Wasmtime's to [`Error`]: recorded limits first, then the trap code.

use crate::error::trap::{self, Cause};
use crate::error::{Error, wasmtime_messages};
use crate::host::HostFailed;
use crate::store::State;
use wasmtime::Trap;

/// The engine's error for Wasmtime's.
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
        None => refused_growth(state, error)
            .or_else(|| exceeded_limit(state, error))
            .or_else(|| refused_resources(error))
            .unwrap_or_else(|| Error::Trap(Box::new(trap::report(error)))),
    }
}

/// Whether Wasmtime's counter of fuel is exact after `error`: the guest was outside its own code, or that code had just
/// written the counter back.
pub(crate) fn leaves_fuel_exact(error: &Error) -> bool {
    match error {
        Error::OutOfFuel { .. } | Error::HostFailed => true,
        Error::Trap(report) => report.cause == Cause::Trap(Trap::UnreachableCodeReached),
        _ => false,
    }
}

/// The growth that the limiter refused.
fn refused_growth(state: &State, error: &wasmtime::Error) -> Option<Error> {
    let limiter = &state.limiter;
    limiter
        .refused_growth(error)
        .or_else(|| limiter.refused_object(error))
        .map(Error::from)
}

/// The limit that Wasmtime enforces by itself.
fn exceeded_limit(state: &State, error: &wasmtime::Error) -> Option<Error> {
    if wasmtime_messages::is_transfer_limit(error) {
        return Some(Error::TransferLimit {
            limit_bytes: state.limiter.limits().transfer_bytes,
        });
    }
    let (limit, message) = wasmtime_messages::exceeded_count(error)?;
    Some(Error::Link {
        message: format!("{message}; raise 'limits.{limit}' if the guest needs more"),
    })
}

/// The resource that neither the guest nor its limits are the reason for.
fn refused_resources(error: &wasmtime::Error) -> Option<Error> {
    if error.is::<wasmtime::PoolConcurrencyLimitError>() {
        return Some(Error::InstanceLimit {
            message: format!(
                "{error}: the engine's pool is full; dispose of instances or raise the engine's 'limits.instances'"
            ),
        });
    }
    if wasmtime_messages::is_out_of_memory(error) {
        return Some(Error::InstanceLimit {
            message: format!(
                "the operating system refused memory: {error:#}; dispose of instances, or lower the engine's 'memoryReservationBytes'"
            ),
        });
    }
    None
}
