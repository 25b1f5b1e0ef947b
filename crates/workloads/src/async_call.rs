//! Calls of asynchronous instances, polled to their end on one thread; and their control, Wasmtime's own call on a fiber.

use crate::bare_wasmtime::{failed, missing, prepared};
use crate::config::WorkloadConfig;
use crate::guest::CompiledGuest;
use crate::timer::timed;
use crate::workload::{DeterministicCosts, Workload};
use airssys_wasm_engine::internals::wasmtime::{Func, Store, Val};
use airssys_wasm_engine::value::{DynamicFunc, Value};
use airssys_wasm_engine::{
    AnyInstance, CallLimits, CoreFunction, Error, Measurement, Result, Returned, Slots, Step, Task,
    TaskCall,
};
use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Calls an exported function of an asynchronous instance, time slice by time slice on one thread.
pub fn call(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    let guest = config.compile()?;
    let code_bytes = guest.code_bytes();
    let task = match &guest {
        CompiledGuest::Component(component) => component.start(&config.limits)?,
        CompiledGuest::Module(module) => module.start(&config.limits)?,
    };
    let call = &config.call;
    let mut instance = run_to_completion(task)?.0;
    let function = match &mut instance {
        AnyInstance::Core(instance) => {
            let function = instance.function(&call.name)?;
            let slots = call.slots(function.ty())?.into();
            PreparedCall::Core(Arc::new(function), slots)
        }
        AnyInstance::Component(instance) => {
            PreparedCall::Component(instance.function(&[&call.name])?, call.values())
        }
    };
    Ok(Box::new(AsyncCall {
        instance: Some(instance),
        function,
        code_bytes,
    }))
}

enum PreparedCall {
    Core(Arc<CoreFunction>, Slots),
    Component(DynamicFunc, Vec<Value<'static>>),
}

struct AsyncCall {
    instance: Option<AnyInstance>,
    function: PreparedCall,
    code_bytes: u64,
}

fn run_to_completion(mut task: Task) -> Result<(AnyInstance, Measurement<Returned>)> {
    loop {
        if let Step::Completed(completed) = task.step() {
            let measurement = completed.result?;
            let instance = completed.instance.ok_or_else(|| Error::Internal {
                message: "the instance is gone".to_owned(),
            })?;
            return Ok((instance, measurement));
        }
    }
}

impl AsyncCall {
    fn call(&mut self, is_measured: bool) -> Result<Measurement<Returned>> {
        let call = match &self.function {
            PreparedCall::Core(function, slots) => TaskCall::Core(function.clone(), slots.clone()),
            PreparedCall::Component(function, args) => {
                TaskCall::Component(function.clone(), args.clone())
            }
        };
        let instance = self.instance.take().ok_or_else(|| Error::Internal {
            message: "the instance is gone".to_owned(),
        })?;
        let task = Task::call(
            instance,
            black_box(call),
            CallLimits::default(),
            is_measured,
        )?;
        let (instance, measurement) = run_to_completion(task)?;
        self.instance = Some(instance);
        Ok(measurement)
    }
}

impl Workload for AsyncCall {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed(iterations, || {
            black_box(self.call(false)?);
            Ok(())
        })
    }

    fn deterministic_costs(&mut self) -> Result<DeterministicCosts> {
        let measurement = self.call(true)?;
        Ok(DeterministicCosts {
            fuel: measurement
                .fuel
                .is_exact
                .then_some(measurement.fuel.consumed),
            peak_memory_bytes: Some(measurement.peak_memory_bytes),
            code_bytes: Some(self.code_bytes),
        })
    }
}

/// Wasmtime's own call of a core function on a fiber.
pub fn bare_call(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    let (mut store, instance) = prepared(&config)?;
    let func = instance.get_func(&mut store, &config.call.name);
    let func = func.ok_or_else(|| missing(&config.call))?;
    let args = config.call.args.iter().copied().map(Val::I32);
    let results = vec![Val::I32(0); func.ty(&store).results().len()];
    Ok(Box::new(BareAsyncCall {
        args: args.collect(),
        results,
        store,
        func,
    }))
}

struct BareAsyncCall {
    store: Store<()>,
    func: Func,
    args: Vec<Val>,
    results: Vec<Val>,
}

impl Workload for BareAsyncCall {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed(iterations, || {
            let Self {
                store,
                func,
                args,
                results,
            } = self;
            let mut future = pin!(func.call_async(&mut *store, black_box(args), results));
            let mut context = Context::from_waker(Waker::noop());
            loop {
                if let Poll::Ready(called) = future.as_mut().poll(&mut context) {
                    return called.map_err(failed);
                }
            }
        })
    }
}
