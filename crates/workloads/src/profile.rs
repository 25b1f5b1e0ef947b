//! Profiles of a guest: samples of its stack as a file for Firefox's profiler.
//!
//! The guest is compiled anew with epochs, regardless of the engine's options. It is sampled where it checks them: at
//! the start of a function and at the head of a loop. Host code is not sampled.

use crate::config::WorkloadConfig;
use crate::guest::CompiledGuest;
use crate::prepared_call::{Arguments, PreparedCall};
use crate::workload::ProfileSpan;
use airssys_wasm_engine::internals::{Sampling, profile_component_calls, profile_core_calls};
use airssys_wasm_engine::{Engine, EngineConfig, Error, Interruption, Limit, Limits, Result};

/// Calls the function at `path` for as long as `span` says and writes the profile, as JSON, to `output`. Returns the
/// number of samples.
///
/// # Errors
///
/// `BAD_OPTION` if the engine's options exclude epochs, and the errors of a call.
pub(crate) fn calls(
    config: &WorkloadConfig,
    path: &[&str],
    arguments: &Arguments,
    span: ProfileSpan,
    output: &mut Vec<u8>,
) -> Result<u64> {
    let engine = Engine::new(EngineConfig {
        interruption: Interruption::Epoch,
        ..config.uncached()
    })?;
    let guest = config.compile_on(&engine)?;
    let limits = Limits {
        fuel: Limit::Default,
        ..config.limits.clone()
    };
    let call = PreparedCall::new(guest.instantiate(&limits)?, path, arguments)?;
    let sampling = Sampling {
        duration: span.duration,
        epochs: span.epochs.max(1),
    };
    match (&guest, call) {
        (CompiledGuest::Module(module), PreparedCall::Core(call)) => profile_core_calls(
            module,
            call.instance,
            &call.function,
            &call.slots,
            sampling,
            output,
        ),
        (CompiledGuest::Component(component), PreparedCall::Component(call)) => {
            profile_component_calls(
                component,
                call.instance,
                &call.function,
                &call.args,
                sampling,
                output,
            )
        }
        _ => Err(Error::Internal {
            message: "the call is not one of its guest".to_owned(),
        }),
    }
}
