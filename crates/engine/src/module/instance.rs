//! AnyInstance instances of core modules: their exports, and calls of them.

use crate::error::{Error, Result};
use crate::func::{CoreFunction, CoreFunctionType, Slot};
use crate::host::Host;
use crate::store::State;
use crate::store::call::{CallOptions, Callee, InstanceStore};
use crate::store::metrics::{Measurement, Metrics};
use std::time::Instant;
use wasmtime::{Extern, Store};

/// A live instance of a core module. After a plain trap it goes on, as the specification has it.
pub struct CoreInstance {
    store: InstanceStore,
    instance: wasmtime::Instance,
}

impl CoreInstance {
    pub(crate) fn new(
        mut store: InstanceStore,
        linked: &wasmtime::InstancePre<State>,
        host: Option<&dyn Host>,
    ) -> Result<Self> {
        let instance = store.instantiate(linked, host)?;
        Ok(Self { store, instance })
    }

    pub(crate) fn from_parts(store: InstanceStore, instance: wasmtime::Instance) -> Self {
        Self { store, instance }
    }

    /// What an asynchronous call needs of it.
    pub(crate) fn store_mut(&mut self) -> &mut InstanceStore {
        &mut self.store
    }

    /// The exported function of this name.
    ///
    /// # Errors
    ///
    /// `UNKNOWN_EXPORT`, or `UNSUPPORTED` where its type has more than numbers.
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
    /// All that may end a call: `TRAP`, `OUT_OF_FUEL`, `TIMEOUT`, `MEMORY_LIMIT`, `POISONED`.
    ///
    /// # Panics
    ///
    /// Where `function` belongs to another instance.
    #[inline]
    pub fn call(&mut self, function: &CoreFunction, slots: &mut [Slot]) -> Result<()> {
        self.call_with(function, slots, CallOptions::default())
    }

    /// The same with bounds of its own, and with a host for what the guest imports.
    ///
    /// # Errors
    ///
    /// As [`CoreInstance::call`], `BAD_OPTION` for bounds that the engine cannot enforce, and `HOST_FAILED`.
    #[inline]
    pub fn call_with(
        &mut self,
        function: &CoreFunction,
        slots: &mut [Slot],
        options: CallOptions<'_>,
    ) -> Result<()> {
        if slots.len() < function.ty().slots() {
            return Err(Error::BadValue(format!(
                "a call of type {} needs {} slots, got {}",
                function.ty(),
                function.ty().slots(),
                slots.len()
            )));
        }
        self.store.call(CoreCall { function, slots }, options)
    }

    /// As [`CoreInstance::call`], telling also what the call cost.
    ///
    /// # Errors
    ///
    /// As [`CoreInstance::call`].
    pub fn measure(
        &mut self,
        function: &CoreFunction,
        slots: &mut [Slot],
        options: CallOptions<'_>,
    ) -> Result<Measurement<()>> {
        let (before, started) = (self.store.fuel, Instant::now());
        self.call_with(function, slots, options)?;
        Ok(self.store.outcome((), before, started))
    }

    /// The exported memory of this name.
    ///
    /// # Errors
    ///
    /// `UNKNOWN_EXPORT`, also for a shared memory.
    pub fn memory(&mut self, name: &str) -> Result<wasmtime::Memory> {
        match self.instance.get_export(&mut self.store.inner, name) {
            Some(Extern::Memory(memory)) => Ok(memory),
            Some(_) => Err(Error::unknown_export(name, "is not a memory")),
            None => Err(Error::unknown_export(name, "does not exist")),
        }
    }

    /// The bytes of `memory` now. They move when the guest grows it.
    pub fn memory_bytes(&mut self, memory: wasmtime::Memory) -> &mut [u8] {
        memory.data_mut(&mut self.store.inner)
    }

    /// The totals since the instance was made.
    pub fn metrics(&self) -> Metrics {
        self.store.metrics()
    }
}

impl Callee for &wasmtime::InstancePre<State> {
    type Output = wasmtime::Instance;

    const POISONED_BY_TRAP: bool = true;

    fn call(self, store: &mut Store<State>) -> wasmtime::Result<Self::Output> {
        self.instantiate(store)
    }

    async fn call_async(self, store: &mut Store<State>) -> wasmtime::Result<Self::Output> {
        self.instantiate_async(store).await
    }
}

/// A call of a core function; its slots hold the arguments, and then the results.
pub(crate) struct CoreCall<'a> {
    pub function: &'a CoreFunction,
    pub slots: &'a mut [Slot],
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
