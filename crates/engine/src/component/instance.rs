//! AnyInstance instances of components: their exports, and calls of them.

use crate::component::Component;
use crate::error::{Error, Result};
use crate::store::State;
use crate::store::call::{CallOptions, Callee, InstanceStore};
use crate::store::metrics::{Measurement, Metrics};
use crate::value::{DynamicFunc, Value};
use std::time::Instant;
use wasmtime::{Store, component};

/// A live instance of a component. Any trap ends its use, as the component model has it.
pub struct ComponentInstance {
    store: InstanceStore,
    component: Component,
    instance: component::Instance,
}

impl ComponentInstance {
    pub(crate) fn new(
        mut store: InstanceStore,
        component: Component,
        linked: &component::InstancePre<State>,
    ) -> Result<Self> {
        let instance = store.instantiate(linked, None)?;
        Ok(Self::from_parts(store, component, instance))
    }

    pub(crate) fn from_parts(
        store: InstanceStore,
        component: Component,
        instance: component::Instance,
    ) -> Self {
        Self {
            store,
            component,
            instance,
        }
    }

    /// What an asynchronous call needs of it.
    pub(crate) fn store_mut(&mut self) -> &mut InstanceStore {
        &mut self.store
    }

    /// The exported function at `path`: a name, or an interface's name and a name in it.
    ///
    /// # Errors
    ///
    /// `UNKNOWN_EXPORT`, or `UNSUPPORTED` where its type has what this version does not serve.
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
    /// `BAD_VALUE` before anything ran, and all that may end a call.
    ///
    /// # Panics
    ///
    /// Where `function` belongs to another instance.
    #[inline]
    pub fn call(
        &mut self,
        function: &DynamicFunc,
        args: &[Value<'_>],
    ) -> Result<Option<Value<'static>>> {
        self.call_with(function, args, CallOptions::default())
    }

    /// The same with bounds of its own.
    ///
    /// # Errors
    ///
    /// As [`ComponentInstance::call`], and `BAD_OPTION` for bounds that the engine cannot enforce.
    #[inline]
    pub fn call_with(
        &mut self,
        function: &DynamicFunc,
        args: &[Value<'_>],
        options: CallOptions<'_>,
    ) -> Result<Option<Value<'static>>> {
        self.store.call(ComponentCall { function, args }, options)
    }

    /// As [`ComponentInstance::call`], telling also what the call cost.
    ///
    /// # Errors
    ///
    /// As [`ComponentInstance::call`].
    pub fn measure(
        &mut self,
        function: &DynamicFunc,
        args: &[Value<'_>],
        options: CallOptions<'_>,
    ) -> Result<Measurement<Option<Value<'static>>>> {
        let (before, started) = (self.store.fuel, Instant::now());
        let value = self.call_with(function, args, options)?;
        Ok(self.store.outcome(value, before, started))
    }

    /// The totals since the instance was made.
    pub fn metrics(&self) -> Metrics {
        self.store.metrics()
    }
}

impl Callee for &component::InstancePre<State> {
    type Output = component::Instance;

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
