//! Instantiation: a raw function, prepared once for a set of limits, that creates an instance at each call.
//!
//! A class of napi-rs, with its conversion of options, would cost more than the instantiation itself.

use crate::call::{self, Output};
use crate::code::Code;
use crate::disposable::Disposable;
use crate::error::Thrown;
use crate::exports::finish;
use crate::handle::{InstanceHandle, native_bytes};
use crate::host::{HostFunctions, SyncHost};
use crate::js::{Env, PendingException, Value as Js};
use airssys_wasm_engine::{Host, Limits};
use napi::sys;
use std::rc::Rc;

/// Compiled code with the limits of its instances.
pub struct Instantiator {
    pub code: Disposable<Code>,
    pub limits: Limits,
    /// The bytes that V8 counts for each instance; see [`crate::handle::weight`].
    pub weight: i64,
    /// The names of the imports in the binary.
    pub imports: Rc<[String]>,
    pub is_async: bool,
}

/// A JavaScript function that creates an instance at each call and returns its handle. Its arguments are a handle to
/// reuse and an array of the functions that serve the imports, both optional.
pub fn instantiator(env: Env<'_>, instantiator: Instantiator) -> Result<Js<'_>, PendingException> {
    // SAFETY: the callback reads its data as an `Instantiator`.
    unsafe { env.function("instantiate", Some(instantiate), Box::new(instantiator)) }
}

unsafe extern "C" fn instantiate(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> sys::napi_value {
    // SAFETY: N-API passes the environment of this callback.
    let env = unsafe { Env::current(&env) };
    finish(env, || {
        let call = env.callback_info::<2>(info)?;
        // SAFETY: `instantiator` created the function with this data, which lives as long as the function.
        let instantiator = unsafe { &*call.data.cast::<Instantiator>() };
        let mut args = call.args.iter().copied().take(call.count);
        let (used, functions) = (args.next(), args.next());
        let host = match functions {
            Some(functions) if env.is_array(functions)? => {
                let names = instantiator.imports.clone();
                Some(HostFunctions::new(env, functions, names)?)
            }
            _ => None,
        };
        if instantiator.is_async {
            return instantiator.start(env, host);
        }
        instantiator.create(env, host, used)
    })
}

impl Instantiator {
    fn create<'s>(
        &self,
        env: Env<'s>,
        host: Option<HostFunctions>,
        used: Option<Js<'s>>,
    ) -> Result<Js<'s>, Thrown> {
        let starting = host.as_ref().map(|functions| SyncHost {
            env,
            functions,
            instance: None,
        });
        let starting = starting.as_ref().map(|host| host as &dyn Host);
        let (live, metrics) = self
            .code
            .with(|code| code.instantiate(&self.limits, starting, host.clone()))?;
        let bytes = native_bytes(&metrics, self.weight);
        Ok(InstanceHandle::create(env, live, bytes, used)?)
    }

    fn start<'s>(&self, env: Env<'s>, host: Option<HostFunctions>) -> Result<Js<'s>, Thrown> {
        let (task, executor) = self.code.with(|code| code.start(&self.limits))?;
        Ok(call::instantiate(
            env,
            task,
            host,
            executor,
            self.limits.queued_calls,
            Output::Handle {
                create: InstanceHandle::create_async,
                weight: self.weight,
            },
        )?)
    }
}
