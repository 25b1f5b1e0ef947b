//! Instances of core modules: their exports, and calls of them.

use crate::error::{Error, Result};
use crate::func::{CoreFunction, CoreFunctionType, Slot};
use crate::store::State;
use crate::store::call::{CallOptions, Callee};
use crate::store::instance_store::InstanceStore;
use crate::store::metrics::{Measurement, Metrics};
use wasmtime::{Extern, Instance, InstancePre, Memory, Store};

/// A live instance of a core module. It can be called again after a plain trap, as the specification has it.
pub struct CoreInstance {
    store: InstanceStore,
    instance: Instance,
}

impl CoreInstance {
    pub(crate) fn new(store: InstanceStore, instance: Instance) -> Self {
        Self { store, instance }
    }

    pub(crate) fn store_mut(&mut self) -> &mut InstanceStore {
        &mut self.store
    }

    /// The exported function of this name.
    ///
    /// # Errors
    ///
    /// `UNKNOWN_EXPORT`; `UNSUPPORTED` if its type has more than numbers.
    pub fn function(&mut self, name: &str) -> Result<CoreFunction> {
        let func = match self.instance.get_export(&mut self.store.inner, name) {
            Some(Extern::Func(func)) => func,
            Some(_) => return Err(Error::unknown_export(name, "is not a function")),
            None => return Err(Error::unknown_export(name, "does not exist")),
        };
        let ty = CoreFunctionType::new(&func.ty(&self.store.inner));
        CoreFunction::new(func, ty)
    }

    /// Calls `function`; `slots` holds the arguments, and then the results.
    ///
    /// # Errors
    ///
    /// `TRAP`, `OUT_OF_FUEL`, `TIMEOUT`, `MEMORY_LIMIT`, `POISONED`, `STACK_EXHAUSTED`; `BAD_VALUE` for too few slots.
    ///
    /// # Panics
    ///
    /// If `function` belongs to another instance.
    #[inline]
    pub fn call(&mut self, function: &CoreFunction, slots: &mut [Slot]) -> Result<()> {
        self.call_with(function, slots, CallOptions::default())
    }

    /// As [`CoreInstance::call`], with limits of this call and a host for what the guest imports.
    ///
    /// # Errors
    ///
    /// As [`CoreInstance::call`]; `BAD_OPTION` for limits that the engine cannot enforce; `HOST_FAILED`.
    #[inline]
    pub fn call_with(
        &mut self,
        function: &CoreFunction,
        slots: &mut [Slot],
        options: CallOptions<'_>,
    ) -> Result<()> {
        self.store.call(CoreCall::new(function, slots)?, options)
    }

    /// As [`CoreInstance::call_with`], with what the call cost.
    ///
    /// # Errors
    ///
    /// As [`CoreInstance::call_with`].
    pub fn measure(
        &mut self,
        function: &CoreFunction,
        slots: &mut [Slot],
        options: CallOptions<'_>,
    ) -> Result<Measurement<()>> {
        self.store.measure(CoreCall::new(function, slots)?, options)
    }

    /// The exported memory of this name.
    ///
    /// # Errors
    ///
    /// `UNKNOWN_EXPORT`, also for a shared memory.
    pub fn memory(&mut self, name: &str) -> Result<Memory> {
        match self.instance.get_export(&mut self.store.inner, name) {
            Some(Extern::Memory(memory)) => Ok(memory),
            Some(_) => Err(Error::unknown_export(name, "is not a memory")),
            None => Err(Error::unknown_export(name, "does not exist")),
        }
    }

    /// The bytes of `memory`. They move when the guest grows it.
    pub fn memory_bytes(&mut self, memory: Memory) -> &mut [u8] {
        memory.data_mut(&mut self.store.inner)
    }

    /// The totals since the instance was created.
    pub fn metrics(&self) -> Metrics {
        self.store.metrics()
    }
}

impl Callee for &InstancePre<State> {
    type Output = Instance;

    const POISONED_BY_TRAP: bool = true;

    fn call(self, store: &mut Store<State>) -> wasmtime::Result<Self::Output> {
        self.instantiate(store)
    }

    async fn call_async(self, store: &mut Store<State>) -> wasmtime::Result<Self::Output> {
        self.instantiate_async(store).await
    }
}

/// A call of a core function.
pub(crate) struct CoreCall<'a> {
    function: &'a CoreFunction,
    slots: &'a mut [Slot],
}

impl<'a> CoreCall<'a> {
    /// A call whose `slots` hold the arguments, and then the results.
    ///
    /// # Errors
    ///
    /// `BAD_VALUE` for fewer slots than the function's type needs.
    #[inline]
    pub fn new(function: &'a CoreFunction, slots: &'a mut [Slot]) -> Result<Self> {
        if slots.len() < function.ty().slots() {
            return Err(too_few_slots(function, slots.len()));
        }
        Ok(Self { function, slots })
    }
}

#[cold]
fn too_few_slots(function: &CoreFunction, got: usize) -> Error {
    let ty = function.ty();
    Error::BadValue(format!(
        "a call of type {ty} needs {} slots, got {got}",
        ty.slots()
    ))
}

impl Callee for CoreCall<'_> {
    type Output = ();

    const POISONED_BY_TRAP: bool = false;

    #[inline]
    fn call(self, store: &mut Store<State>) -> wasmtime::Result<()> {
        self.function.call(store, self.slots)
    }

    async fn call_async(self, store: &mut Store<State>) -> wasmtime::Result<()> {
        self.function.call_async(store, self.slots).await
    }
}
