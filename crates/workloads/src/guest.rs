//! Compiled guests and live instances of either kind.

use crate::config::{ExportCall, WorkloadConfig};
use airssys_wasm_engine::{
    Component, ComponentInstance, CoreInstance, Engine, Limits, Metrics, Module, Result,
};

/// Compiled code of either kind.
pub(crate) enum CompiledGuest {
    Component(Component),
    Module(Module),
}

/// A live instance of either kind. Unlike the engine's `AnyInstance` it is not boxed, because instantiation is timed.
pub(crate) enum GuestInstance {
    Component(ComponentInstance),
    Core(CoreInstance),
}

impl WorkloadConfig {
    /// An engine without a cache: it also compiles what the process has compiled before.
    pub(crate) fn uncached_engine(&self) -> Result<Engine> {
        Engine::new(self.uncached())
    }

    /// The guest, compiled on such an engine.
    pub(crate) fn compile(&self) -> Result<CompiledGuest> {
        self.compile_on(&self.uncached_engine()?)
    }

    #[inline]
    pub(crate) fn compile_on(&self, engine: &Engine) -> Result<CompiledGuest> {
        Ok(match self.is_component {
            true => CompiledGuest::Component(Component::compile(engine, &self.source)?),
            false => CompiledGuest::Module(Module::compile(engine, &self.source)?),
        })
    }
}

impl CompiledGuest {
    #[inline]
    pub fn instantiate(&self, limits: &Limits) -> Result<GuestInstance> {
        Ok(match self {
            Self::Component(component) => GuestInstance::Component(component.instantiate(limits)?),
            Self::Module(module) => GuestInstance::Core(module.instantiate(limits)?),
        })
    }

    pub fn code_bytes(&self) -> u64 {
        match self {
            Self::Component(component) => component.code_bytes(),
            Self::Module(module) => module.code_bytes(),
        }
    }
}

impl GuestInstance {
    /// Makes a call whose function is looked up each time: for workloads that measure something else.
    pub fn call(&mut self, call: &ExportCall) -> Result<()> {
        match self {
            Self::Component(instance) => {
                let function = instance.function(&[&call.name])?;
                instance.call(&function, &call.values()).map(drop)
            }
            Self::Core(instance) => {
                let function = instance.function(&call.name)?;
                instance.call(&function, &mut call.slots(function.ty())?)
            }
        }
    }

    pub fn metrics(&self) -> Metrics {
        match self {
            Self::Component(instance) => instance.metrics(),
            Self::Core(instance) => instance.metrics(),
        }
    }
}
