//! Calls into a live instance, through the code that the addon calls through.

use super::profile::{self, Span};
use super::{Exact, Ingredients, Live, Workload, timed};
use crate::component::instance::ComponentInstance;
use crate::error::{Error, Result};
use crate::func::{CoreFunction, Slots};
use crate::module::instance::CoreInstance;
use crate::store::call::CallOptions;
use crate::store::metrics::Measurement;
use crate::task::Returned;
use crate::value::{DynamicFunc, Value};
use crate::wave;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

/// The call of one exported function, again and again.
pub fn call(ingredients: Ingredients) -> Result<Box<dyn Workload>> {
    let guest = ingredients.guest()?;
    let code_bytes = guest.code_bytes();
    let name = ingredients.call.name.clone();
    let mut live = guest.instantiate(&ingredients.limits)?;
    let arguments = match &mut live {
        Live::Core(instance) => {
            let function = instance.function(&name)?;
            Arguments::Core(ingredients.call.slots(function.ty())?.into())
        }
        Live::Component(_) => Arguments::Component(ingredients.call.values().into()),
    };
    let calling = Calling::new(live, &[&name], &arguments)?;
    Ok(Box::new(Again {
        ingredients,
        arguments,
        calling,
        code_bytes,
    }))
}

struct Again {
    ingredients: Ingredients,
    arguments: Arguments,
    calling: Calling,
    code_bytes: u64,
}

impl Workload for Again {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        self.calling.run(iterations)
    }

    fn exact(&mut self) -> Result<Exact> {
        Ok(Exact {
            code_bytes: Some(self.code_bytes),
            ..self.calling.exact()?
        })
    }

    fn profile(&mut self, span: Span, output: &mut Vec<u8>) -> Result<u64> {
        let path = [&*self.ingredients.call.name];
        profile::calls(&self.ingredients, &path, &self.arguments, span, output)
    }
}

/// The arguments of a call, for any number of instances.
#[derive(Clone)]
pub(super) enum Arguments {
    /// In as many slots as the call needs.
    Core(Slots),
    Component(Arc<[Value<'static>]>),
}

/// A function of a live instance, with the arguments of its call.
pub(super) enum Calling {
    Core(CoreCall),
    Component(ComponentCall),
}

pub(super) struct CoreCall {
    pub instance: CoreInstance,
    pub function: CoreFunction,
    pub slots: Slots,
}

pub(super) struct ComponentCall {
    pub instance: ComponentInstance,
    pub function: DynamicFunc,
    pub args: Arc<[Value<'static>]>,
}

impl Calling {
    /// The call of the function at `path`.
    ///
    /// # Errors
    ///
    /// `UNKNOWN_EXPORT`, `UNSUPPORTED`, and `BAD_VALUE` for arguments of the other kind of guest.
    pub fn new(live: Live, path: &[&str], arguments: &Arguments) -> Result<Self> {
        match (live, arguments) {
            (Live::Core(mut instance), Arguments::Core(slots)) => Ok(Self::Core(CoreCall {
                function: instance.function(path.first().unwrap_or(&""))?,
                instance,
                slots: slots.clone(),
            })),
            (Live::Component(mut instance), Arguments::Component(args)) => {
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

    /// The time that so many calls take.
    pub fn run(&mut self, iterations: u64) -> Result<Duration> {
        match self {
            Self::Core(call) => call.run(iterations),
            Self::Component(call) => call.run(iterations),
        }
    }

    /// One call. What it returned is the caller's to drop.
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

    /// What one more call costs.
    pub fn exact(&mut self) -> Result<Exact> {
        match self {
            Self::Core(CoreCall {
                instance,
                function,
                slots,
            }) => cost(&instance.measure(function, &mut slots.clone(), CallOptions::default())?),
            Self::Component(ComponentCall {
                instance,
                function,
                args,
            }) => cost(&instance.measure(function, args, CallOptions::default())?),
        }
    }

    /// What a call returned, in WAVE.
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

fn cost<T>(outcome: &Measurement<T>) -> Result<Exact> {
    Ok(Exact {
        fuel: outcome.fuel.is_exact.then_some(outcome.fuel.consumed),
        peak_memory_bytes: Some(outcome.peak_memory_bytes),
        code_bytes: None,
    })
}

impl CoreCall {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        let mut slots = self.slots.clone();
        timed(iterations, || {
            // The result overwrites the first argument.
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
