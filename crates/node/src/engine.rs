//! The class of the engine, and compilation off the JavaScript thread.

use crate::code::{Code, Encoding};
use crate::compiled::NativeCompiled;
use crate::disposable::Disposable;
use crate::error::{ErrorData, catch, guard};
use crate::options::engine::EngineOptions;
use airssys_wasm_engine::{ArtifactKey, Engine, Error, Source};
use napi::bindgen_prelude::{AsyncTask, Either, Either3, Uint8ArraySlice};
use napi::{Env, Task};
use napi_derive::napi;
use std::path::PathBuf;

/// A configured Wasmtime engine.
#[napi]
pub struct NativeEngine {
    inner: Disposable<Engine>,
}

/// A file to compile.
#[napi(object, object_to_js = false)]
pub struct FileSource {
    pub path: String,
}

type SourceOptions<'a> = Either3<Uint8ArraySlice<'a>, String, FileSource>;

/// Bytes are copied: JavaScript may change or detach them while a thread compiles.
fn source(options: SourceOptions<'_>) -> Source {
    match options {
        Either3::A(bytes) => Source::Bytes(bytes.to_vec()),
        Either3::B(text) => Source::Text(text),
        Either3::C(file) => Source::File(PathBuf::from(file.path)),
    }
}

impl NativeEngine {
    fn compile(
        &self,
        encoding: Encoding,
        options: SourceOptions<'_>,
    ) -> Result<AsyncTask<Compile>, Error> {
        Ok(AsyncTask::new(Compile {
            engine: self.engine()?,
            encoding,
            source: source(options),
        }))
    }

    fn deserialize(
        &self,
        env: Env,
        encoding: Encoding,
        bytes: &[u8],
        key: &[u8],
    ) -> napi::Result<NativeCompiled> {
        guard(env, || {
            let key = ArtifactKey::new(key)?;
            let code = Code::deserialize(&self.engine()?, encoding, &unshared(bytes), &key)?;
            Ok(NativeCompiled::new(env, code))
        })
    }

    /// # Safety
    ///
    /// The caller guarantees that the bytes are trusted.
    unsafe fn deserialize_unchecked(
        &self,
        env: Env,
        encoding: Encoding,
        bytes: &[u8],
        key: Option<Uint8ArraySlice<'_>>,
    ) -> napi::Result<NativeCompiled> {
        guard(env, || {
            let (bytes, key) = (unshared(bytes), optional(key)?);
            // SAFETY: as above.
            let code = unsafe {
                Code::deserialize_unchecked(&self.engine()?, encoding, &bytes, key.as_ref())
            }?;
            Ok(NativeCompiled::new(env, code))
        })
    }

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
                inner: Disposable::new("engine", inner),
            })
        })
    }

    /// The number of live instances.
    #[napi(getter)]
    pub fn live_instances(&self, env: Env) -> napi::Result<u32> {
        guard(env, || {
            self.inner.with(|engine| Ok(engine.live_instances()))
        })
    }

    /// Compiles a component on a thread of libuv's pool.
    #[napi(ts_return_type = "Promise<NativeCompiled | ErrorData>")]
    pub fn compile_component(
        &self,
        env: Env,
        options: SourceOptions<'_>,
    ) -> napi::Result<AsyncTask<Compile>> {
        guard(env, || self.compile(Encoding::Component, options))
    }

    /// Compiles a core module on a thread of libuv's pool.
    #[napi(ts_return_type = "Promise<NativeCompiled | ErrorData>")]
    pub fn compile_module(
        &self,
        env: Env,
        options: SourceOptions<'_>,
    ) -> napi::Result<AsyncTask<Compile>> {
        guard(env, || self.compile(Encoding::Module, options))
    }

    /// Drops the engine; what it compiled stays usable.
    #[napi]
    pub fn dispose(&self, env: Env) -> napi::Result<()> {
        guard(env, || self.inner.dispose().map(drop))
    }

    /// A component from compiled code with the key's tag.
    #[napi]
    pub fn deserialize_component(
        &self,
        env: Env,
        bytes: Uint8ArraySlice<'_>,
        key: Uint8ArraySlice<'_>,
    ) -> napi::Result<NativeCompiled> {
        self.deserialize(env, Encoding::Component, &bytes, &key)
    }

    /// A module from compiled code with the key's tag.
    #[napi]
    pub fn deserialize_module(
        &self,
        env: Env,
        bytes: Uint8ArraySlice<'_>,
        key: Uint8ArraySlice<'_>,
    ) -> napi::Result<NativeCompiled> {
        self.deserialize(env, Encoding::Module, &bytes, &key)
    }

    /// A component from trusted compiled code.
    #[napi]
    pub fn unsafe_deserialize_component(
        &self,
        env: Env,
        bytes: Uint8ArraySlice<'_>,
        key: Option<Uint8ArraySlice<'_>>,
    ) -> napi::Result<NativeCompiled> {
        // SAFETY: the method's name tells the caller to guarantee that the bytes are trusted.
        unsafe { self.deserialize_unchecked(env, Encoding::Component, &bytes, key) }
    }

    /// A module from trusted compiled code.
    #[napi]
    pub fn unsafe_deserialize_module(
        &self,
        env: Env,
        bytes: Uint8ArraySlice<'_>,
        key: Option<Uint8ArraySlice<'_>>,
    ) -> napi::Result<NativeCompiled> {
        // SAFETY: the method's name tells the caller to guarantee that the bytes are trusted.
        unsafe { self.deserialize_unchecked(env, Encoding::Module, &bytes, key) }
    }
}

/// A copy: another JavaScript thread may write to shared bytes between the check of the tag and their use.
fn unshared(bytes: &[u8]) -> Vec<u8> {
    bytes.to_vec()
}

fn optional(key: Option<Uint8ArraySlice<'_>>) -> Result<Option<ArtifactKey>, Error> {
    key.map(|secret| ArtifactKey::new(&secret)).transpose()
}

/// A compilation.
pub struct Compile {
    engine: Engine,
    encoding: Encoding,
    source: Source,
}

impl Task for Compile {
    type Output = Result<Code, Error>;
    type JsValue = Either<NativeCompiled, ErrorData>;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        Ok(catch(|| {
            Code::compile(&self.engine, self.encoding, &self.source)
        }))
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        Ok(match output {
            Ok(code) => Either::A(NativeCompiled::new(env, code)),
            Err(error) => Either::B(ErrorData::from(&error)),
        })
    }
}
