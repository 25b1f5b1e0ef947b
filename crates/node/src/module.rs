//! The class of a core module.

use crate::cell::Cell;
use crate::error::guard;
use crate::function::{self, Instantiator};
use crate::instance;
use crate::item::{ItemDescription, describe};
use crate::limits::LimitOptions;
use airssys_wasm_engine::Module;
use napi::Env;
use napi::bindgen_prelude::{Buffer, ObjectFinalize, Unknown};
use napi_derive::napi;

/// A compiled core module.
#[napi(custom_finalize)]
pub struct NativeModule {
    inner: Cell<Module>,
    /// What V8 was told of, and will be told back.
    accounted: i64,
}

impl NativeModule {
    pub fn new(env: Env, inner: Module) -> Self {
        let accounted = i64::try_from(inner.code_bytes()).unwrap_or(i64::MAX / 2);
        instance::current(env).account(accounted);
        Self {
            inner: Cell::new("module", inner),
            accounted,
        }
    }
}

impl ObjectFinalize for NativeModule {
    fn finalize(self, env: Env) -> napi::Result<()> {
        instance::current(env).account(-self.accounted);
        Ok(())
    }
}

#[napi]
impl NativeModule {
    /// What an instance needs, in order.
    #[napi(getter)]
    pub fn imports(&self, env: Env) -> napi::Result<Vec<ItemDescription>> {
        guard(env, || {
            self.inner
                .with(|compiled| Ok(describe(&compiled.imports())))
        })
    }

    /// What an instance gives, in order.
    #[napi(getter)]
    pub fn exports(&self, env: Env) -> napi::Result<Vec<ItemDescription>> {
        guard(env, || {
            self.inner.with(|compiled| Ok(describe(compiled.exports())))
        })
    }

    /// Size of the machine code, in bytes.
    #[napi(getter)]
    pub fn code_bytes(&self, env: Env) -> napi::Result<f64> {
        guard(env, || {
            self.inner.with(|compiled| Ok(compiled.code_bytes() as f64))
        })
    }

    /// The compiled code.
    #[napi]
    pub fn serialize(&self, env: Env) -> napi::Result<Buffer> {
        guard(env, || {
            self.inner
                .with(|compiled| compiled.serialize())
                .map(Buffer::from)
        })
    }

    /// A function that makes an instance under `limits` at each call and returns its handle, which may be that of an
    /// instance that was disposed of.
    #[napi(ts_return_type = "(used?: unknown) => unknown")]
    pub fn instantiator(&self, env: Env, limits: LimitOptions) -> napi::Result<Unknown<'static>> {
        let instantiator = guard(env, || {
            let maxima = self
                .inner
                .with(|compiled| Ok(compiled.engine().config().maxima))?;
            Ok(Instantiator {
                compiled: self.inner.clone(),
                limits: limits.limits()?,
                weight: instance::weight(maxima.instances),
            })
        })?;
        let made = function::instantiator(instance::current(env), instantiator);
        instance::finish(env, made)
    }

    /// Lets go of the compiled code, also for the functions made by `instantiator`.
    #[napi]
    pub fn dispose(&mut self, env: Env) -> napi::Result<()> {
        guard(env, || self.inner.dispose().map(drop))?;
        instance::current(env).account(-std::mem::take(&mut self.accounted));
        Ok(())
    }
}
