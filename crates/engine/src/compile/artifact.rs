//! Compiled code as bytes to keep: a header that tells damage, then what Wasmtime wrote.
//!
//! ```text
//! 16 bytes  "airssys-wasm 01\n"                 or  "airssys-wasm k1\n"
//! 32 bytes  BLAKE3 of the rest                      BLAKE3 of the rest, keyed with the caller's key
//! rest      Wasmtime's artifact, which names its own version and configuration
//! ```
//!
//! Wasmtime checks little of an artifact that it reads, so a damaged one would run as it is. The hash tells accidents;
//! whoever can write the bytes can write the hash as well. The tag tells attacks: only who has the key can make one.

use crate::error::{Error, Result};
use wasmtime::Precompiled;

const MAGIC: &[u8; 16] = b"airssys-wasm 01\n";
const KEYED_MAGIC: &[u8; 16] = b"airssys-wasm k1\n";
const HASH_BYTES: usize = 32;

/// The least bytes of a key; fewer could be guessed.
pub const MIN_KEY_BYTES: usize = 16;

/// Keeps tags apart from whatever else the caller's key is used for.
const CONTEXT: &str = "airssys-wasm 2026 tag of compiled code";

/// What tells compiled code of the key's holder from anybody else's.
#[derive(Clone)]
pub struct ArtifactKey([u8; HASH_BYTES]);

impl ArtifactKey {
    /// A key from secret bytes, which may be of any length from [`MIN_KEY_BYTES`] on.
    ///
    /// # Errors
    ///
    /// `BAD_VALUE` where there are fewer.
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

/// The bytes to keep of what Wasmtime serialized, with a tag where there is a key.
///
/// # Errors
///
/// `INTERNAL` where Wasmtime could not.
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

/// Whether the bytes are, or once were, kept compiled code.
pub(crate) fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC) || bytes.starts_with(KEYED_MAGIC)
}

/// What Wasmtime serialized, where the bytes are whole, of this key's holder and of the kind that is expected.
///
/// # Errors
///
/// `DESERIALIZE` saying what they are instead.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    expected: Precompiled,
    key: Option<&ArtifactKey>,
) -> Result<&'a [u8]> {
    let rest = unwrap(bytes, expected, key)?;
    let (tag, artifact) = rest
        .split_first_chunk::<HASH_BYTES>()
        .ok_or_else(|| refuse("the bytes are damaged: they end in the header".to_owned()))?;
    // The comparison takes the same time wherever the two differ.
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

/// What follows the magic bytes, which must be those for a key where there is one, and only there.
fn unwrap<'a>(
    bytes: &'a [u8],
    expected: Precompiled,
    key: Option<&ArtifactKey>,
) -> Result<&'a [u8]> {
    let plain = bytes.strip_prefix(MAGIC);
    let keyed = bytes.strip_prefix(KEYED_MAGIC);
    match (plain, keyed, key) {
        (Some(rest), None, None) | (None, Some(rest), Some(_)) => Ok(rest),
        (Some(_), None, Some(_)) => Err(refuse(
            "the bytes have no tag, and a key was given; anybody may have written them".to_owned(),
        )),
        (None, Some(_), None) => Err(refuse(
            "the bytes have the tag of a key; give 'key'".to_owned(),
        )),
        _ => Err(refuse(format!(
            "expected the bytes of {}, got something else",
            name(expected)
        ))),
    }
}

fn mismatch(key: Option<&ArtifactKey>) -> &'static str {
    match key {
        Some(_) => {
            "the tag is not of this key and these bytes: the key is another, or the bytes were changed"
        }
        None => "the bytes are damaged: their hash is not the one they carry",
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
