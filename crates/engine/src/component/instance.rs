//! Instances of components: their exports, and calls of them.

use crate::component::Component;
use crate::error::{Error, Result};
use crate::store::State;
use crate::store::call::{CallOptions, Callee};
use crate::store::instance_store::InstanceStore;
use crate::store::metrics::{Measurement, Metrics};
use crate::value::{DynamicFunc, Value};
use wasmtime::Store;
use wasmtime::component::{Instance, InstancePre};

/// A live instance of a component. Any trap ends its use, as the component model has it.
pub struct ComponentInstance {
    store: InstanceStore,
    component: Component,
    instance: Instance,
}

impl ComponentInstance {
    pub(crate) fn new(store: InstanceStore, component: Component, instance: Instance) -> Self {
        Self {
            store,
            component,
            instance,
        }
    }

    pub(crate) fn store_mut(&mut self) -> &mut InstanceStore {
        &mut self.store
    }

    /// The exported function at `path`: a name, or an interface's name and a name in it.
    ///
    /// # Errors
    ///
    /// `UNKNOWN_EXPORT`; `UNSUPPORTED` if its type has what this version does not support.
    pub fn function(&mut self, path: &[&str]) -> Result<DynamicFunc> {
        let (index, ty) = self.component.function(path)?;
        ty.is_supported()
            .map_err(|error| Error::Unsupported(error.to_string()))?;
        let func = self.instance.get_func(&mut self.store.inner, index);
        let func =
            func.ok_or_else(|| Error::unknown_export(&path.join("#"), "is not a function"))?;
        Ok(DynamicFunc::with_type(func, ty.clone()))
    }

    /// Calls `function` with `args`.
    ///
    /// # Errors
    ///
    /// `BAD_VALUE` for arguments that do not fit, before the guest is entered; `TRAP`, `OUT_OF_FUEL`, `TIMEOUT`,
    /// `MEMORY_LIMIT`, `TRANSFER_LIMIT`, `POISONED`, `STACK_EXHAUSTED`.
    ///
    /// # Panics
    ///
    /// If `function` belongs to another instance.
    #[inline]
    pub fn call(
        &mut self,
        function: &DynamicFunc,
        args: &[Value<'_>],
    ) -> Result<Option<Value<'static>>> {
        self.call_with(function, args, CallOptions::default())
    }

    /// As [`ComponentInstance::call`], with limits of this call and a host for what the guest imports.
    ///
    /// # Errors
    ///
    /// As [`ComponentInstance::call`]; `BAD_OPTION` for limits that the engine cannot enforce; `HOST_FAILED`.
    #[inline]
    pub fn call_with(
        &mut self,
        function: &DynamicFunc,
        args: &[Value<'_>],
        options: CallOptions<'_>,
    ) -> Result<Option<Value<'static>>> {
        self.store.call(ComponentCall { function, args }, options)
    }

    /// As [`ComponentInstance::call_with`], with what the call cost.
    ///
    /// # Errors
    ///
    /// As [`ComponentInstance::call_with`].
    pub fn measure(
        &mut self,
        function: &DynamicFunc,
        args: &[Value<'_>],
        options: CallOptions<'_>,
    ) -> Result<Measurement<Option<Value<'static>>>> {
        self.store
            .measure(ComponentCall { function, args }, options)
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

/// A call of a component's function.
pub(crate) struct ComponentCall<'a> {
    pub function: &'a DynamicFunc,
    pub args: &'a [Value<'a>],
}

impl Callee for ComponentCall<'_> {
    type Output = Option<Value<'static>>;

    const POISONED_BY_TRAP: bool = true;

    #[inline]
    fn call(self, store: &mut Store<State>) -> wasmtime::Result<Self::Output> {
        self.function.call(store, self.args)
    }

    async fn call_async(self, store: &mut Store<State>) -> wasmtime::Result<Self::Output> {
        self.function.call_async(store, self.args).await
    }
}
