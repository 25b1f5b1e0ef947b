//! The target of a compilation: a Wasmtime engine, with what the cache of compiled code must know about it.

use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

/// A Wasmtime engine to compile for.
pub(crate) struct CompileTarget {
    wasmtime: wasmtime::Engine,
    may_be_kept: bool,
    compatibility: OnceLock<[u8; 32]>,
}

impl CompileTarget {
    /// The target `wasmtime`, which compiled code may or may not keep alive.
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

    /// Whether compiled code may keep the engine alive.
    pub fn may_be_kept(&self) -> bool {
        self.may_be_kept
    }

    /// A hash of what decides the machine code, as Wasmtime has it: targets with the same hash run each other's code.
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

/// Hashes with BLAKE3 what Wasmtime feeds to a hasher of the standard library.
struct Digest(blake3::Hasher);

impl Hasher for Digest {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Unused: the full digest is read instead.
    fn finish(&self) -> u64 {
        0
    }
}
