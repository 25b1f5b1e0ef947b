//! Compiled code as bytes to keep: a header that tells damage, then what Wasmtime wrote.
//!
//! ```text
//! 16 bytes  "airssys-wasm 01\n"
//! 32 bytes  BLAKE3 of the rest
//! rest      Wasmtime's artifact, which names its own version and configuration
//! ```
//!
//! Wasmtime checks little of an artifact that it reads, so a damaged one would run as it is. The hash tells accidents;
//! whoever can write the bytes can write the hash as well.

use crate::error::{Error, Result, chain};
use wasmtime::Precompiled;

const MAGIC: &[u8; 16] = b"airssys-wasm 01\n";
const HASH_BYTES: usize = 32;

/// The bytes to keep of what Wasmtime serialized.
///
/// # Errors
///
/// `INTERNAL` where Wasmtime could not.
pub(crate) fn seal(serialized: wasmtime::Result<Vec<u8>>) -> Result<Vec<u8>> {
    let artifact = serialized.map_err(|error| Error::Internal {
        message: chain(&error),
    })?;
    let hash = blake3::hash(&artifact);
    Ok([MAGIC.as_slice(), hash.as_bytes(), &artifact].concat())
}

/// Whether the bytes are, or once were, kept compiled code.
pub(crate) fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// What Wasmtime serialized, where the bytes are whole and hold the kind that is expected.
///
/// # Errors
///
/// `DESERIALIZE` saying what they are instead.
pub(crate) fn open(bytes: &[u8], expected: Precompiled) -> Result<&[u8]> {
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| {
        refuse(format!(
            "expected the bytes of {}, got something else",
            name(expected)
        ))
    })?;
    let artifact = rest
        .split_at_checked(HASH_BYTES)
        .filter(|(hash, artifact)| blake3::hash(artifact).as_bytes() == *hash)
        .map(|(_, artifact)| artifact)
        .ok_or_else(|| {
            refuse("the bytes are damaged: their hash is not the one they carry".to_owned())
        })?;
    match wasmtime::Engine::detect_precompiled(artifact) {
        Some(found) if found == expected => Ok(artifact),
        found => Err(refuse(format!(
            "expected the bytes of {}, got {}",
            name(expected),
            found.map_or("something else", name)
        ))),
    }
}

fn name(kind: Precompiled) -> &'static str {
    match kind {
        Precompiled::Module => "a compiled module",
        Precompiled::Component => "a compiled component",
    }
}

fn refuse(message: String) -> Error {
    Error::Deserialize { message }
}
