//! What the process has compiled, by content: a binary that is known is hashed and not compiled again.
//!
//! ```text
//! binary ─ BLAKE3 ─→ key ─→ slot ┬ code of this Wasmtime engine ─────→ shared
//!                                ├ code of another of the same kind ─→ serialized and read back
//!                                └ nothing ──────────────────────────→ compiled, while others wait at the slot
//! ```
//!
//! The key also says what of the configuration decides the machine code, in Wasmtime's own judgement. Code keeps its
//! Wasmtime engine alive, and not every engine may be kept: of code for the others, the bytes are held instead.
//!
//! Locks are taken in one order: a slot's, then the list's. JavaScript threads take neither for longer than a look.

use crate::compile::disk_cache;
use crate::compile::target::CompileTarget;
use crate::error::Result;
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

/// The most bytes of compiled code that the cache keeps alive; what is used lives on elsewhere.
const MAX_BYTES: u64 = 256 << 20;

/// The most binaries that it knows: each takes a few of the mappings that the operating system allows a process.
const MAX_ENTRIES: usize = 1_000;

static LRU: LazyLock<Mutex<Lru>> = LazyLock::new(Mutex::default);
static HITS: AtomicU64 = AtomicU64::new(0);
static COMPILATIONS: AtomicU64 = AtomicU64::new(0);

/// What the process has compiled, and what it did not have to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheStatistics {
    /// Sources that were known: their code was shared, or taken over from an engine of another pool or of other limits.
    pub hits: u64,
    /// Sources that were compiled, by all engines, whether or not they use the cache; failures count.
    pub compilations: u64,
    /// Sources whose code was read from a `cacheDirectory` instead.
    pub directory_hits: u64,
    /// Compiled code that the cache keeps alive, in bytes, with what describes it.
    pub code_bytes: u64,
    /// Binaries that the cache knows.
    pub entries: u64,
}

/// The counts of the whole process since its start, and what the cache holds now.
pub fn cache_statistics() -> CacheStatistics {
    let directory_hits = disk_cache::hits();
    let lru = lru();
    CacheStatistics {
        hits: HITS.load(Ordering::Relaxed),
        // Wasmtime counts a hit inside of what is counted here as a compilation.
        compilations: COMPILATIONS
            .load(Ordering::Relaxed)
            .saturating_sub(directory_hits),
        directory_hits,
        code_bytes: lru.bytes,
        entries: lru.entries.len() as u64,
    }
}

/// Compiled code of one kind, with what is made of it once for all who share it.
pub(crate) trait Code: Sized + Send + Sync + 'static {
    /// Compiles `binary`.
    fn compile(engine: &wasmtime::Engine, binary: &[u8]) -> wasmtime::Result<Self>;

    /// The code as Wasmtime writes it.
    fn serialize(&self) -> wasmtime::Result<Vec<u8>>;

    /// The code again.
    ///
    /// # Safety
    ///
    /// The bytes are what [`Code::serialize`] gave, unchanged.
    unsafe fn deserialize(engine: &wasmtime::Engine, artifact: &[u8]) -> wasmtime::Result<Self>;

    /// The engine that it runs on.
    fn engine(&self) -> &wasmtime::Engine;

    /// What it holds in memory, in bytes.
    fn held_bytes(&self) -> u64;
}

/// Has Wasmtime compile `binary`, and counts that.
pub(crate) fn compile<C: Code>(engine: &wasmtime::Engine, binary: &[u8]) -> wasmtime::Result<C> {
    COMPILATIONS.fetch_add(1, Ordering::Relaxed);
    C::compile(engine, binary)
}

/// The code of `binary` for this engine: the one that is known, or what `compile` makes.
///
/// # Errors
///
/// Those of `compile`; they leave nothing behind.
pub(crate) fn obtain<C: Code>(
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

/// What is known of one binary. The lock is held while it is compiled.
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
    /// A panic while compiling has changed nothing yet.
    fn lock(&self) -> MutexGuard<'_, CacheSlot<C>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct CacheSlot<C> {
    /// One for each engine that is alive.
    codes: Vec<CodeRef<C>>,
    /// The code as bytes, where none is held itself.
    artifact: Option<Vec<u8>>,
}

enum CodeRef<C> {
    Strong(Arc<C>),
    /// Of an engine that must go when its last user does.
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

