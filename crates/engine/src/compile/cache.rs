//! The cache of compiled code, by content: a known binary is hashed and not compiled again.
//!
//! ```text
//! binary ─ BLAKE3 ─→ key ─→ slot ┬ code of this Wasmtime engine ─────→ shared
//!                                ├ code of a compatible one ─────────→ serialized and read back
//!                                └ nothing ──────────────────────────→ compiled, while others wait at the slot
//! ```
//!
//! The key also covers what of the configuration decides the machine code, as Wasmtime has it. Code keeps its Wasmtime
//! engine alive, and not every engine may be kept alive: for the others the cache holds the serialized code instead.
//!
//! Locks are taken in one order: a slot's, then the list's. JavaScript threads hold neither for long.

use crate::compile::disk_cache;
use crate::compile::target::CompileTarget;
use crate::error::Result;
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

/// The maximum size of the code that the cache keeps alive, in bytes. Evicted code stays alive while it is used.
const MAX_BYTES: u64 = 256 << 20;

/// The maximum number of binaries in the cache: each takes some of the mappings that the operating system allows a process.
const MAX_ENTRIES: usize = 1_000;

static LRU: LazyLock<Mutex<Lru>> = LazyLock::new(Mutex::default);
static HITS: AtomicU64 = AtomicU64::new(0);
static COMPILATIONS: AtomicU64 = AtomicU64::new(0);

/// The cache's counts over the whole process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheStatistics {
    /// Sources whose code was shared, or taken over from another engine.
    pub hits: u64,
    /// Sources that were compiled, by all engines, with the cache or without; failures count.
    pub compilations: u64,
    /// Sources whose code was read from a `cacheDirectory`.
    pub directory_hits: u64,
    /// Size of the code that the cache keeps alive, in bytes, with its metadata.
    pub code_bytes: u64,
    /// Binaries in the cache.
    pub entries: u64,
}

/// The counts since the start of the process, and the cache's current size.
pub fn cache_statistics() -> CacheStatistics {
    let directory_hits = disk_cache::hits();
    let lru = lru();
    CacheStatistics {
        hits: HITS.load(Ordering::Relaxed),
        // A hit on disk happens inside what is counted here as a compilation.
        compilations: COMPILATIONS
            .load(Ordering::Relaxed)
            .saturating_sub(directory_hits),
        directory_hits,
        code_bytes: lru.bytes,
        entries: lru.entries.len() as u64,
    }
}

/// Compiled code of one kind, with what all its users share.
pub(crate) trait Code: Sized + Send + Sync + 'static {
    /// Compiles `binary`.
    fn compile(engine: &wasmtime::Engine, binary: &[u8]) -> wasmtime::Result<Self>;

    /// The code as Wasmtime writes it.
    fn serialize(&self) -> wasmtime::Result<Vec<u8>>;

    /// Reads the code back.
    ///
    /// # Safety
    ///
    /// The bytes are what [`Code::serialize`] returned, unchanged.
    unsafe fn deserialize(engine: &wasmtime::Engine, artifact: &[u8]) -> wasmtime::Result<Self>;

    /// The engine that it runs on.
    fn engine(&self) -> &wasmtime::Engine;

    /// Its size in memory, in bytes.
    fn held_bytes(&self) -> u64;
}

/// Compiles `binary`, and counts that.
pub(crate) fn compile<C: Code>(engine: &wasmtime::Engine, binary: &[u8]) -> wasmtime::Result<C> {
    COMPILATIONS.fetch_add(1, Ordering::Relaxed);
    C::compile(engine, binary)
}

