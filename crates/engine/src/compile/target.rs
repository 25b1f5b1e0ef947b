//! The Wasmtime engine that code is compiled for, with what the cache of compiled code needs to know of it.

use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

/// A Wasmtime engine to compile for.
pub(crate) struct CompileTarget {
    wasmtime: wasmtime::Engine,
    may_be_kept: bool,
    compatibility: OnceLock<[u8; 32]>,
}

impl CompileTarget {
    /// The target that is `wasmtime`; `may_be_kept` as [`CompileTarget::may_be_kept`] returns it.
    pub fn new(wasmtime: wasmtime::Engine, may_be_kept: bool) -> Self {
        Self {
            wasmtime,
            may_be_kept,
            compatibility: OnceLock::new(),
        }
    }

    pub fn wasmtime(&self) -> &wasmtime::Engine {
        &self.wasmtime
    }

    /// Whether compiled code may keep the engine alive when nothing else does.
    pub fn may_be_kept(&self) -> bool {
        self.may_be_kept
    }

    /// The same for all engines of which each runs what the other compiles, in Wasmtime's judgement.
    pub fn compatibility(&self) -> [u8; 32] {
        *self.compatibility.get_or_init(|| {
            let mut digest = Digest(blake3::Hasher::new());
            self.wasmtime
                .precompile_compatibility_hash()
                .hash(&mut digest);
            digest.0.finalize().into()
        })
    }
}

/// Hashes what Wasmtime feeds to a hasher of the standard library.
struct Digest(blake3::Hasher);

impl Hasher for Digest {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Unused: the whole digest is taken.
    fn finish(&self) -> u64 {
        0
    }
}
