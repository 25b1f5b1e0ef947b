//! Instance handles: opaque values that hold a live instance. TypeScript's instances hold one each.
//!
//! A handle outlives its instance. Creating one costs V8 more than filling it again, so TypeScript passes back the handles
//! of instances that were disposed of.

use crate::call::AsyncInstance;
use crate::disposable::Disposable;
use crate::error::DISPOSED;
use crate::host::HostFunctions;
use crate::js::{Env, ExternalData, PendingException, Value as Js};
use airssys_wasm_engine::{ComponentInstance, CoreInstance, Error, Metrics};
use std::cell::{Cell, Ref, RefCell};

/// Native memory at which V8 is certain to collect garbage.
const COLLECTION_BYTES: i64 = 160 << 20;

/// The bytes that V8 counts for an instance beside its memory.
///
/// An instance takes about 4 KiB, but its place among the engine's live instances is scarce. Each weighs enough that V8
/// collects instances that were not disposed of before all places are taken.
pub fn weight(maximum_instances: u32) -> i64 {
    (COLLECTION_BYTES / i64::from(maximum_instances).max(1)).clamp(4 << 10, 1 << 20)
}

/// The bytes that V8 counts for an instance with these metrics; `weight` is that of [`weight`].
pub fn native_bytes(metrics: &Metrics, weight: i64) -> i64 {
    weight.saturating_add(i64::try_from(metrics.memory_bytes).unwrap_or(i64::MAX / 2))
}

/// The content of a handle.
pub struct InstanceHandle {
    live: RefCell<LiveInstance>,
    /// The bytes that were reported to V8, and will be taken back.
    accounted: Cell<i64>,
}

/// A live instance of any kind.
pub enum LiveInstance {
    /// With the functions that serve its imports.
    Core(Disposable<CoreInstance>, Option<HostFunctions>),
    Component(Disposable<ComponentInstance>),
    Async(AsyncInstance),
    Disposed,
}

impl LiveInstance {
    /// A core instance, with the functions that serve its imports.
    pub fn core(instance: CoreInstance, host: Option<HostFunctions>) -> Self {
        Self::Core(Disposable::new("instance", instance), host)
    }
}

impl From<AsyncInstance> for LiveInstance {
    fn from(instance: AsyncInstance) -> Self {
        Self::Async(instance)
    }
}

impl From<ComponentInstance> for LiveInstance {
    fn from(instance: ComponentInstance) -> Self {
        Self::Component(Disposable::new("instance", instance))
    }
}

impl InstanceHandle {
    /// A handle for `live`, which takes `bytes` of native memory. Reuses `used` if that is an empty handle.
    pub fn create<'s>(
        env: Env<'s>,
        live: LiveInstance,
        bytes: i64,
        used: Option<Js<'s>>,
    ) -> Result<Js<'s>, PendingException> {
        if let Some(value) = used
            && let Some(handle) = Self::content(env, value)
            && let Ok(mut slot) = handle.live.try_borrow_mut()
            && matches!(*slot, LiveInstance::Disposed)
        {
            *slot = live;
            handle.accounted.set(bytes);
            env.adjust_external_memory(bytes);
            return Ok(value);
        }
        let handle = env.external(Self {
            live: live.into(),
            accounted: bytes.into(),
        })?;
        env.adjust_external_memory(bytes);
        Ok(handle)
    }

    /// A handle for an asynchronous instance; `weight` is that of [`weight`].
    pub fn create_async<'s>(
        env: Env<'s>,
        instance: AsyncInstance,
        weight: i64,
    ) -> Result<Js<'s>, PendingException> {
        let metrics = instance.metrics();
        let bytes = metrics.map_or(0, |metrics| native_bytes(&metrics, weight));
        Self::create(env, instance.into(), bytes, None)
    }

    /// The content of a handle.
    ///
    /// # Errors
    ///
    /// `BAD_VALUE` if the value is not a handle.
    pub fn of<'s>(env: Env<'_>, value: Js<'s>) -> Result<&'s Self, Error> {
        Self::content(env, value)
            .ok_or_else(|| Error::BadValue("the handle is not that of an instance".to_owned()))
    }

    fn content<'s>(env: Env<'_>, value: Js<'s>) -> Option<&'s Self> {
        env.external_data::<Self>(value)
    }

    /// The live instance.
    pub fn live(&self) -> Ref<'_, LiveInstance> {
        self.live.borrow()
    }

    /// The instance, if it is an asynchronous one. No borrow of the handle remains, so that JavaScript may run.
    pub fn asynchronous(&self) -> Option<AsyncInstance> {
        match &*self.live.borrow() {
            LiveInstance::Async(instance) => Some(instance.clone()),
            _ => None,
        }
    }

    /// Drops a synchronous instance and returns its last totals; `None` if that was done before, and for asynchronous
    /// instances, which [`crate::call::dispose`] drops.
    ///
    /// # Errors
    ///
    /// `REENTRANT` while a call is under way.
    pub fn dispose(&self) -> Result<Option<Metrics>, Error> {
        Ok(match &*self.live.borrow() {
            LiveInstance::Core(instance, _) => instance.dispose()?.map(|live| live.metrics()),
            LiveInstance::Component(instance) => instance.dispose()?.map(|live| live.metrics()),
            LiveInstance::Async(_) | LiveInstance::Disposed => None,
        })
    }

    /// Empties the handle, after its instance was disposed of.
    pub fn clear(&self, env: Env<'_>) {
        self.live.replace(LiveInstance::Disposed);
        env.adjust_external_memory(-self.accounted.take());
    }

    /// The totals of the instance.
    ///
    /// # Errors
    ///
    /// `DISPOSED`.
    pub fn metrics(&self) -> Result<Metrics, Error> {
        match &*self.live.borrow() {
            LiveInstance::Core(instance, _) => instance.with(|instance| Ok(instance.metrics())),
            LiveInstance::Component(instance) => instance.with(|instance| Ok(instance.metrics())),
            LiveInstance::Async(instance) => instance.metrics(),
            LiveInstance::Disposed => Err(DISPOSED),
        }
    }
}

impl ExternalData for InstanceHandle {
    const TAG: u64 = 0x6169_7273_7379_7321;

    fn finalize(&self, env: Env<'_>) {
        env.adjust_external_memory(-self.accounted.take());
    }
}
