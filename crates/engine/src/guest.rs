//! What every live guest has: a store, the budget of a call, the totals, and the one way in.
//!
//! Every call goes through [`Guest::call`], which refuels, runs, counts and judges. What is called differs between
//! core modules and components ([`Callee`]); how a call is bounded does not.

use crate::driver::{self, DeadlinePassed};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::limits::{Budget, Limits};
use crate::live::Permit;
use crate::outcome::{Fuel, Metrics, Outcome, Path};
use crate::stack::StackNeed;
use crate::store::State;
use crate::trap::Cause;
use crate::value::Mismatch;
use crate::{clock, trap};
use std::time::{Duration, Instant};
use wasmtime::{Store, Trap, UpdateDeadline};

/// Whether calls are possible.
#[derive(Debug)]
enum Condition {
    Ready,
    /// A call is under way; if it is seen by the next call, a panic cut that call short.
    Running,
    Poisoned(String),
}

/// What core and component instances share: the store, the budget of a call, and the totals.
pub(crate) struct Guest {
    pub store: Store<State>,
    budget: Budget,
    path: Path,
    stack: StackNeed,
    counts_fuel: bool,
    has_epochs: bool,
    condition: Condition,
    pub fuel: Fuel,
    calls: u64,
    traps: u64,
    elapsed_ns: u64,
    _permit: Permit,
}

/// How a call ended that did not return.
enum Failure {
    Guest(wasmtime::Error),
    Deadline,
}

impl From<wasmtime::Error> for Failure {
    fn from(error: wasmtime::Error) -> Self {
        Self::Guest(error)
    }
}

impl From<DeadlinePassed> for Failure {
    fn from(_: DeadlinePassed) -> Self {
        Self::Deadline
    }
}

/// Something to run in a store, on either path.
pub(crate) trait Callee {
    type Output;

    /// Runs on the caller's stack.
    fn direct(self, store: &mut Store<State>) -> wasmtime::Result<Self::Output>;

    /// Runs on a stack of its own.
    async fn driven(self, store: &mut Store<State>) -> wasmtime::Result<Self::Output>;
}

impl Guest {
    /// A store under `limits`, with nothing in it yet.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION` for limits that the engine cannot enforce, `INSTANCE_LIMIT`.
    pub fn new(engine: &Engine, limits: &Limits, memories: u32) -> Result<Self> {
        let budget = limits.budget(engine.config())?;
        let permit = engine.admit(memories)?;
        let mut store = Store::new(engine.wasmtime(), State::new(limits));
        store.limiter(|state| &mut state.limiter);
        store.set_hostcall_fuel(usize::try_from(limits.transfer_bytes).unwrap_or(usize::MAX));
        let interruption = engine.config().interruption;
        if interruption.epoch() {
            store.epoch_deadline_callback(|store| Ok(on_epoch_deadline(store.data().deadline)));
        }
        let path = match budget.timeout {
            Some(_) if !interruption.epoch() => Path::Driver,
            _ => Path::Direct,
        };
        if path == Path::Driver {
            store
                .fuel_async_yield_interval(Some(driver::SLICE_FUEL))
                .map_err(|error| internal(&error))?;
        }
        Ok(Self {
            store,
            budget,
            path,
            stack: StackNeed::new(engine.config().max_stack_bytes),
            counts_fuel: interruption.fuel(),
            has_epochs: interruption.epoch(),
            condition: Condition::Ready,
            fuel: Fuel {
                consumed: 0,
                is_exact: true,
            },
            calls: 0,
            traps: 0,
            elapsed_ns: 0,
            _permit: permit,
        })
    }

    /// Makes what `callee` makes, under the budget of one call.
    pub fn instantiate<C: Callee>(&mut self, callee: C) -> Result<C::Output> {
        let made = self.call(true, callee);
        self.store.data_mut().limiter.started();
        made.map_err(|error| match error {
            Error::Trap(report) => match report.cause {
                Cause::CanonicalAbi(message) => Error::Link { message },
                Cause::Trap(_) => Error::Trap(report),
            },
            error => error,
        })
    }

