//! The engine's class, and compilation off the event loop.

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
    inner: Engine,
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

#[napi]
impl NativeEngine {
    #[napi(constructor)]
    pub fn new(env: Env, options: EngineOptions) -> napi::Result<Self> {
        guard(env, || {
            let inner = Engine::new(options.config()?)?;
            Ok(Self { inner })
        })
    }

    /// Instances that are alive now.
    #[napi(getter)]
    pub fn live_instances(&self) -> u32 {
        self.inner.live_instances()
    }

    /// Compiles a component on a thread.
    #[napi(ts_return_type = "Promise<NativeComponent | Failure>")]
    pub fn compile_component(&self, options: SourceOptions<'_>) -> AsyncTask<CompileComponent> {
        AsyncTask::new(CompileComponent {
            engine: self.inner.clone(),
            source: source(options),
        })
    }

    /// Compiles a core module on a thread.
    #[napi(ts_return_type = "Promise<NativeModule | Failure>")]
    pub fn compile_module(&self, options: SourceOptions<'_>) -> AsyncTask<CompileModule> {
        AsyncTask::new(CompileModule {
            engine: self.inner.clone(),
            source: source(options),
        })
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
            let component = unsafe { self.inner.deserialize_component(&bytes) }?;
            Ok(NativeComponent::new(component))
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
            let module = unsafe { self.inner.deserialize_module(&bytes) }?;
            Ok(NativeModule::new(module))
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

    fn resolve(&mut self, _: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        Ok(match output {
            Ok(component) => Either::A(NativeComponent::new(component)),
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

    fn resolve(&mut self, _: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        Ok(match output {
            Ok(module) => Either::A(NativeModule::new(module)),
            Err(error) => Either::B(Failure::from(&error)),
        })
    }
}
