//! Engine: compiles modules and components and bounds everything created from them.

pub(crate) mod admission;
pub(crate) mod clock;
pub(crate) mod config;
pub(crate) mod shared;
pub(crate) mod source;

use crate::compile::artifact::{self, ArtifactKey};
use crate::compile::cache::{self, Code};
use crate::compile::target::CompileTarget;
use crate::compile::thread_pool::CompilePool;
use crate::engine::admission::{Admission, Permit};
use crate::engine::config::EngineConfig;
use crate::engine::source::{Encoding, Source, check_encoding};
use crate::error::{Error, Result, chain};
use std::sync::Arc;

/// A configured Wasmtime engine with the limits of everything created from it. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    target: CompileTarget,
    config: EngineConfig,
    admission: Admission,
    compile_pool: CompilePool,
}

impl Engine {
    /// An engine with these options.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION` naming an option that is out of its range or excludes another.
    pub fn new(config: EngineConfig) -> Result<Self> {
        clock::start()?;
        let target = shared::get_or_create(&config)?;
        let admission = Admission::new(config.limits.instances);
        let compile_pool = CompilePool::new(config.limits.compiler_threads());
        Ok(Self {
            inner: Arc::new(Inner {
                target,
                config,
                admission,
                compile_pool,
            }),
        })
    }

    /// The options of the engine.
    pub fn config(&self) -> &EngineConfig {
        &self.inner.config
    }

    /// The number of live instances.
    pub fn live_instances(&self) -> u32 {
        self.inner.admission.current()
    }

    /// Compiles `source`, or finds it compiled.
    ///
    /// # Errors
    ///
    /// `COMPILE`, also for a binary of another encoding; `BINARY_TOO_LARGE`; `IO` if a file cannot be read.
    pub(crate) fn compile<C: Code>(&self, source: &Source, encoding: Encoding) -> Result<Arc<C>> {
        let bytes = source.read(self.config().limits.binary_bytes)?;
        let binary = source.binary(&bytes)?;
        check_encoding(&binary, encoding)?;
        let compile = || {
            let run = || cache::compile(self.wasmtime(), &binary);
            let compiled = self.inner.compile_pool.run(run)?;
            compiled.map_err(|error| Error::compile(&error))
        };
        match self.config().cache {
            true => cache::get_or_compile(&self.inner.target, &binary, compile),
            false => compile().map(Arc::new),
        }
    }

    /// The compiled code in `bytes`.
    ///
    /// # Safety
    ///
    /// The bytes hold machine code that runs without a sandbox. Without a key they must come from a trusted place,
    /// unchanged.
    pub(crate) unsafe fn deserialize<C: Code>(
        &self,
        bytes: &[u8],
        encoding: Encoding,
        key: Option<&ArtifactKey>,
    ) -> Result<Arc<C>> {
        let artifact = artifact::open(bytes, encoding.precompiled(), key)?;
        // SAFETY: the caller vouches for the bytes.
        let code = unsafe { C::deserialize(self.wasmtime(), artifact) };
        code.map(Arc::new).map_err(|error| Error::Deserialize {
            message: chain(&error),
        })
    }

    pub(crate) fn wasmtime(&self) -> &wasmtime::Engine {
        self.inner.target.wasmtime()
    }

    /// Reserves capacity for one instance with this many memories.
    ///
    /// # Errors
    ///
    /// `INSTANCE_LIMIT`.
    pub(crate) fn admit(&self, memories: u32) -> Result<Permit> {
        self.inner.admission.admit(memories)
    }
}
