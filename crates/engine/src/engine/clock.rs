//! The process's coarse clock: it advances the epochs of engines, and tells calls the time for next to nothing.
//!
//! Reading an operating system's clock, even a coarse one, costs a third of a guest's call. So one native thread writes
//! the time down, and calls read what it wrote.
//!
//! ```text
//!            a call                       a second without a call, no engine with epochs
//! ASLEEP ──────────────→ USED ───────────→ QUIET ───────────→ ASLEEP
//!                          ↑── a call ───────┘
//! ```

use crate::error::{Error, Result};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use wasmtime::EngineWeak;

/// Time between two epochs. A deadline is met within one of these and the scheduler's own delay.
const EPOCH: Duration = Duration::from_millis(1);

/// Time between two readings where no engine has epochs.
const READING: Duration = Duration::from_millis(4);

/// More than a reading is ever old, but where the machine starves the clock's thread.
pub(crate) const COARSENESS: Duration = Duration::from_millis(16);

/// Time without a call after which the clock goes one step nearer to sleep.
const PATIENCE: Duration = Duration::from_secs(1);

const ASLEEP: u8 = 0;
const QUIET: u8 = 1;
const USED: u8 = 2;

static STATE: AtomicU8 = AtomicU8::new(ASLEEP);
static NOW_NS: AtomicU64 = AtomicU64::new(0);
static CLOCK: LazyLock<Clock> = LazyLock::new(Clock::default);

struct Clock {
    origin: Instant,
    /// Those with epochs.
    engines: Mutex<Vec<EngineWeak>>,
    wake: Condvar,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            origin: Instant::now(),
            engines: Mutex::default(),
            wake: Condvar::new(),
        }
    }
}

/// Has the clock run from now on.
///
/// # Errors
///
/// `INTERNAL` where the operating system gives no thread; without it nothing would stop a guest by time.
pub(crate) fn start() -> Result<()> {
    static STARTED: OnceLock<Result<(), String>> = OnceLock::new();
    // Detached on purpose: the thread sleeps when nobody needs it, and ends with the process.
    STARTED
        .get_or_init(|| {
            let thread = std::thread::Builder::new().name("airssys-wasm-clock".to_owned());
            let spawned = thread.spawn(|| CLOCK.run());
            spawned.map(drop).map_err(|error| error.to_string())
        })
        .as_ref()
        .map_err(|error| Error::Internal {
            message: format!("no thread for the clock: {error}"),
        })
        .copied()
}

/// Has the epochs of `engine` advance from now on, for as long as it lives.
pub(crate) fn drive_epochs(engine: &wasmtime::Engine) {
    CLOCK.lock().push(engine.weak());
    CLOCK.wake.notify_one();
}

/// The number of epochs that `timeout` spans, rounded up so that a guest is never stopped early.
pub(crate) fn epochs(timeout: Duration) -> u64 {
    let epochs = timeout.as_nanos().div_ceil(EPOCH.as_nanos());
    u64::try_from(epochs)
        .unwrap_or(u64::MAX / 2)
        .saturating_add(1)
}

/// The same as time since some moment: for who adds up many short times, each of which counts only now and then.
#[inline]
pub fn coarse_now() -> Duration {
    Duration::from_nanos(now_ns())
}

/// Nanoseconds since some moment, as of the last reading: a few milliseconds old.
#[inline]
pub(crate) fn now_ns() -> u64 {
    if STATE.load(Ordering::Relaxed) != USED {
        rouse();
    }
    NOW_NS.load(Ordering::Relaxed)
}

#[cold]
fn rouse() {
    if STATE.swap(USED, Ordering::Relaxed) == ASLEEP {
        CLOCK.read();
        // Under the lock, or the thread could miss the call between its look at the state and its wait.
        let engines = CLOCK.lock();
        CLOCK.wake.notify_one();
        drop(engines);
    }
}

/// A call in between wins: it has set the state to `USED` again.
fn nearer_to_sleep() {
    let _ = STATE
        .compare_exchange(QUIET, ASLEEP, Ordering::Relaxed, Ordering::Relaxed)
        .or_else(|_| STATE.compare_exchange(USED, QUIET, Ordering::Relaxed, Ordering::Relaxed));
}

impl Clock {
    fn lock(&self) -> MutexGuard<'_, Vec<EngineWeak>> {
        self.engines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) {
        let now = u64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(u64::MAX);
        NOW_NS.fetch_max(now, Ordering::Relaxed);
    }

    fn run(&self) {
        let mut last_epoch = Instant::now();
        let mut last_step = Instant::now();
        loop {
            let mut engines = self.lock();
            while engines.is_empty() && STATE.load(Ordering::Relaxed) == ASLEEP {
                engines = self
                    .wake
                    .wait(engines)
                    .unwrap_or_else(PoisonError::into_inner);
                (last_epoch, last_step) = (Instant::now(), Instant::now());
            }
            // A late wake-up makes up for the epochs that it missed, or timeouts would drift with the load.
            let missed = last_epoch.elapsed().as_nanos() / EPOCH.as_nanos();
            last_epoch += EPOCH * u32::try_from(missed).unwrap_or(u32::MAX);
            engines.retain(|weak| match weak.upgrade() {
                Some(engine) => {
                    (0..missed).for_each(|_| engine.increment_epoch());
                    true
                }
                None => false,
            });
            let has_epochs = !engines.is_empty();
            drop(engines);
            self.read();
            if last_step.elapsed() >= PATIENCE {
                last_step = Instant::now();
                nearer_to_sleep();
            }
            std::thread::sleep(if has_epochs { EPOCH } else { READING });
        }
    }
}
