//! The class of compiled code, of either kind.

use crate::cell::Cell;
use crate::error::guard;
use crate::function::{self, Instantiator};
use crate::host::HostFunctions;
use crate::instance::{self, Guest};
use crate::item::{ItemDescription, describe};
use crate::limits::LimitOptions;
use crate::wave::Arguments;
use airssys_wasm_engine::{
    ArtifactKey, Component, Engine, Error, Executor, ExternDescriptor, Host, Limits, Metrics,
    Module, Source, Task,
};
use napi::Env;
use napi::bindgen_prelude::{Buffer, ObjectFinalize, Uint8ArraySlice, Unknown};
use napi_derive::napi;
use std::rc::Rc;
use std::sync::Arc;

/// What is compiled.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Module,
    Component,
}

/// Compiled code of either kind.
pub enum Code {
    Module(Module),
    Component(Component),
}

impl Code {
    /// Compiles `source` as this kind.
    pub fn compile(engine: &Engine, kind: Kind, source: &Source) -> Result<Self, Error> {
        Ok(match kind {
            Kind::Module => Self::Module(Module::compile(engine, source)?),
            Kind::Component => Self::Component(Component::compile(engine, source)?),
        })
    }

    /// Compiled code of this kind that has the key's tag.
    pub fn deserialize(
        engine: &Engine,
        kind: Kind,
        bytes: &[u8],
        key: &ArtifactKey,
    ) -> Result<Self, Error> {
        Ok(match kind {
            Kind::Module => Self::Module(Module::deserialize(engine, bytes, key)?),
            Kind::Component => Self::Component(Component::deserialize(engine, bytes, key)?),
        })
    }

    /// Compiled code of this kind.
    ///
    /// # Safety
    ///
    /// The bytes must come from a trusted place, unchanged: they hold machine code.
    pub unsafe fn deserialize_unchecked(
        engine: &Engine,
        kind: Kind,
        bytes: &[u8],
        key: Option<&ArtifactKey>,
    ) -> Result<Self, Error> {
        // SAFETY: the caller vouches for the bytes.
        unsafe {
            Ok(match kind {
                Kind::Module => Self::Module(Module::deserialize_unchecked(engine, bytes, key)?),
                Kind::Component => {
                    Self::Component(Component::deserialize_unchecked(engine, bytes, key)?)
                }
            })
        }
    }

    /// A new instance, with what it took; `serving` is who serves its imports while it is made, `host` from then on.
    pub fn instantiate(
        &self,
        limits: &Limits,
        serving: Option<&dyn Host>,
        host: Option<HostFunctions>,
    ) -> Result<(Guest, Metrics), Error> {
        Ok(match self {
            Self::Module(module) => {
                let instance = module.instantiate_with(limits, serving)?;
                let metrics = instance.metrics();
                (Guest::core(instance, host), metrics)
            }
            Self::Component(component) => {
                let instance = component.instantiate_with(limits, serving)?;
                let metrics = instance.metrics();
                (instance.into(), metrics)
            }
        })
    }

    /// A new asynchronous instance on its way, with the threads on which it may go on.
    pub fn start(&self, limits: &Limits) -> Result<(Task, Arc<Executor>), Error> {
        let run = match self {
            Self::Module(module) => module.start(limits)?,
            Self::Component(component) => component.start(limits)?,
        };
        Ok((run, self.engine().executor()))
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Module(_) => "module",
            Self::Component(_) => "component",
        }
    }

    fn imports(&self) -> Vec<ExternDescriptor> {
        match self {
            Self::Module(module) => module.imports(),
            Self::Component(component) => component.imports(),
        }
    }

    /// What the binary calls its imports, in order.
    fn import_names(&self) -> Rc<[String]> {
        let name = |item: ExternDescriptor| match item.module {
            Some(module) => format!("{module}.{}", item.name),
            None => item.name,
        };
        self.imports().into_iter().map(name).collect()
    }

    fn exports(&self) -> &[ExternDescriptor] {
        match self {
            Self::Module(module) => module.exports(),
            Self::Component(component) => component.exports(),
        }
    }

    fn engine(&self) -> &Engine {
        match self {
            Self::Module(module) => module.engine(),
            Self::Component(component) => component.engine(),
        }
    }

    fn code_bytes(&self) -> u64 {
        match self {
            Self::Module(module) => module.code_bytes(),
            Self::Component(component) => component.code_bytes(),
        }
    }

    fn serialize(&self, key: Option<&ArtifactKey>) -> Result<Vec<u8>, Error> {
        match self {
            Self::Module(module) => module.serialize(key),
            Self::Component(component) => component.serialize(key),
        }
    }
}

