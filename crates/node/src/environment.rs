//! The environment's life: what TypeScript provides when it loads the addon, what it reports to calls, and the end.

use crate::error::guard;
use crate::js::{self, argument, current, pending_exception};
use crate::{call, error, hooks};
use napi::Env;
use napi::bindgen_prelude::Unknown;
use napi_derive::napi;

/// Sets the function that creates an error from a failure (and from a payload, for `RESULT`).
#[napi(ts_args_type = "factory: (failure: ErrorData, payload: unknown) => Error")]
pub fn set_error_factory(env: Env, factory: Unknown<'_>) -> napi::Result<()> {
    let js = current(&env);
    js::environment_begins();
    error::set_factory(js, argument(js, &factory))
        .map_err(|js::PendingException| pending_exception("an exception is pending"))?;
    env.add_env_cleanup_hook((), |()| environment_ends())?;
    Ok(())
}

fn environment_ends() {
    call::environment_ends();
    hooks::environment_ends();
    error::environment_ends();
    // Last: what finalizers drop after this must leave its references alone.
    js::environment_ends();
}

/// Sets the hooks for calls that do not complete at once.
#[napi(ts_args_type = "hooks: AsyncHooks")]
pub fn set_async_hooks(env: Env, hooks: Unknown<'_>) -> napi::Result<()> {
    let js = current(&env);
    hooks::set(js, argument(js, &hooks))
        .and_then(|()| call::prepare(js))
        .map_err(|js::PendingException| pending_exception("the hooks cannot be kept"))
}

/// The event loop has turned: deferred calls continue.
#[napi]
pub fn resume_deferred(env: Env) -> napi::Result<()> {
    guard(env, || {
        call::resume_deferred(current(&env));
        Ok(())
    })
}

/// The promise with this ticket was settled with `value`, or rejected with it.
#[napi]
pub fn promise_settled(
    env: Env,
    ticket: f64,
    value: Unknown<'_>,
    is_rejected: bool,
) -> napi::Result<()> {
    guard(env, || {
        let js = current(&env);
        call::promise_settled(js, ticket as u64, argument(js, &value), is_rejected);
        Ok(())
    })
}

/// The deadline of the call that waits with this ticket has passed.
#[napi]
pub fn deadline_passed(env: Env, ticket: f64) -> napi::Result<()> {
    guard(env, || {
        call::deadline_passed(current(&env), ticket as u64);
        Ok(())
    })
}
