//! The engine: compiles sources, counts what lives, and keeps the clock of its epochs.

use crate::artifact::{self, Key};
use crate::cache::{self, Code};
use crate::clock;
use crate::compilers::Compilers;
use crate::component::Component;
use crate::config::EngineConfig;
use crate::error::{Error, Result, chain};
use crate::intern::Backend;
use crate::live::{LiveCount, Permit};
use crate::module::Module;
use crate::threads::Threads;
use std::borrow::Cow;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use wasmtime::Precompiled;

/// What is to be compiled.
#[derive(Debug, Clone)]
pub enum Source {
    /// A WebAssembly binary, or WAT as UTF-8 text.
    Bytes(Vec<u8>),
    /// WebAssembly's text format.
    Text(String),
    /// A file holding either.
    File(PathBuf),
}

impl Source {
    /// The bytes, read and bounded by `maximum` bytes.
    fn read(&self, maximum: u64) -> Result<Cow<'_, [u8]>> {
        let bytes: Cow<'_, [u8]> = match self {
            Self::Bytes(bytes) => bytes.into(),
            Self::Text(text) => text.as_bytes().into(),
            Self::File(path) => read_file(path, maximum)
                .map_err(|error| io(path, &error))?
                .into(),
        };
        check_size(bytes.len() as u64, maximum)?;
        Ok(bytes)
    }

    /// The binary that `bytes`, read from this source, are or stand for.
    fn binary<'a>(&self, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>> {
        match self {
            Self::Text(text) if !text.is_empty() => parse_text(text).map(Cow::Owned),
            _ => binary(bytes),
        }
    }
}

/// A file's content, or so much of it that it is seen to be too large: not every file tells its size beforehand.
fn read_file(path: &Path, maximum: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path)?;
    file.take(maximum.saturating_add(1))
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn io(path: &Path, error: &std::io::Error) -> Error {
    Error::Io {
        path: path.display().to_string(),
        message: error.to_string(),
    }
}

fn check_size(actual_bytes: u64, maximum_bytes: u64) -> Result<()> {
    if actual_bytes <= maximum_bytes {
        return Ok(());
    }
    Err(Error::BinaryTooLarge {
        actual_bytes,
        maximum_bytes,
    })
}

/// A configured Wasmtime engine with the bounds over everything made by it. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    backend: Backend,
    config: EngineConfig,
    live: LiveCount,
    compilers: Compilers,
}

impl Engine {
    /// An engine with these options.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION` naming the option that is out of range or does not go with another.
    pub fn new(config: EngineConfig) -> Result<Self> {
        clock::start()?;
        let backend = Backend::new(&config)?;
        let live = LiveCount::new(config.maxima.instances);
        let compilers = Compilers::new(config.maxima.compiler_threads());
        Ok(Self {
            inner: Arc::new(Inner {
                backend,
                config,
                live,
                compilers,
            }),
        })
    }

    /// The options that the engine was made with.
    pub fn config(&self) -> &EngineConfig {
        &self.inner.config
    }

    /// The threads on which its guests go on that outlast a slice.
    pub fn threads(&self) -> Arc<Threads> {
        Threads::with_cap(self.config().maxima.guest_threads())
    }

    /// Instances that are alive now.
    pub fn live_instances(&self) -> u32 {
        self.inner.live.current()
    }

    /// Compiles a component, or finds it compiled.
    ///
    /// # Errors
    ///
    /// `COMPILE`, also for a core module; `BINARY_TOO_LARGE`; `IO` where a file cannot be read.
    pub fn compile_component(&self, source: &Source) -> Result<Component> {
        let code = self.compile(source, Kind::Component)?;
        Ok(Component::new(self.clone(), code))
    }

    /// Compiles a core module, or finds it compiled.
    ///
    /// # Errors
    ///
    /// `COMPILE`, also for a component; `BINARY_TOO_LARGE`; `IO` where a file cannot be read.
    pub fn compile_module(&self, source: &Source) -> Result<Module> {
        let code = self.compile(source, Kind::Module)?;
        Ok(Module::new(self.clone(), code))
    }

    fn compile<C: Code>(&self, source: &Source, kind: Kind) -> Result<Arc<C>> {
        let bytes = source.read(self.config().maxima.binary_bytes)?;
        let binary = source.binary(&bytes)?;
        check_kind(&binary, kind)?;
        let compile = || {
            let compile = || cache::compile(self.wasmtime(), &binary);
            let compiled = self.inner.compilers.run(compile)?;
            compiled.map_err(|error| Error::compile(&error))
        };
        match self.config().cache {
            true => cache::obtain(&self.inner.backend, &binary, compile),
            false => compile().map(Arc::new),
        }
    }

    /// A component from what [`Component::serialize`] gave with the same key, on an engine of the same configuration and
    /// version. Nobody without the key can have made or changed the bytes.
    ///
    /// # Errors
    ///
    /// `DESERIALIZE` where the bytes are not such a component, or not tagged with this key.
    pub fn deserialize_component(&self, bytes: &[u8], key: &Key) -> Result<Component> {
        // SAFETY: the tag vouches for the bytes.
        unsafe { self.deserialize_component_unchecked(bytes, Some(key)) }
    }

