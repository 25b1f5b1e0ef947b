//! The engine: compiles sources, counts what lives, and keeps the clock of its epochs.

pub(crate) mod admission;
pub(crate) mod clock;
pub(crate) mod config;
pub(crate) mod shared;

use crate::compile::artifact::{self, ArtifactKey};
use crate::compile::cache::{self, Code};

use crate::compile::target::CompileTarget;
use crate::compile::thread_pool::CompilePool;
use crate::engine::admission::{Admission, Permit};
use crate::engine::config::EngineConfig;
use crate::error::{Error, Result, chain};
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
    target: CompileTarget,
    config: EngineConfig,
    live: Admission,
    compilers: CompilePool,
}

impl Engine {
    /// An engine with these options.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION` naming the option that is out of range or does not go with another.
    pub fn new(config: EngineConfig) -> Result<Self> {
        clock::start()?;
        let target = shared::obtain(&config)?;
        let live = Admission::new(config.limits.instances);
        let compilers = CompilePool::new(config.limits.compiler_threads());
        Ok(Self {
            inner: Arc::new(Inner {
                target,
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

    /// Instances that are alive now.
    pub fn live_instances(&self) -> u32 {
        self.inner.live.current()
    }

    /// Compiles, or finds compiled, what is to be of this kind.
    ///
    /// # Errors
    ///
    /// `COMPILE`, also for the other kind; `BINARY_TOO_LARGE`; `IO` where a file cannot be read.
    pub(crate) fn compile<C: Code>(&self, source: &Source, encoding: Encoding) -> Result<Arc<C>> {
        let bytes = source.read(self.config().limits.binary_bytes)?;
        let binary = source.binary(&bytes)?;
        check_encoding(&binary, encoding)?;
        let compile = || {
            let compile = || cache::compile(self.wasmtime(), &binary);
            let compiled = self.inner.compilers.run(compile)?;
            compiled.map_err(|error| Error::compile(&error))
        };
        match self.config().cache {
            true => cache::obtain(&self.inner.target, &binary, compile),
            false => compile().map(Arc::new),
        }
    }

    /// # Safety
    ///
    /// The bytes hold machine code that will run without a sandbox: where there is no key, they must come from a trusted
    /// place, unchanged.
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

    /// Leave for one more instance with this many memories.
    pub(crate) fn admit(&self, memories: u32) -> Result<Permit> {
        self.inner.live.admit(memories)
    }
}

/// What a binary is, as its preamble says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// A core module.
    Module,
    /// A component.
    Component,
}

impl Encoding {
    fn precompiled(self) -> Precompiled {
        match self {
            Self::Module => Precompiled::Module,
            Self::Component => Precompiled::Component,
        }
    }
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
fn check_encoding(binary: &[u8], expected: Encoding) -> Result<()> {
    let found = match binary.get(4..8) {
        Some([1, 0, 0, 0]) => Encoding::Module,
        Some([_, _, 1, 0]) => Encoding::Component,
        _ => return Ok(()),
    };
    let message = match (expected, found) {
        (Encoding::Component, Encoding::Module) => {
            "this is a core module, not a component; compile it with 'compileModule'"
        }
        (Encoding::Module, Encoding::Component) => {
            "this is a component, not a core module; compile it with 'compileComponent'"
        }
        _ => return Ok(()),
    };
    Err(Error::Compile {
        message: message.to_owned(),
    })
}
