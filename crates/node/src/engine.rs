//! The engine's class, and compilation off the event loop.

use crate::cell::Cell;
use crate::component::NativeComponent;
use crate::error::{Failure, catch, guard};
use crate::module::NativeModule;
use crate::options::EngineOptions;
use airssys_wasm_engine::{Component, Engine, Error, Module, Source};
use napi::bindgen_prelude::{AsyncTask, Either, Either3, Uint8ArraySlice};
use napi::{Env, Task};
use napi_derive::napi;
use std::path::PathBuf;

/// A configured Wasmtime engine.
#[napi]
pub struct NativeEngine {
    inner: Cell<Engine>,
}

/// A file to compile.
#[napi(object, object_to_js = false)]
pub struct FileSource {
    pub path: String,
}

type SourceOptions<'a> = Either3<Uint8ArraySlice<'a>, String, FileSource>;

/// The bytes are copied: JavaScript may change or detach them while a thread compiles.
fn source(options: SourceOptions<'_>) -> Source {
    match options {
        Either3::A(bytes) => Source::Bytes(bytes.to_vec()),
        Either3::B(text) => Source::Text(text),
        Either3::C(file) => Source::File(PathBuf::from(file.path)),
    }
}

impl NativeEngine {
    fn engine(&self) -> Result<Engine, Error> {
        self.inner.with(|engine| Ok(engine.clone()))
    }
}

#[napi]
impl NativeEngine {
    #[napi(constructor)]
    pub fn new(env: Env, options: EngineOptions) -> napi::Result<Self> {
        guard(env, || {
            let inner = Engine::new(options.config()?)?;
            Ok(Self {
                inner: Cell::new("engine", inner),
            })
        })
    }

    /// Instances that are alive now.
    #[napi(getter)]
    pub fn live_instances(&self, env: Env) -> napi::Result<u32> {
        guard(env, || {
            self.inner.with(|engine| Ok(engine.live_instances()))
        })
    }

    /// Compiles a component on a thread.
    #[napi(ts_return_type = "Promise<NativeComponent | Failure>")]
    pub fn compile_component(
        &self,
        env: Env,
        options: SourceOptions<'_>,
    ) -> napi::Result<AsyncTask<CompileComponent>> {
        guard(env, || {
            let engine = self.engine()?;
            let source = source(options);
            Ok(AsyncTask::new(CompileComponent { engine, source }))
        })
    }

    /// Compiles a core module on a thread.
    #[napi(ts_return_type = "Promise<NativeModule | Failure>")]
    pub fn compile_module(
        &self,
        env: Env,
        options: SourceOptions<'_>,
    ) -> napi::Result<AsyncTask<CompileModule>> {
        guard(env, || {
            let engine = self.engine()?;
            let source = source(options);
            Ok(AsyncTask::new(CompileModule { engine, source }))
        })
    }

    /// Lets go of the engine; what it compiled goes on.
    #[napi]
    pub fn dispose(&self, env: Env) -> napi::Result<()> {
        guard(env, || self.inner.dispose().map(drop))
    }

    /// A component from trusted compiled code.
    #[napi]
    pub fn unsafe_deserialize_component(
        &self,
        env: Env,
        bytes: Uint8ArraySlice<'_>,
    ) -> napi::Result<NativeComponent> {
        guard(env, || {
            // SAFETY: the method's name tells the caller to vouch for the bytes.
            let component = unsafe { self.engine()?.deserialize_component(&bytes) }?;
            Ok(NativeComponent::new(env, component))
        })
    }

    /// A module from trusted compiled code.
    #[napi]
    pub fn unsafe_deserialize_module(
        &self,
        env: Env,
        bytes: Uint8ArraySlice<'_>,
    ) -> napi::Result<NativeModule> {
        guard(env, || {
            // SAFETY: the method's name tells the caller to vouch for the bytes.
            let module = unsafe { self.engine()?.deserialize_module(&bytes) }?;
            Ok(NativeModule::new(env, module))
        })
    }
}

/// The compilation of a component.
pub struct CompileComponent {
    engine: Engine,
    source: Source,
}

impl Task for CompileComponent {
    type Output = Result<Component, Error>;
    type JsValue = Either<NativeComponent, Failure>;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        Ok(catch(|| self.engine.compile_component(&self.source)))
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        Ok(match output {
            Ok(component) => Either::A(NativeComponent::new(env, component)),
            Err(error) => Either::B(Failure::from(&error)),
        })
    }
}

/// The compilation of a core module.
pub struct CompileModule {
    engine: Engine,
    source: Source,
}

impl Task for CompileModule {
    type Output = Result<Module, Error>;
    type JsValue = Either<NativeModule, Failure>;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        Ok(catch(|| self.engine.compile_module(&self.source)))
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        Ok(match output {
            Ok(module) => Either::A(NativeModule::new(env, module)),
            Err(error) => Either::B(Failure::from(&error)),
        })
    }
}