/// Compiled code.
#[napi(custom_finalize)]
pub struct NativeCompiled {
    inner: Cell<Code>,
    /// What V8 was told of, and will be told back.
    accounted: i64,
}

impl NativeCompiled {
    pub fn new(env: Env, inner: Code) -> Self {
        let accounted = i64::try_from(inner.code_bytes()).unwrap_or(i64::MAX / 2);
        instance::current(env).account(accounted);
        Self {
            inner: Cell::new(inner.name(), inner),
            accounted,
        }
    }
}

impl ObjectFinalize for NativeCompiled {
    fn finalize(self, env: Env) -> napi::Result<()> {
        instance::current(env).account(-self.accounted);
        Ok(())
    }
}

#[napi]
impl NativeCompiled {
    /// What an instance needs, in order.
    #[napi(getter)]
    pub fn imports(&self, env: Env) -> napi::Result<Vec<ItemDescription>> {
        guard(env, || {
            self.inner.with(|code| Ok(describe(&code.imports())))
        })
    }

    /// What an instance gives, in order.
    #[napi(getter)]
    pub fn exports(&self, env: Env) -> napi::Result<Vec<ItemDescription>> {
        guard(env, || self.inner.with(|code| Ok(describe(code.exports()))))
    }

    /// Size of the machine code, in bytes.
    #[napi(getter)]
    pub fn code_bytes(&self, env: Env) -> napi::Result<f64> {
        guard(env, || self.inner.with(|code| Ok(code.code_bytes() as f64)))
    }

    /// The compiled code, with a tag where there is a key.
    #[napi]
    pub fn serialize(&self, env: Env, key: Option<Uint8ArraySlice<'_>>) -> napi::Result<Buffer> {
        guard(env, || {
            let key = key.map(|secret| ArtifactKey::new(&secret)).transpose()?;
            let bytes = self.inner.with(|code| code.serialize(key.as_ref()))?;
            Ok(Buffer::from(bytes))
        })
    }

    /// A function that makes an instance under `limits` at each call and returns its handle, which may be that of an
    /// instance that was disposed of; its second argument is an array of the functions that serve the imports. For an
    /// asynchronous instance it may return a promise.
    #[napi(ts_return_type = "(used?: unknown, functions?: readonly unknown[]) => unknown")]
    pub fn instantiator(
        &self,
        env: Env,
        limits: LimitOptions,
        is_async: bool,
    ) -> napi::Result<Unknown<'static>> {
        let instantiator = guard(env, || {
            let (maxima, imports) = self
                .inner
                .with(|code| Ok((code.engine().config().limits, code.import_names())))?;
            Ok(Instantiator {
                code: self.inner.clone(),
                weight: instance::weight(maxima.instances),
                imports,
                is_async,
                limits: limits.limits()?,
            })
        })?;
        let made = function::instantiator(instance::current(env), instantiator);
        instance::finish(env, made)
    }

    /// The arguments that `text` writes in WAVE, such as `(42, "text")`, for the exported function at `path`: a name, or
    /// in components an interface's name and a name in it.
    #[napi(ts_return_type = "unknown[]")]
    pub fn parse_arguments(
        &self,
        env: Env,
        path: Vec<String>,
        text: String,
    ) -> napi::Result<Unknown<'static>> {
        let arguments = guard(env, || {
            self.inner.with(|code| Arguments::parse(code, &path, &text))
        })?;
        instance::finish(env, arguments.to_js(instance::current(env)))
    }

    /// Lets go of the compiled code, also for the functions made by `instantiator`.
    #[napi]
    pub fn dispose(&mut self, env: Env) -> napi::Result<()> {
        guard(env, || self.inner.dispose().map(drop))?;
        instance::current(env).account(-std::mem::take(&mut self.accounted));
        Ok(())
    }
}