    /// A module from what [`Module::serialize`] gave with the same key, as [`Engine::deserialize_component`].
    ///
    /// # Errors
    ///
    /// `DESERIALIZE` where the bytes are not such a module, or not tagged with this key.
    pub fn deserialize_module(&self, bytes: &[u8], key: &Key) -> Result<Module> {
        // SAFETY: the tag vouches for the bytes.
        unsafe { self.deserialize_module_unchecked(bytes, Some(key)) }
    }

    /// A component from what [`Component::serialize`] gave on an engine of the same configuration and version.
    ///
    /// # Safety
    ///
    /// The bytes hold machine code that will run without a sandbox: where there is no key, they must come from a trusted
    /// place, unchanged. Version and configuration are checked, and damage is; an attacker's bytes are not.
    ///
    /// # Errors
    ///
    /// `DESERIALIZE` where the bytes are not such a component.
    pub unsafe fn deserialize_component_unchecked(
        &self,
        bytes: &[u8],
        key: Option<&Key>,
    ) -> Result<Component> {
        // SAFETY: the caller vouches for the bytes.
        let code = unsafe { self.deserialize(bytes, Precompiled::Component, key) }?;
        Ok(Component::new(self.clone(), code))
    }

    /// A module from what [`Module::serialize`] gave on an engine of the same configuration and version.
    ///
    /// # Safety
    ///
    /// As for [`Engine::deserialize_component_unchecked`].
    ///
    /// # Errors
    ///
    /// `DESERIALIZE` where the bytes are not such a module.
    pub unsafe fn deserialize_module_unchecked(
        &self,
        bytes: &[u8],
        key: Option<&Key>,
    ) -> Result<Module> {
        // SAFETY: the caller vouches for the bytes.
        let code = unsafe { self.deserialize(bytes, Precompiled::Module, key) }?;
        Ok(Module::new(self.clone(), code))
    }

    /// # Safety
    ///
    /// As for [`Engine::deserialize_component_unchecked`].
    unsafe fn deserialize<C: Code>(
        &self,
        bytes: &[u8],
        kind: Precompiled,
        key: Option<&Key>,
    ) -> Result<Arc<C>> {
        let artifact = artifact::open(bytes, kind, key)?;
        // SAFETY: the caller vouches for the bytes.
        let code = unsafe { C::deserialize(self.wasmtime(), artifact) };
        code.map(Arc::new).map_err(|error| Error::Deserialize {
            message: chain(&error),
        })
    }

    pub(crate) fn wasmtime(&self) -> &wasmtime::Engine {
        self.inner.backend.wasmtime()
    }

    /// Leave for one more instance with this many memories.
    pub(crate) fn admit(&self, memories: u32) -> Result<Permit> {
        self.inner.live.admit(memories)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Module,
    Component,
}

const MAGIC: &[u8] = b"\0asm";

/// The binary itself, or the one that the text describes.
fn binary(bytes: &[u8]) -> Result<Cow<'_, [u8]>> {
    if bytes.is_empty() {
        return Err(Error::Compile {
            message: "the source is empty".to_owned(),
        });
    }
    if bytes.starts_with(MAGIC) {
        return Ok(bytes.into());
    }
    if artifact::is_sealed(bytes) || wasmtime::Engine::detect_precompiled(bytes).is_some() {
        return Err(Error::Compile {
            message: "the source is compiled code, not WebAssembly; use 'deserialize…' with its key, or 'unsafeDeserialize…' if you trust it"
                .to_owned(),
        });
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Error::Compile {
        message: format!(
            "neither a WebAssembly binary (it starts with {}, not 00 61 73 6d) nor text",
            hex(bytes)
        ),
    })?;
    parse_text(text).map(Cow::Owned)
}

/// The binary that WAT stands for.
///
/// # Errors
///
/// `COMPILE` naming line and column.
pub fn parse_text(text: &str) -> Result<Vec<u8>> {
    wat::parse_str(text).map_err(|error| Error::Compile {
        message: error.to_string(),
    })
}

fn hex(bytes: &[u8]) -> String {
    let start: Vec<String> = bytes
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    start.join(" ")
}

/// The layer field of the preamble tells a component from a module.
fn check_kind(binary: &[u8], expected: Kind) -> Result<()> {
    let found = match binary.get(4..8) {
        Some([1, 0, 0, 0]) => Kind::Module,
        Some([_, _, 1, 0]) => Kind::Component,
        _ => return Ok(()),
    };
    let message = match (expected, found) {
        (Kind::Component, Kind::Module) => {
            "this is a core module, not a component; compile it with 'compileModule'"
        }
        (Kind::Module, Kind::Component) => {
            "this is a component, not a core module; compile it with 'compileComponent'"
        }
        _ => return Ok(()),
    };
    Err(Error::Compile {
        message: message.to_owned(),
    })
}
