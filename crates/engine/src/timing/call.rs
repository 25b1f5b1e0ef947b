//! Calls into a live instance, through the code that the addon calls through.

use super::{Exact, Ingredients, Live, Workload, timed};
use crate::error::Result;
use crate::function::{CoreFunction, Slot};
use crate::guest::Terms;
use crate::instance::{ComponentInstance, CoreInstance};
use crate::value::{DynamicFunc, Value};
use std::hint::black_box;
use std::time::Duration;

/// The call of one exported function, again and again.
pub fn call(ingredients: Ingredients) -> Result<Box<dyn Workload>> {
    let guest = ingredients.guest()?;
    let code_bytes = guest.code_bytes();
    let call = ingredients.call;
    Ok(match guest.instantiate(&ingredients.limits)? {
        Live::Core(mut instance) => {
            let function = instance.function(&call.name)?;
            let slots = call.slots(function.ty())?;
            Box::new(CoreCall {
                instance,
                function,
                slots,
                code_bytes,
            })
        }
        Live::Component(mut instance) => {
            let function = instance.function(&[&call.name])?;
            let args = call.values();
            Box::new(ComponentCall {
                instance,
                function,
                args,
                code_bytes,
            })
        }
    })
}

struct CoreCall {
    instance: CoreInstance,
    function: CoreFunction,
    slots: Vec<Slot>,
    code_bytes: u64,
}

impl Workload for CoreCall {
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

    fn exact(&mut self) -> Result<Exact> {
        let outcome =
            self.instance
                .measure(&self.function, &mut self.slots.clone(), Terms::default())?;
        Ok(Exact {
            fuel: outcome.fuel.is_exact.then_some(outcome.fuel.consumed),
            peak_memory_bytes: Some(outcome.peak_memory_bytes),
            code_bytes: Some(self.code_bytes),
        })
    }
}

struct ComponentCall {
    instance: ComponentInstance,
    function: DynamicFunc,
    args: Vec<Value<'static>>,
    code_bytes: u64,
}

impl Workload for ComponentCall {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed(iterations, || {
            black_box(self.instance.call(&self.function, black_box(&self.args))?);
            Ok(())
        })
    }

    fn exact(&mut self) -> Result<Exact> {
        let outcome = self
            .instance
            .measure(&self.function, &self.args, Terms::default())?;
        Ok(Exact {
            fuel: outcome.fuel.is_exact.then_some(outcome.fuel.consumed),
            peak_memory_bytes: Some(outcome.peak_memory_bytes),
            code_bytes: Some(self.code_bytes),
        })
    }
}