/// The code of `binary` for this target: from the cache, or else what `compile` returns.
///
/// # Errors
///
/// The errors of `compile`, which leave nothing in the cache.
pub(crate) fn get_or_compile<C: Code>(
    target: &CompileTarget,
    binary: &[u8],
    compile: impl FnOnce() -> Result<C>,
) -> Result<Arc<C>> {
    let key = CacheKey {
        compatibility: target.compatibility(),
        kind: TypeId::of::<C>(),
        binary: blake3::hash(binary).into(),
    };
    let slot = lru().slot(&key);
    let mut guard = SlotGuard {
        cached: slot.lock(),
        slot: &slot,
        key,
    };
    let cached = &mut *guard.cached;
    if let Some(code) = cached.code_for(target).or_else(|| cached.take_over(target)) {
        HITS.fetch_add(1, Ordering::Relaxed);
        return Ok(code);
    }
    let code = Arc::new(compile()?);
    cached.keep(&code, target);
    Ok(code)
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct CacheKey {
    compatibility: [u8; 32],
    kind: TypeId,
    binary: [u8; 32],
}

/// The slot of one binary. Its lock is held while the binary is compiled.
struct Slot<C>(Mutex<CacheSlot<C>>);

impl<C> Default for Slot<C> {
    fn default() -> Self {
        Self(Mutex::new(CacheSlot {
            codes: Vec::new(),
            artifact: None,
        }))
    }
}

impl<C> Slot<C> {
    /// Ignores poisoning: a panic in the compiler has changed nothing yet.
    fn lock(&self) -> MutexGuard<'_, CacheSlot<C>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct CacheSlot<C> {
    /// One for each live engine.
    codes: Vec<CodeRef<C>>,
    /// The serialized code, if no code itself is held.
    artifact: Option<Vec<u8>>,
}

enum CodeRef<C> {
    Strong(Arc<C>),
    /// Of an engine that the cache must not keep alive.
    Weak(Weak<C>),
}

impl<C> CodeRef<C> {
    fn code(&self) -> Option<Arc<C>> {
        match self {
            Self::Strong(code) => Some(code.clone()),
            Self::Weak(code) => code.upgrade(),
        }
    }
}

impl<C: Code> CacheSlot<C> {
    fn code_for(&self, target: &CompileTarget) -> Option<Arc<C>> {
        let mut codes = self.codes.iter().filter_map(CodeRef::code);
        codes.find(|code| wasmtime::Engine::same(code.engine(), target.wasmtime()))
    }

    /// Another engine's code, serialized and read back for this one. If that fails, compilation reports why.
    fn take_over(&mut self, target: &CompileTarget) -> Option<Arc<C>> {
        let serialized = match &self.artifact {
            Some(_) => None,
            None => Some(
                self.codes
                    .iter()
                    .find_map(CodeRef::code)?
                    .serialize()
                    .ok()?,
            ),
        };
        let artifact = serialized.as_ref().or(self.artifact.as_ref())?;
        // SAFETY: Wasmtime has written the bytes in this process, and nothing else has access to them.
        let code = unsafe { C::deserialize(target.wasmtime(), artifact) };
        let code = Arc::new(code.ok()?);
        self.keep(&code, target);
        Some(code)
    }

    fn keep(&mut self, code: &Arc<C>, target: &CompileTarget) {
        self.codes.retain(|cached| cached.code().is_some());
        if target.may_be_kept() {
            self.codes.push(CodeRef::Strong(code.clone()));
            self.artifact = None;
            return;
        }
        self.codes.push(CodeRef::Weak(Arc::downgrade(code)));
        if self.artifact.is_none() && !self.is_strong() {
            self.artifact = code.serialize().ok();
        }
    }

    fn is_strong(&self) -> bool {
        self.codes
            .iter()
            .any(|cached| matches!(cached, CodeRef::Strong(_)))
    }

    fn bytes(&self) -> u64 {
        let strong = self.codes.iter().map(|cached| match cached {
            CodeRef::Strong(code) => code.held_bytes(),
            CodeRef::Weak(_) => 0,
        });
        strong.sum::<u64>() + self.artifact.as_ref().map_or(0, Vec::len) as u64
    }
}

/// A locked slot, which updates the list on drop, even after a failure or a panic.
struct SlotGuard<'a, C: Code> {
    key: CacheKey,
    slot: &'a Arc<Slot<C>>,
    cached: MutexGuard<'a, CacheSlot<C>>,
}

impl<C: Code> Drop for SlotGuard<'_, C> {
    fn drop(&mut self) {
        let bytes = self.cached.bytes();
        let evicted = lru().settle(&self.key, self.slot, bytes);
        // After the list is unlocked: freeing code takes time.
        drop(evicted);
    }
}

