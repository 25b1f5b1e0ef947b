//! The clock of the epochs: one native thread that serves every engine of the process, asleep while there is none.

use crate::error::{Error, Result};
use std::sync::{Condvar, LazyLock, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use wasmtime::EngineWeak;

/// Time between two epochs. A deadline is met within one of these and the scheduler's own delay.
pub(crate) const TICK: Duration = Duration::from_millis(1);

#[derive(Default)]
struct Ticker {
    engines: Mutex<Vec<EngineWeak>>,
    wake: Condvar,
}

static TICKER: LazyLock<Ticker> = LazyLock::new(Ticker::default);

/// Has the epochs of `engine` advance from now on, for as long as it lives.
///
/// # Errors
///
/// `INTERNAL` where the operating system gives no thread; without it nothing would stop a guest.
pub(crate) fn register(engine: &wasmtime::Engine) -> Result<()> {
    static STARTED: OnceLock<Result<(), String>> = OnceLock::new();
    // Detached on purpose: the thread sleeps when no engine is left, and ends with the process.
    STARTED
        .get_or_init(|| {
            let thread = std::thread::Builder::new().name("airssys-wasm-epochs".to_owned());
            thread
                .spawn(|| run(&TICKER))
                .map(drop)
                .map_err(|error| error.to_string())
        })
        .as_ref()
        .map_err(|error| Error::Internal {
            message: format!("no thread for the clock of epochs: {error}"),
        })?;
    TICKER
        .engines
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(engine.weak());
    TICKER.wake.notify_one();
    Ok(())
}

/// The number of epochs that `timeout` spans, rounded up so that a guest is never stopped early.
pub(crate) fn ticks(timeout: Duration) -> u64 {
    let ticks = timeout.as_nanos().div_ceil(TICK.as_nanos());
    u64::try_from(ticks)
        .unwrap_or(u64::MAX / 2)
        .saturating_add(1)
}

fn run(ticker: &Ticker) {
    let mut last = Instant::now();
    loop {
        let mut engines = ticker
            .engines
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        while engines.is_empty() {
            engines = ticker
                .wake
                .wait(engines)
                .unwrap_or_else(PoisonError::into_inner);
            last = Instant::now();
        }
        // A late wake-up makes up for the ticks that it missed, or timeouts would drift with the load.
        let missed = last.elapsed().as_nanos() / TICK.as_nanos();
        last += TICK * u32::try_from(missed).unwrap_or(u32::MAX);
        engines.retain(|weak| match weak.upgrade() {
            Some(engine) => {
                (0..missed).for_each(|_| engine.increment_epoch());
                true
            }
            None => false,
        });
        drop(engines);
        std::thread::sleep(TICK);
    }
}
