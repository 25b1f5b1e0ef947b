//! Calls of asynchronous instances, run here to their end; and their twin, Wasmtime's own call on a fiber.

use super::raw::{failed, missing, prepared};
use super::{Exact, Ingredients, Workload, timed};
use crate::error::{Error, Result};
use crate::func::{CoreFunction, Slots};
use crate::limits::CallLimits;
use crate::store::fiber::poll;
use crate::task::{AnyInstance, Returned, Step, Task, TaskCall};
use crate::value::{DynamicFunc, Value};
use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use wasmtime::{Func, Store, Val};

/// The call of one exported function on the asynchronous way, slice by slice on one thread.
pub fn call(ingredients: Ingredients) -> Result<Box<dyn Workload>> {
    let guest = ingredients.guest()?;
    let code_bytes = guest.code_bytes();
    let run = match &guest {
        super::Guest::Component(component) => component.start(&ingredients.limits)?,
        super::Guest::Module(module) => module.start(&ingredients.limits)?,
    };
    let call = &ingredients.call;
    let mut live = to_end(run)?.0;
    let function = match &mut live {
        AnyInstance::Core(instance) => {
            let function = instance.function(&call.name)?;
            let slots = call.slots(function.ty())?.into();
            Called::Core(Arc::new(function), slots)
        }
        AnyInstance::Component(instance) => {
            Called::Component(instance.function(&[&call.name])?, call.values())
        }
    };
    Ok(Box::new(AsyncCall {
        live: Some(live),
        function,
        code_bytes,
    }))
}

enum Called {
    Core(Arc<CoreFunction>, Slots),
    Component(DynamicFunc, Vec<Value<'static>>),
}

struct AsyncCall {
    live: Option<AnyInstance>,
    function: Called,
    code_bytes: u64,
}

fn to_end(mut run: Task) -> Result<(AnyInstance, crate::Measurement<Returned>)> {
    loop {
        if let Step::Completed(ended) = run.step() {
            let outcome = ended.result?;
            let live = ended.instance.ok_or_else(|| Error::Internal {
                message: "the instance is gone".to_owned(),
            })?;
            return Ok((live, outcome));
        }
    }
}

impl AsyncCall {
    fn call(&mut self, is_measured: bool) -> Result<crate::Measurement<Returned>> {
        let invocation = match &self.function {
            Called::Core(function, slots) => TaskCall::Core(function.clone(), slots.clone()),
            Called::Component(function, args) => {
                TaskCall::Component(function.clone(), args.clone())
            }
        };
        let live = self.live.take().ok_or_else(|| Error::Internal {
            message: "the instance is gone".to_owned(),
        })?;
        let run = Task::call(
            live,
            black_box(invocation),
            CallLimits::default(),
            is_measured,
        )?;
        let (live, outcome) = to_end(run)?;
        self.live = Some(live);
        Ok(outcome)
    }
}

impl Workload for AsyncCall {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed(iterations, || {
            black_box(self.call(false)?);
            Ok(())
        })
    }

    fn exact(&mut self) -> Result<Exact> {
        let outcome = self.call(true)?;
        Ok(Exact {
            fuel: outcome.fuel.is_exact.then_some(outcome.fuel.consumed),
            peak_memory_bytes: Some(outcome.peak_memory_bytes),
            code_bytes: Some(self.code_bytes),
        })
    }
}

/// Wasmtime's own call of a core function on a fiber.
pub fn raw_call(ingredients: Ingredients) -> Result<Box<dyn Workload>> {
    let (mut store, instance) = prepared(&ingredients)?;
    let func = instance.get_func(&mut store, &ingredients.call.name);
    let func = func.ok_or_else(|| missing(&ingredients.call))?;
    let args = ingredients.call.args.iter().copied().map(Val::I32);
    let results = vec![Val::I32(0); func.ty(&store).results().len()];
    Ok(Box::new(RawAsyncCall {
        args: args.collect(),
        results,
        store,
        func,
    }))
}

struct RawAsyncCall {
    store: Store<()>,
    func: Func,
    args: Vec<Val>,
    results: Vec<Val>,
}

impl Workload for RawAsyncCall {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed(iterations, || {
            let Self {
                store,
                func,
                args,
                results,
            } = self;
            let mut future = pin!(func.call_async(&mut *store, black_box(args), results));
            loop {
                if let Poll::Ready(called) = poll(future.as_mut()) {
                    return called.map_err(failed);
                }
            }
        })
    }
}