fn lru() -> MutexGuard<'static, Lru> {
    LRU.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The slots of all binaries, evicted by least recent use.
#[derive(Default)]
struct Lru {
    entries: HashMap<CacheKey, Entry>,
    bytes: u64,
    uses: u64,
}

struct Entry {
    /// A [`Slot`] of the kind of code that the key names.
    slot: Arc<dyn Any + Send + Sync>,
    bytes: u64,
    last_use: u64,
}

impl Lru {
    fn slot<C: Code>(&mut self, key: &CacheKey) -> Arc<Slot<C>> {
        self.uses += 1;
        let known = self.entries.get_mut(key).and_then(|entry| {
            entry.last_use = self.uses;
            entry.slot.clone().downcast().ok()
        });
        known.unwrap_or_else(|| {
            let slot = Arc::default();
            self.put(key, &slot);
            slot
        })
    }

    fn put<C: Code>(&mut self, key: &CacheKey, slot: &Arc<Slot<C>>) {
        let entry = Entry {
            slot: slot.clone(),
            bytes: 0,
            last_use: self.uses,
        };
        self.entries.insert(key.clone(), entry);
    }

    /// Updates the size of `slot`, and returns the entries to evict.
    fn settle<C: Code>(&mut self, key: &CacheKey, slot: &Arc<Slot<C>>, bytes: u64) -> Vec<Entry> {
        // It may have been removed: evicted, or empty after another failure.
        if bytes > 0 && !self.entries.contains_key(key) {
            self.put(key, slot);
        }
        let entry = self.entries.get_mut(key);
        let Some(entry) = entry.filter(|entry| is_same(&entry.slot, slot)) else {
            return Vec::new();
        };
        self.bytes = self.bytes - entry.bytes + bytes;
        entry.bytes = bytes;
        if bytes == 0 {
            return self.entries.remove(key).into_iter().collect();
        }
        std::iter::from_fn(|| self.evict()).collect()
    }

    /// Removes the least recently used entry, if there is not room for all. Entries being compiled have no size yet.
    fn evict(&mut self) -> Option<Entry> {
        if self.bytes <= MAX_BYTES && self.entries.len() <= MAX_ENTRIES {
            return None;
        }
        let compiled = self.entries.iter().filter(|(_, entry)| entry.bytes > 0);
        let key = compiled
            .min_by_key(|(_, entry)| entry.last_use)
            .map(|(key, _)| key.clone())?;
        let entry = self.entries.remove(&key)?;
        self.bytes -= entry.bytes;
        Some(entry)
    }
}