    /// Runs `callee` on this instance's path, under the budget of one call.
    #[inline]
    pub fn call<C: Callee>(&mut self, poisoned_by_trap: bool, callee: C) -> Result<C::Output> {
        self.begin()?;
        let (started, deadline) = (clock::now_ns(), self.deadline());
        let result = match self.path {
            Path::Direct => callee.direct(&mut self.store).map_err(Failure::Guest),
            Path::Driver => drive(callee.driven(&mut self.store), deadline),
        };
        let elapsed_ns = clock::now_ns().saturating_sub(started);
        self.elapsed_ns += elapsed_ns;
        match result {
            Ok(_) if self.is_late(elapsed_ns) => {
                Err(self.judge(Failure::Deadline, poisoned_by_trap))
            }
            Ok(value) => {
                self.condition = Condition::Ready;
                self.fuel.consumed = self.fuel.consumed.saturating_add(self.consumed());
                Ok(value)
            }
            Err(failure) => Err(self.judge(failure, poisoned_by_trap)),
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.store.data().deadline
    }

    /// Whether a call that returned did so after its deadline: a single bulk operation cannot be interrupted.
    #[inline]
    fn is_late(&self, elapsed_ns: u64) -> bool {
        match self.budget.timeout {
            // The coarse clock tells the calls apart that need the precise one.
            Some(timeout) if Duration::from_nanos(elapsed_ns) + clock::COARSENESS >= timeout => {
                self.deadline()
                    .is_some_and(|deadline| Instant::now() >= deadline)
            }
            _ => false,
        }
    }

    #[inline]
    fn begin(&mut self) -> Result<()> {
        if !matches!(self.condition, Condition::Ready) {
            return Err(self.refusal());
        }
        if self.path == Path::Direct {
            self.stack.check()?;
        }
        if self.counts_fuel {
            self.store
                .set_fuel(self.budget.fuel.unwrap_or(u64::MAX))
                .map_err(|error| internal(&error))?;
        }
        if let Some(timeout) = self.budget.timeout {
            self.store.data_mut().deadline = Some(Instant::now() + timeout);
        }
        if self.has_epochs {
            self.store
                .set_epoch_deadline(self.budget.timeout.map_or(FAR_FUTURE_EPOCHS, clock::epochs));
        }
        self.condition = Condition::Running;
        self.calls += 1;
        Ok(())
    }

    #[cold]
    fn refusal(&self) -> Error {
        Error::Poisoned {
            reason: match &self.condition {
                Condition::Poisoned(reason) => reason.clone(),
                Condition::Ready | Condition::Running => {
                    "a defect cut its last call short".to_owned()
                }
            },
        }
    }

    /// Fuel that the call used so far; exact where the guest is outside of it.
    #[inline]
    fn consumed(&self) -> u64 {
        if !self.counts_fuel {
            return 0;
        }
        let left = self.store.get_fuel().unwrap_or(0);
        self.budget.fuel.unwrap_or(u64::MAX).saturating_sub(left)
    }

    /// What a failed call means: first by what this crate itself recorded, then by Wasmtime's trap.
    #[cold]
    fn judge(&mut self, failure: Failure, poisoned_by_trap: bool) -> Error {
        if let Failure::Guest(error) = &failure
            && let Some(mismatch) = error.downcast_ref::<Mismatch>()
        {
            self.condition = Condition::Ready;
            self.calls -= 1;
            return Error::BadValue(mismatch.to_string());
        }
        self.traps += 1;
        let error = match failure {
            Failure::Deadline => self.timeout(),
            Failure::Guest(error) => self.by_cause(&error),
        };
        self.bill(&error);
        let poisons = poisoned_by_trap || matches!(error, Error::Timeout { .. });
        self.condition = match poisons {
            true => Condition::Poisoned(format!(
                "its last call ended with {} ({error})",
                error.code()
            )),
            false => Condition::Ready,
        };
        error
    }

    fn by_cause(&self, error: &wasmtime::Error) -> Error {
        match error.downcast_ref::<Trap>() {
            Some(Trap::OutOfFuel) => Error::OutOfFuel {
                budget: self.budget.fuel.unwrap_or(u64::MAX),
                frames: trap::frames(error),
            },
            Some(Trap::Interrupt) => self.timeout(),
            Some(_) => Error::Trap(Box::new(trap::report(error))),
            None if error.is::<wasmtime::ThrownException>() => {
                Error::Trap(Box::new(trap::report(error)))
            }
            None => {
                let limiter = &self.store.data().limiter;
                limiter
                    .refusal(error)
                    .or_else(|| limiter.refused_objects(error))
                    .map(Error::from)
                    .or_else(|| limiter.exceeded(error))
                    .or_else(|| other_than_trap(error))
                    .unwrap_or_else(|| Error::Trap(Box::new(trap::report(error))))
            }
        }
    }

    fn timeout(&self) -> Error {
        Error::Timeout {
            timeout_ms: self
                .budget
                .timeout
                .map_or(0, |timeout| timeout.as_millis() as u64),
        }
    }

    /// Adds what a failed call consumed: Wasmtime's counter where it is known to be true, else the whole budget.
    fn bill(&mut self, error: &Error) {
        let is_exact = match error {
            Error::OutOfFuel { .. } => true,
            Error::Timeout { .. } => self.path == Path::Driver,
            Error::Trap(report) => report.cause == Cause::Trap(Trap::UnreachableCodeReached),
            _ => false,
        };
        let consumed = match (is_exact, self.counts_fuel) {
            (true, _) => self.consumed(),
            (false, true) => self.budget.fuel.unwrap_or(u64::MAX),
            (false, false) => 0,
        };
        self.fuel.consumed = self.fuel.consumed.saturating_add(consumed);
        self.fuel.is_exact &= is_exact || !self.counts_fuel;
    }

    pub fn metrics(&self) -> Metrics {
        let limiter = &self.store.data().limiter;
        Metrics {
            fuel: self.fuel,
            memory_bytes: limiter.memory_bytes(),
            peak_memory_bytes: limiter.peak_memory_bytes(),
            memory_refusals: limiter.refusals(),
            calls: self.calls,
            traps: self.traps,
            elapsed_ns: self.elapsed_ns,
            path: self.path,
        }
    }

    /// The outcome of a call that `before` and `started` were taken in front of.
    pub fn outcome<T>(&self, value: T, before: Fuel, started: Instant) -> Outcome<T> {
        Outcome {
            value,
            elapsed_ns: u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX),
            fuel: Fuel {
                consumed: self.fuel.consumed - before.consumed,
                is_exact: true,
            },
            peak_memory_bytes: self.store.data().limiter.peak_memory_bytes(),
        }
    }
}

