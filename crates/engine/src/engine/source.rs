//! Sources: what is compiled, read within a bound and turned into a binary.

use crate::compile::artifact;
use crate::error::{Error, Result};
use std::borrow::Cow;
use std::io::Read;
use std::path::{Path, PathBuf};
use wasmtime::Precompiled;

/// The source of a module or component.
#[derive(Debug, Clone)]
pub enum Source {
    /// A WebAssembly binary, or WAT as UTF-8 text.
    Bytes(Vec<u8>),
    /// WAT, WebAssembly's text format.
    Text(String),
    /// A file that holds either.
    File(PathBuf),
}

impl Source {
    /// The source's content, of at most `maximum` bytes.
    ///
    /// # Errors
    ///
    /// `BINARY_TOO_LARGE`; `IO` if a file cannot be read.
    pub(super) fn read(&self, maximum: u64) -> Result<Cow<'_, [u8]>> {
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

    /// The binary in `bytes`, which were read from this source.
    ///
    /// # Errors
    ///
    /// `COMPILE` for bytes that are neither a binary nor WAT.
    pub(super) fn binary<'a>(&self, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>> {
        match self {
            Self::Text(text) if !text.is_empty() => parse_text(text).map(Cow::Owned),
            _ => binary(bytes),
        }
    }
}

/// The content of a file, or its first `maximum` + 1 bytes: not every file reports its size.
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

const MAGIC: &[u8] = b"\0asm";

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

/// The binary that WAT describes.
///
/// # Errors
///
/// `COMPILE` with line and column.
pub fn parse_text(text: &str) -> Result<Vec<u8>> {
    wat::parse_str(text).map_err(|error| Error::Compile {
        message: error.to_string(),
    })
}

/// The first four bytes.
fn hex(bytes: &[u8]) -> String {
    let start: Vec<String> = bytes
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    start.join(" ")
}

/// The encoding that the preamble of a binary declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// A core module.
    Module,
    /// A component.
    Component,
}

impl Encoding {
    pub(super) fn precompiled(self) -> Precompiled {
        match self {
            Self::Module => Precompiled::Module,
            Self::Component => Precompiled::Component,
        }
    }
}

/// Checks the layer field of a binary's preamble. Other damage is left to Wasmtime to diagnose.
///
/// # Errors
///
/// `COMPILE` naming the function that compiles the other encoding.
pub(super) fn check_encoding(binary: &[u8], expected: Encoding) -> Result<()> {
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
