//! Prepared calls: a function of a live instance with its arguments, for repeated calls.

use crate::guest::GuestInstance;
use crate::timer::timed;
use crate::workload::DeterministicCosts;
use airssys_wasm_engine::value::{DynamicFunc, Value};
use airssys_wasm_engine::{
    CallOptions, ComponentInstance, CoreFunction, CoreInstance, Error, Measurement, Result,
    Returned, Slots, wave,
};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

/// The arguments of a call, for any number of instances.
#[derive(Clone)]
pub(crate) enum Arguments {
    /// In as many slots as the call needs.
    Core(Slots),
    Component(Arc<[Value<'static>]>),
}

/// A function of a live instance, with the arguments of its call.
pub(crate) enum PreparedCall {
    Core(CoreCall),
    Component(ComponentCall),
}

pub(crate) struct CoreCall {
    pub instance: CoreInstance,
    pub function: CoreFunction,
    pub slots: Slots,
}

pub(crate) struct ComponentCall {
    pub instance: ComponentInstance,
    pub function: DynamicFunc,
    pub args: Arc<[Value<'static>]>,
}

impl PreparedCall {
    /// Looks up the function at `path`.
    ///
    /// # Errors
    ///
    /// `UNKNOWN_EXPORT`, `UNSUPPORTED`, and `BAD_VALUE` for arguments of the other kind of guest.
    pub fn new(instance: GuestInstance, path: &[&str], arguments: &Arguments) -> Result<Self> {
        match (instance, arguments) {
            (GuestInstance::Core(mut instance), Arguments::Core(slots)) => {
                Ok(Self::Core(CoreCall {
                    function: instance.function(path.first().unwrap_or(&""))?,
                    instance,
                    slots: slots.clone(),
                }))
            }
            (GuestInstance::Component(mut instance), Arguments::Component(args)) => {
                Ok(Self::Component(ComponentCall {
                    function: instance.function(path)?,
                    instance,
                    args: args.clone(),
                }))
            }
            _ => Err(Error::BadValue(
                "the arguments are those of another kind of guest".to_owned(),
            )),
        }
    }

    /// Returns the time that `iterations` calls take.
    pub fn run(&mut self, iterations: u64) -> Result<Duration> {
        match self {
            Self::Core(call) => call.run(iterations),
            Self::Component(call) => call.run(iterations),
        }
    }

    /// Makes one call; the caller drops what it returned.
    pub fn once(&mut self) -> Result<Returned> {
        match self {
            Self::Core(call) => {
                let mut slots = black_box(&call.slots).clone();
                call.instance.call(&call.function, &mut slots)?;
                Ok(Returned::Slots(slots))
            }
            Self::Component(call) => {
                let called = call.instance.call(&call.function, black_box(&call.args));
                Ok(Returned::Value(called?))
            }
        }
    }

    /// Makes one more call and returns its deterministic costs.
    pub fn deterministic_costs(&mut self) -> Result<DeterministicCosts> {
        match self {
            Self::Core(CoreCall {
                instance,
                function,
                slots,
            }) => costs(&instance.measure(function, &mut slots.clone(), CallOptions::default())?),
            Self::Component(ComponentCall {
                instance,
                function,
                args,
            }) => costs(&instance.measure(function, args, CallOptions::default())?),
        }
    }

    /// The result of a call, in WAVE.
    pub fn text(&self, returned: &Returned) -> String {
        match (self, returned) {
            (Self::Core(call), Returned::Slots(slots)) => {
                wave::core_results(call.function.ty(), slots)
            }
            (Self::Component(call), Returned::Value(value)) => {
                wave::result(call.function.ty(), value.as_ref())
            }
            _ => String::new(),
        }
    }
}

fn costs<T>(measurement: &Measurement<T>) -> Result<DeterministicCosts> {
    Ok(DeterministicCosts {
        fuel: measurement
            .fuel
            .is_exact
            .then_some(measurement.fuel.consumed),
        peak_memory_bytes: Some(measurement.peak_memory_bytes),
        code_bytes: None,
    })
}

impl CoreCall {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        let mut slots = self.slots.clone();
        timed(iterations, || {
            // Results overwrite arguments.
            slots.copy_from_slice(black_box(&self.slots));
            self.instance.call(&self.function, &mut slots)?;
            black_box(&slots);
            Ok(())
        })
    }
}

impl ComponentCall {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed(iterations, || {
            black_box(self.instance.call(&self.function, black_box(&self.args))?);
            Ok(())
        })
    }
}
