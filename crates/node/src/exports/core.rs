//! Exported functions of synchronous core instances.

use crate::call::CallOptions;
use crate::disposable::Disposable;
use crate::error::Thrown;
use crate::function::core::read_arguments;
use crate::function::{INLINE, check_arity};
use crate::host::{HostFunctions, SyncHost};
use crate::js::{Env, Value as Js};
use crate::measurement;
use crate::value::core::from_slots;
use airssys_wasm_engine::{
    CallLimits, CallOptions as EngineCallOptions, CoreFunction, CoreInstance, Error, Host,
    Measurement, Slot, Slots,
};

/// An exported function of a core instance.
pub struct CoreExport {
    pub instance: Disposable<CoreInstance>,
    pub function: CoreFunction,
    pub host: Option<HostFunctions>,
}

impl CoreExport {
    /// Calls the guest under the limits of its instance.
    #[inline]
    pub fn call<'s>(&self, env: Env<'s>, args: &[Js<'s>]) -> Result<Js<'s>, Thrown> {
        let types = self.function.ty();
        check_arity(types.params.len(), args.len())?;
        let count = types.slots();
        if count > INLINE {
            let mut slots = vec![Slot::default(); count];
            return self.call_slots(env, args, &mut slots);
        }
        let mut inline = [Slot::default(); INLINE];
        self.call_slots(env, args, inline.get_mut(..count).unwrap_or_default())
    }

    #[inline]
    fn call_slots<'s>(
        &self,
        env: Env<'s>,
        args: &[Js<'s>],
        slots: &mut [Slot],
    ) -> Result<Js<'s>, Thrown> {
        read_arguments(env, &self.function, args, slots)?;
        self.run(env, slots, CallLimits::default())?;
        Ok(from_slots(env, slots, &self.function.ty().results)?)
    }

    /// Calls the guest with options.
    pub fn call_with<'s>(
        &self,
        env: Env<'s>,
        args: &[Js<'s>],
        options: CallOptions,
    ) -> Result<Js<'s>, Thrown> {
        let types = self.function.ty();
        check_arity(types.params.len(), args.len())?;
        let mut slots = Slots::new();
        slots.resize(types.slots(), Slot::default());
        read_arguments(env, &self.function, args, &mut slots)?;
        if !options.is_measured {
            self.run(env, &mut slots, options.limits)?;
            return Ok(from_slots(env, &slots, &types.results)?);
        }
        let measurement = self.measure(env, &mut slots, options.limits)?;
        let value = from_slots(env, &slots, &types.results)?;
        Ok(measurement::to_js(env, &measurement, value)?)
    }

    /// Calls the guest, or calls it back if its own host function makes this call.
    #[inline]
    fn run(&self, env: Env<'_>, slots: &mut [Slot], limits: CallLimits) -> Result<(), Error> {
        let Some(functions) = &self.host else {
            return self.instance.with(|instance| {
                let options = EngineCallOptions { limits, host: None };
                instance.call_with(&self.function, slots, options)
            });
        };
        let called_back = self
            .instance
            .with_caller(|guest| guest.call(&self.function, slots));
        if let Some(result) = called_back {
            return result;
        }
        self.instance.with(|instance| {
            let host = self.sync_host(env, functions);
            let options = EngineCallOptions {
                limits,
                host: Some(&host),
            };
            instance.call_with(&self.function, slots, options)
        })
    }

    fn measure(
        &self,
        env: Env<'_>,
        slots: &mut [Slot],
        limits: CallLimits,
    ) -> Result<Measurement<()>, Error> {
        self.instance.with(|instance| {
            let host = self
                .host
                .as_ref()
                .map(|functions| self.sync_host(env, functions));
            let host = host.as_ref().map(|host| host as &dyn Host);
            instance.measure(&self.function, slots, EngineCallOptions { limits, host })
        })
    }

    fn sync_host<'a>(&'a self, env: Env<'a>, functions: &'a HostFunctions) -> SyncHost<'a> {
        SyncHost {
            env,
            functions,
            instance: Some(&self.instance),
        }
    }
}
