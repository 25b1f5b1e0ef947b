//! Artifacts: compiled code as bytes to store, with a header that reveals damage.
//!
//! ```text
//! 16 bytes  "airssys-wasm 01\n"                 or  "airssys-wasm k1\n"
//! 32 bytes  BLAKE3 of the rest                      BLAKE3 of the rest, keyed with the caller's key
//! rest      Wasmtime's artifact, which names its own version and configuration
//! ```
//!
//! Wasmtime checks little of an artifact that it reads, so a damaged one would run. The hash reveals accidents, but anyone
//! who can write the bytes can also write the hash. The tag reveals attacks: only holders of the key can create one.

use crate::error::{Error, Result};
use wasmtime::Precompiled;

const MAGIC: &[u8; 16] = b"airssys-wasm 01\n";
const KEYED_MAGIC: &[u8; 16] = b"airssys-wasm k1\n";
const HASH_BYTES: usize = 32;

/// The minimum length of a key, in bytes: a shorter one could be guessed.
pub const MIN_KEY_BYTES: usize = 16;

/// Separates tags from other uses of the caller's key.
const CONTEXT: &str = "airssys-wasm 2026 tag of compiled code";

/// A key that tags compiled code, and so distinguishes its holders' code from others'.
#[derive(Clone)]
pub struct ArtifactKey([u8; HASH_BYTES]);

impl ArtifactKey {
    /// The key for a secret of at least [`MIN_KEY_BYTES`].
    ///
    /// # Errors
    ///
    /// `BAD_VALUE` for a shorter secret.
    pub fn new(secret: &[u8]) -> Result<Self> {
        if secret.len() < MIN_KEY_BYTES {
            return Err(Error::BadValue(format!(
                "expected a key of at least {MIN_KEY_BYTES} bytes, got {}",
                secret.len()
            )));
        }
        Ok(Self(blake3::derive_key(CONTEXT, secret)))
    }
}

/// The artifact of what Wasmtime serialized, with a tag if there is a key.
///
/// # Errors
///
/// `INTERNAL` if Wasmtime could not serialize the code.
pub(crate) fn seal(
    serialized: wasmtime::Result<Vec<u8>>,
    key: Option<&ArtifactKey>,
) -> Result<Vec<u8>> {
    let artifact = serialized.map_err(|error| Error::internal(&error))?;
    let magic = key.map_or(MAGIC, |_| KEYED_MAGIC);
    Ok([magic.as_slice(), hash(&artifact, key).as_bytes(), &artifact].concat())
}

fn hash(artifact: &[u8], key: Option<&ArtifactKey>) -> blake3::Hash {
    match key {
        Some(ArtifactKey(key)) => blake3::keyed_hash(key, artifact),
        None => blake3::hash(artifact),
    }
}

/// Whether the bytes begin like an artifact.
pub(crate) fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC) || bytes.starts_with(KEYED_MAGIC)
}

/// Returns what Wasmtime serialized, if the artifact is undamaged, of the expected kind, and tagged with the key, if there
/// is one.
///
/// # Errors
///
/// `DESERIALIZE` saying what the bytes are instead.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    expected: Precompiled,
    key: Option<&ArtifactKey>,
) -> Result<&'a [u8]> {
    let rest = strip_magic(bytes, expected, key)?;
    let (tag, artifact) = rest
        .split_first_chunk::<HASH_BYTES>()
        .ok_or_else(|| refuse("the bytes are damaged: they end in the header".to_owned()))?;
    // Compared in constant time.
    if hash(artifact, key) != *tag {
        return Err(refuse(mismatch(key).to_owned()));
    }
    match wasmtime::Engine::detect_precompiled(artifact) {
        Some(found) if found == expected => Ok(artifact),
        found => Err(refuse(format!(
            "expected the bytes of {}, got {}",
            name(expected),
            found.map_or("something else", name)
        ))),
    }
}

/// Strips the magic bytes, which must be those for a key if there is one, and only then.
fn strip_magic<'a>(
    bytes: &'a [u8],
    expected: Precompiled,
    key: Option<&ArtifactKey>,
) -> Result<&'a [u8]> {
    let plain = bytes.strip_prefix(MAGIC);
    let keyed = bytes.strip_prefix(KEYED_MAGIC);
    match (plain, keyed, key) {
        (Some(rest), None, None) | (None, Some(rest), Some(_)) => Ok(rest),
        (Some(_), None, Some(_)) => Err(refuse(
            "the bytes have no tag, though a key was given; anyone may have written them"
                .to_owned(),
        )),
        (None, Some(_), None) => Err(refuse(
            "the bytes are tagged with a key; pass it as 'key'".to_owned(),
        )),
        _ => Err(refuse(format!(
            "expected the bytes of {}, got something else",
            name(expected)
        ))),
    }
}

fn mismatch(key: Option<&ArtifactKey>) -> &'static str {
    match key {
        Some(_) => "the tag does not match: the key is another one, or the bytes were changed",
        None => "the bytes are damaged: their hash does not match",
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