    /// Code that another engine has, made this engine's own. Where that fails, compilation says why.
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
        // SAFETY: Wasmtime has written the bytes in this process, and nobody else sees them.
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

/// A look at a slot, after which the list is told what it holds: also where a failure or a panic ended it.
struct SlotGuard<'a, C: Code> {
    key: CacheKey,
    slot: &'a Arc<Slot<C>>,
    cached: MutexGuard<'a, CacheSlot<C>>,
}

impl<C: Code> Drop for SlotGuard<'_, C> {
    fn drop(&mut self) {
        let bytes = self.cached.bytes();
        let gone = lru().settle(&self.key, self.slot, bytes);
        // Not while the list is locked: freeing code takes its time.
        drop(gone);
    }
}

fn lru() -> MutexGuard<'static, Lru> {
    LRU.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The slots of all that is known, the least recently used of which leave where there is no room.
#[derive(Default)]
struct Lru {
    entries: HashMap<CacheKey, Entry>,
    bytes: u64,
    uses: u64,
}

struct Entry {
    /// A [`Slot`] of the kind that the key names.
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

    /// Notes what `slot` holds, and gives back what must leave.
    fn settle<C: Code>(&mut self, key: &CacheKey, slot: &Arc<Slot<C>>, bytes: u64) -> Vec<Entry> {
        // Another may have removed it meanwhile: evicted, or empty after a failure.
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

    /// The least recently used entry, where there is not room for all. Those in the making take none yet.
    fn evict(&mut self) -> Option<Entry> {
        if self.bytes <= MAX_BYTES && self.entries.len() <= MAX_ENTRIES {
            return None;
        }
        let made = self.entries.iter().filter(|(_, entry)| entry.bytes > 0);
        let key = made
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

    use super::{Code, MAX_BYTES, cache_statistics, obtain};
    use crate::compile::target::CompileTarget;
    use crate::error::{Error, Result};
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::{Barrier, Mutex, MutexGuard, PoisonError};

    /// Code of any size, of no machine.
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

    /// The cache is the process's: these tests run one at a time.
    fn alone() -> MutexGuard<'static, ()> {
        static ALONE: Mutex<()> = Mutex::new(());
        ALONE.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A Wasmtime engine of its own, as one that counts fuel or one with epochs.
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
    fn a_panic_or_a_failure_while_compiling_leaves_nothing_behind() {
        let _alone = alone();
        let target = target(false);
        let before = cache_statistics();
        let panicking = || obtain::<Fake>(&target, b"panic", || panic!("in the compiler"));
        assert!(catch_unwind(AssertUnwindSafe(panicking)).is_err());
        let failing = || Err(Error::Unsupported("anything".to_owned()));
        assert!(obtain::<Fake>(&target, b"panic", failing).is_err());
        assert_eq!(cache_statistics(), before);
        let code = obtain(&target, b"panic", || fake(&target, 7)).unwrap();
        assert_eq!(code.bytes, 7);
        assert_eq!(cache_statistics().entries, before.entries + 1);
        assert_eq!(cache_statistics().code_bytes, before.code_bytes + 7);
    }

    #[test]
    fn threads_that_want_the_same_compile_it_once_and_go_on_after_one_that_fails() {
        let _alone = alone();
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
                    obtain(&target, b"at once", compile).is_err()
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
    fn what_is_held_stays_within_its_bound_and_the_latest_used_stay() {
        let _alone = alone();
        let target = target(false);
        let known = |name: &str, bytes| {
            let mut compiled = false;
            let code = obtain(&target, name.as_bytes(), || {
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
    fn the_cache_keeps_no_engine_with_epochs_alive_and_knows_its_code() {
        let _alone = alone();
        for has_epochs in [false, true] {
            let is_kept = !has_epochs;
            let first = target(has_epochs);
            let weak = first.wasmtime().weak();
            drop(obtain(&first, b"epochs", || fake(&first, 1)).unwrap());
            drop(first);
            let kept = weak.upgrade();
            assert_eq!(kept.is_some(), is_kept);
            let second = kept.map_or_else(
                || target(has_epochs),
                |engine| CompileTarget::new(engine, is_kept),
            );
            let known = obtain::<Fake>(&second, b"epochs", || panic!("compiled again"));
            assert_eq!(known.unwrap().bytes, if is_kept { 1 } else { 10 });
        }
    }
}
