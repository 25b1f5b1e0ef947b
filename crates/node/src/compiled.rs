//! The class of compiled code.

use crate::code::Code;
use crate::disposable::Disposable;
use crate::error::guard;
use crate::externs::{ExternDescription, describe};
use crate::handle;
use crate::instantiate::{Instantiator, instantiator};
use crate::js::{current, return_value};
use crate::options::limits::LimitOptions;
use airssys_wasm_engine::ArtifactKey;
use napi::Env;
use napi::bindgen_prelude::{Buffer, ObjectFinalize, Uint8ArraySlice, Unknown};
use napi_derive::napi;

/// Compiled code.
#[napi(custom_finalize)]
pub struct NativeCompiled {
    inner: Disposable<Code>,
    /// The bytes that were reported to V8, and will be taken back.
    accounted: i64,
}

impl NativeCompiled {
    pub fn new(env: Env, inner: Code) -> Self {
        let accounted = i64::try_from(inner.code_bytes()).unwrap_or(i64::MAX / 2);
        current(&env).adjust_external_memory(accounted);
        Self {
            inner: Disposable::new(inner.name(), inner),
            accounted,
        }
    }
}

impl ObjectFinalize for NativeCompiled {
    fn finalize(self, env: Env) -> napi::Result<()> {
        current(&env).adjust_external_memory(-self.accounted);
        Ok(())
    }
}

#[napi]
impl NativeCompiled {
    /// The imports, in order.
    #[napi(getter)]
    pub fn imports(&self, env: Env) -> napi::Result<Vec<ExternDescription>> {
        guard(env, || {
            self.inner.with(|code| Ok(describe(&code.imports())))
        })
    }

    /// The exports, in order.
    #[napi(getter)]
    pub fn exports(&self, env: Env) -> napi::Result<Vec<ExternDescription>> {
        guard(env, || self.inner.with(|code| Ok(describe(code.exports()))))
    }

    /// Size of the machine code, in bytes.
    #[napi(getter)]
    pub fn code_bytes(&self, env: Env) -> napi::Result<f64> {
        guard(env, || self.inner.with(|code| Ok(code.code_bytes() as f64)))
    }

    /// The compiled code, tagged if there is a key.
    #[napi]
    pub fn serialize(&self, env: Env, key: Option<Uint8ArraySlice<'_>>) -> napi::Result<Buffer> {
        guard(env, || {
            let key = key.map(|secret| ArtifactKey::new(&secret)).transpose()?;
            let bytes = self.inner.with(|code| code.serialize(key.as_ref()))?;
            Ok(Buffer::from(bytes))
        })
    }

    /// A function that creates an instance under `limits` at each call and returns its handle. It takes the handle of an
    /// instance that was disposed of, to reuse it, and the functions that serve the imports. For an asynchronous instance
    /// it may return a promise of a `Settled` handle.
    #[napi(ts_return_type = "NativeInstantiate")]
    pub fn instantiator(
        &self,
        env: Env,
        limits: LimitOptions,
        is_async: bool,
    ) -> napi::Result<Unknown<'static>> {
        let data = guard(env, || {
            let (maximum, imports) = self
                .inner
                .with(|code| Ok((code.engine().config().limits.instances, code.import_names())))?;
            Ok(Instantiator {
                code: self.inner.clone(),
                weight: handle::weight(maximum),
                imports,
                is_async,
                limits: limits.limits()?,
            })
        })?;
        let env = current(&env);
        return_value(env, instantiator(env, data))
    }

    /// The arguments that `text` writes in WAVE, such as `(42, "text")`, for the exported function at `path`: a name, or in
    /// components the name of an interface and a name in it.
    #[napi(ts_return_type = "unknown[]")]
    pub fn parse_arguments(
        &self,
        env: Env,
        path: Vec<String>,
        text: String,
    ) -> napi::Result<Unknown<'static>> {
        let arguments = guard(env, || {
            self.inner.with(|code| code.parse_arguments(&path, &text))
        })?;
        let env = current(&env);
        return_value(env, arguments.to_js(env))
    }

    /// Drops the compiled code, also for the functions that `instantiator` created.
    #[napi]
    pub fn dispose(&mut self, env: Env) -> napi::Result<()> {
        guard(env, || self.inner.dispose().map(drop))?;
        current(&env).adjust_external_memory(-std::mem::take(&mut self.accounted));
        Ok(())
    }
}
