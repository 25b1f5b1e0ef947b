//! On which threads does an engine compile? `limits.threads` caps their number.
//!
//! ```text
//! 1      the calling thread, one compilation after the other
//! more   a pool of so many, which all engines of the process with that number share; it ends with the last of them
//! ```

use crate::error::{Error, Result};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

/// What libuv gives its threads: a binary must not compile on those only.
const STACK_BYTES: usize = 8 << 20;

/// Those that are alive, with their number of threads.
static POOLS: Mutex<Vec<(u32, Weak<ThreadPool>)>> = Mutex::new(Vec::new());

/// The threads on which one engine compiles. None is started before there is work.
pub(crate) struct CompilePool {
    count: u32,
    one: Mutex<()>,
    more: OnceLock<Arc<ThreadPool>>,
}

impl CompilePool {
    pub fn new(count: u32) -> Self {
        Self {
            count,
            one: Mutex::default(),
            more: OnceLock::new(),
        }
    }

    /// Runs `work`, and all that it starts.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION` where the operating system gives no such number of threads.
    pub fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T> {
        if self.count == 1 {
            let _turn = self.one.lock().unwrap_or_else(PoisonError::into_inner);
            return Ok(work());
        }
        Ok(self.pool()?.install(work))
    }

    fn pool(&self) -> Result<&ThreadPool> {
        match self.more.get() {
            Some(pool) => Ok(pool),
            None => shared(self.count).map(|pool| self.more.get_or_init(|| pool).as_ref()),
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
