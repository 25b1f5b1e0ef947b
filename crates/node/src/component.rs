//! The class of a component.

use crate::error::guard;
use crate::function::{self, Instantiator};
use crate::instance;
use crate::item::ItemDescription;
use crate::limits::LimitOptions;
use airssys_wasm_engine::Component;
use napi::Env;
use napi::bindgen_prelude::{Buffer, Unknown};
use napi_derive::napi;

/// A compiled component.
#[napi]
pub struct NativeComponent {
    inner: Component,
}

impl NativeComponent {
    pub fn new(inner: Component) -> Self {
        Self { inner }
    }
}

#[napi]
impl NativeComponent {
    /// What an instance needs, in order.
    #[napi(getter)]
    pub fn imports(&self) -> Vec<ItemDescription> {
        self.inner
            .imports()
            .iter()
            .map(ItemDescription::from)
            .collect()
    }

    /// What an instance gives, in order.
    #[napi(getter)]
    pub fn exports(&self) -> Vec<ItemDescription> {
        self.inner
            .exports()
            .iter()
            .map(ItemDescription::from)
            .collect()
    }

    /// Size of the machine code, in bytes.
    #[napi(getter)]
    pub fn code_bytes(&self) -> f64 {
        self.inner.code_bytes() as f64
    }

    /// The compiled code.
    #[napi]
    pub fn serialize(&self, env: Env) -> napi::Result<Buffer> {
        guard(env, || self.inner.serialize().map(Buffer::from))
    }

    /// A function that makes an instance under `limits` at each call and returns its handle, which may be that of an
    /// instance that was disposed of.
    #[napi(ts_return_type = "(used?: unknown) => unknown")]
    pub fn instantiator(&self, env: Env, limits: LimitOptions) -> napi::Result<Unknown<'static>> {
        let instantiator = guard(env, || {
            Ok(Instantiator {
                compiled: self.inner.clone(),
                limits: limits.limits()?,
                weight: instance::weight(self.inner.engine().config().maxima.instances),
            })
        })?;
        instance::finish(
            env,
            function::instantiator(instance::current(env), instantiator),
        )
    }
}