fn is_same<C: Code>(slot: &Arc<dyn Any + Send + Sync>, other: &Arc<Slot<C>>) -> bool {
    std::ptr::addr_eq(Arc::as_ptr(slot), Arc::as_ptr(other))
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        reason = "a test that cannot be set up is a failure too"
    )]

    use super::{Code, MAX_BYTES, cache_statistics, get_or_compile};
    use crate::compile::target::CompileTarget;
    use crate::error::{Error, Result};
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::{Barrier, Mutex, MutexGuard, PoisonError};

    /// Code of any size, which cannot run.
    struct Fake {
        engine: wasmtime::Engine,
        bytes: u64,
    }

    impl Code for Fake {
        fn compile(engine: &wasmtime::Engine, binary: &[u8]) -> wasmtime::Result<Self> {
            let bytes = binary.len() as u64;
            Ok(Self {
                engine: engine.clone(),
                bytes,
            })
        }

        fn serialize(&self) -> wasmtime::Result<Vec<u8>> {
            Ok(vec![0; 10])
        }

        unsafe fn deserialize(engine: &wasmtime::Engine, bytes: &[u8]) -> wasmtime::Result<Self> {
            Self::compile(engine, bytes)
        }

        fn engine(&self) -> &wasmtime::Engine {
            &self.engine
        }

        fn held_bytes(&self) -> u64 {
            self.bytes
        }
    }

    /// Locks the cache, which all tests of the process share.
    fn exclusive() -> MutexGuard<'static, ()> {
        static LOCK: Mutex<()> = Mutex::new(());
        LOCK.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new Wasmtime engine, with fuel or with epochs.
    fn target(has_epochs: bool) -> CompileTarget {
        let mut config = wasmtime::Config::new();
        config
            .consume_fuel(!has_epochs)
            .epoch_interruption(has_epochs);
        CompileTarget::new(wasmtime::Engine::new(&config).unwrap(), !has_epochs)
    }

    fn fake(target: &CompileTarget, bytes: u64) -> Result<Fake> {
        Ok(Fake {
            engine: target.wasmtime().clone(),
            bytes,
        })
    }

    #[test]
    fn a_panic_or_a_failure_while_compiling_leaves_nothing_in_the_cache() {
        let _guard = exclusive();
        let target = target(false);
        let before = cache_statistics();
        let panicking = || get_or_compile::<Fake>(&target, b"panic", || panic!("in the compiler"));
        assert!(catch_unwind(AssertUnwindSafe(panicking)).is_err());
        let failing = || Err(Error::Unsupported("anything".to_owned()));
        assert!(get_or_compile::<Fake>(&target, b"panic", failing).is_err());
        assert_eq!(cache_statistics(), before);
        let code = get_or_compile(&target, b"panic", || fake(&target, 7)).unwrap();
        assert_eq!(code.bytes, 7);
        assert_eq!(cache_statistics().entries, before.entries + 1);
        assert_eq!(cache_statistics().code_bytes, before.code_bytes + 7);
    }

    #[test]
    fn threads_compile_the_same_binary_once_and_continue_after_a_failure() {
        let _guard = exclusive();
        let target = target(false);
        let (compilations, barrier) = (AtomicU32::new(0), Barrier::new(8));
        let compile = || match compilations.fetch_add(1, Ordering::Relaxed) {
            0 => Err(Error::Unsupported("the first".to_owned())),
            _ => fake(&target, 1),
        };
        let failed = std::thread::scope(|scope| {
            let threads = [(); 8].map(|()| {
                scope.spawn(|| {
                    barrier.wait();
                    get_or_compile(&target, b"at once", compile).is_err()
                })
            });
            threads
                .into_iter()
                .map(|thread| u32::from(thread.join().unwrap()))
                .sum::<u32>()
        });
        assert_eq!((failed, compilations.into_inner()), (1, 2));
    }

    #[test]
    fn the_cache_stays_within_its_bound_and_evicts_the_least_recently_used() {
        let _guard = exclusive();
        let target = target(false);
        let known = |name: &str, bytes| {
            let mut compiled = false;
            let code = get_or_compile(&target, name.as_bytes(), || {
                compiled = true;
                fake(&target, bytes)
            });
            code.unwrap();
            !compiled
        };
        let part = MAX_BYTES / 4;
        for name in ["a", "b", "c"] {
            assert!(!known(name, part));
        }
        assert!(known("a", part));
        for name in ["d", "e"] {
            assert!(!known(name, part));
            assert!(cache_statistics().code_bytes <= MAX_BYTES);
        }
        assert!(known("a", part) && known("e", part));
        assert!(!known("b", part));
        assert!(!known("larger than all", MAX_BYTES + 1));
        assert!(!known("larger than all", MAX_BYTES + 1));
        assert!(cache_statistics().code_bytes <= MAX_BYTES);
    }

    #[test]
    fn the_cache_keeps_no_engine_with_epochs_alive_but_its_code() {
        let _guard = exclusive();
        for has_epochs in [false, true] {
            let is_kept = !has_epochs;
            let first = target(has_epochs);
            let weak = first.wasmtime().weak();
            drop(get_or_compile(&first, b"epochs", || fake(&first, 1)).unwrap());
            drop(first);
            let kept = weak.upgrade();
            assert_eq!(kept.is_some(), is_kept);
            let second = kept.map_or_else(
                || target(has_epochs),
                |engine| CompileTarget::new(engine, is_kept),
            );
            let known = get_or_compile::<Fake>(&second, b"epochs", || panic!("compiled again"));
            assert_eq!(known.unwrap().bytes, if is_kept { 1 } else { 10 });
        }
    }
}
