//! Raw N-API, thinly wrapped: hot paths call it directly, since each value that napi-rs converts costs more than a call
//! into the guest.
//!
//! Lifetimes carry the contract of N-API. An [`Env`] is bound to the callback or handle scope under way, and every
//! [`Value`] to the `Env` that created it, so that neither outlives its scope. What must live longer is a [`Reference`],
//! which deletes its handle on drop, or a [`Deferred`], which must be resolved.

macro_rules! check {
    ($call:expr) => {
        // SAFETY: `Env` and `Value` are bound to a scope that is open (see the head of `js`), the values belong to the
        // environment, and every pointer is to a local or to a slice that outlives the call.
        match unsafe { $call } {
            sys::Status::napi_ok => Ok(()),
            _ => Err(PendingException),
        }
    };
}

mod create;
mod env;
mod exception;
mod external;
mod function;
mod napi_rs;
mod object;
mod promise;
mod read;
mod reference;
mod scope;
mod terminate;
mod threadsafe_function;
mod typed_array;

pub use env::{Env, PendingException, Value, ValueType};
pub use external::ExternalData;
pub use napi_rs::{argument, current, pending_exception, return_value};
pub use promise::Deferred;
pub use reference::{Reference, environment_begins, environment_ends};
pub use threadsafe_function::{Receiver, ThreadsafeFunction};
pub use typed_array::{TypedArray, TypedArrayElement};
