//! The threads that an engine compiles on, at most the engine's `limits.threads`.
//!
//! ```text
//! 1      the calling thread, one compilation at a time
//! more   a pool of that size, shared by all engines of the process with the same number; it ends with the last of them
//! ```

use crate::error::{Error, Result};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

/// The stack of a thread, in bytes: as large as libuv's, so that a binary compiles on either.
const STACK_BYTES: usize = 8 << 20;

/// The pools that are alive, by their number of threads.
static POOLS: Mutex<Vec<(u32, Weak<ThreadPool>)>> = Mutex::new(Vec::new());

/// The threads that one engine compiles on, started with the first compilation.
pub(crate) struct CompilePool {
    count: u32,
    single: Mutex<()>,
    pool: OnceLock<Arc<ThreadPool>>,
}

impl CompilePool {
    pub fn new(count: u32) -> Self {
        Self {
            count,
            single: Mutex::default(),
            pool: OnceLock::new(),
        }
    }

    /// Runs `work`, and the parallel work inside it.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION` if the operating system refuses that many threads.
    pub fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T> {
        if self.count == 1 {
            let _guard = self.single.lock().unwrap_or_else(PoisonError::into_inner);
            return Ok(work());
        }
        Ok(self.pool()?.install(work))
    }

    fn pool(&self) -> Result<&ThreadPool> {
        match self.pool.get() {
            Some(pool) => Ok(pool),
            None => shared(self.count).map(|pool| self.pool.get_or_init(|| pool).as_ref()),
        }
    }
}

fn shared(count: u32) -> Result<Arc<ThreadPool>> {
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    pools.retain(|(_, pool)| pool.strong_count() > 0);
    let same = pools.iter().find(|(threads, _)| *threads == count);
    if let Some(pool) = same.and_then(|(_, pool)| pool.upgrade()) {
        return Ok(pool);
    }
    let pool = ThreadPoolBuilder::new()
        .num_threads(count as usize)
        .stack_size(STACK_BYTES)
        .thread_name(|index| format!("airssys-wasm-compile-{index}"))
        .build()
        .map_err(|error| {
            let message = format!("cannot start {count} threads: {error}; lower it");
            Error::option("limits.threads", message)
        })?;
    let pool = Arc::new(pool);
    pools.push((count, Arc::downgrade(&pool)));
    Ok(pool)
}
