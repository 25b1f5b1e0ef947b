//! The process's coarse clock: advances the epochs of engines and provides calls with a cheap time.
//!
//! Reading the operating system's clock, even a coarse one, costs a third of a guest's call. So one native thread stores
//! the time, and calls read what it stored.
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

/// The time between two epochs. A deadline is met within one epoch and the scheduler's delay.
const EPOCH: Duration = Duration::from_millis(1);

/// The time between two readings if no engine has epochs.
const READING: Duration = Duration::from_millis(4);

/// The maximum age of a reading, unless the machine starves the clock's thread.
pub(crate) const RESOLUTION: Duration = Duration::from_millis(16);

/// The time without a call after which the clock goes one state closer to sleep.
const IDLE_TIMEOUT: Duration = Duration::from_secs(1);

const ASLEEP: u8 = 0;
const QUIET: u8 = 1;
const USED: u8 = 2;

static STATE: AtomicU8 = AtomicU8::new(ASLEEP);
static NOW_NS: AtomicU64 = AtomicU64::new(0);
static CLOCK: LazyLock<Clock> = LazyLock::new(Clock::default);

struct Clock {
    origin: Instant,
    /// The engines with epochs.
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

/// Starts the clock, unless it has been started before.
///
/// # Errors
///
/// `INTERNAL` if the operating system refuses the thread, without which no guest could be timed.
pub(crate) fn start() -> Result<()> {
    static STARTED: OnceLock<Result<(), String>> = OnceLock::new();
    // Detached on purpose: the thread sleeps when it is not needed, and ends with the process.
    STARTED
        .get_or_init(|| {
            let thread = std::thread::Builder::new().name("airssys-wasm-clock".to_owned());
            let spawned = thread.spawn(|| CLOCK.run());
            spawned.map(drop).map_err(|error| error.to_string())
        })
        .as_ref()
        .map_err(|error| Error::Internal {
            message: format!("cannot start the clock's thread: {error}"),
        })
        .copied()
}

/// Advances the epochs of `engine` from now on, until it is dropped.
pub(crate) fn advance_epochs(engine: &wasmtime::Engine) {
    CLOCK.lock().push(engine.weak());
    CLOCK.wake.notify_one();
}

/// The number of epochs that `timeout` spans, rounded up so that a guest is never interrupted early.
pub(crate) fn epochs(timeout: Duration) -> u64 {
    let epochs = timeout.as_nanos().div_ceil(EPOCH.as_nanos());
    u64::try_from(epochs)
        .unwrap_or(u64::MAX / 2)
        .saturating_add(1)
}

/// The time since an arbitrary origin, a few milliseconds old. For callers that sum many short intervals; one interval may
/// read as zero.
#[inline]
pub fn coarse_now() -> Duration {
    Duration::from_nanos(now_ns())
}

/// As [`coarse_now`], in nanoseconds.
#[inline]
pub(crate) fn now_ns() -> u64 {
    if STATE.load(Ordering::Relaxed) != USED {
        wake();
    }
    NOW_NS.load(Ordering::Relaxed)
}

#[cold]
fn wake() {
    if STATE.swap(USED, Ordering::Relaxed) == ASLEEP {
        CLOCK.read();
        // Under the lock: otherwise the thread could miss this between reading the state and waiting.
        let engines = CLOCK.lock();
        CLOCK.wake.notify_one();
        drop(engines);
    }
}

/// Goes one state closer to sleep. A call in between wins: it has set the state to `USED` again.
fn go_towards_sleep() {
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
            // A late wake-up catches up on missed epochs: otherwise timeouts would drift with the load.
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
            if last_step.elapsed() >= IDLE_TIMEOUT {
                last_step = Instant::now();
                go_towards_sleep();
            }
            std::thread::sleep(if has_epochs { EPOCH } else { READING });
        }
    }
}