/// A deadline that no guest lives to see, for epochs without a timeout.
const FAR_FUTURE_EPOCHS: u64 = 1 << 60;

fn drive<T>(
    future: impl Future<Output = wasmtime::Result<T>>,
    deadline: Option<Instant>,
) -> Result<T, Failure> {
    Ok(driver::drive(future, deadline)??)
}

/// What to do when the epochs of a timeout have passed: the clock of epochs runs ahead of a call that began while it
/// was late, so the precise one decides.
fn on_epoch_deadline(deadline: Option<Instant>) -> UpdateDeadline {
    match deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())) {
        Some(Duration::ZERO) => UpdateDeadline::Interrupt,
        Some(left) => UpdateDeadline::Continue(clock::epochs(left)),
        None => UpdateDeadline::Continue(FAR_FUTURE_EPOCHS),
    }
}

/// An error that is not the guest's doing.
fn other_than_trap(error: &wasmtime::Error) -> Option<Error> {
    if error.is::<wasmtime::PoolConcurrencyLimitError>() {
        return Some(Error::InstanceLimit {
            message: format!(
                "{error}: the engine's pool is full; dispose of instances or raise 'maxima.instances'"
            ),
        });
    }
    if is_out_of_memory(error) {
        return Some(Error::InstanceLimit {
            message: format!(
                "the operating system refused memory: {error:#}; dispose of instances, or lower the engine's 'memoryReservationBytes'"
            ),
        });
    }
    None
}

/// Whether the operating system refused memory. The error's type is private to Wasmtime's dependencies, so where it is
/// not the standard library's, its text decides: "(os error 12)" is ENOMEM, 1455 the same on Windows.
fn is_out_of_memory(error: &wasmtime::Error) -> bool {
    let cause = error.root_cause();
    match cause.downcast_ref::<std::io::Error>() {
        Some(error) => error.kind() == std::io::ErrorKind::OutOfMemory,
        None => {
            let text = cause.to_string();
            text.contains("(os error 12)") || text.contains("(os error 1455)")
        }
    }
}

fn internal(error: &wasmtime::Error) -> Error {
    Error::Internal {
        message: crate::error::chain(error),
    }
}
