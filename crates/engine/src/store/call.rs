//! What every live guest has: a store, the budget of a call, the totals, and the ways in.
//!
//! Every call begins and ends alike: it is refuelled, run, counted and judged. What is called differs between core
//! modules and components ([`Callee`]); how a call is bounded does not.
//!
//! ```text
//! InstanceStore::call    begin → direct: on the caller's stack        → end      (synchronous instances)
//!                      └ fiber: polled here, slice by slice ─┘
//! InstanceStore::call_async  begin → fiber: polled by whoever holds it  → end      (asynchronous instances: `Task`)
//! ```

use crate::engine::Engine;
use crate::engine::admission::Permit;
use crate::engine::clock;
use crate::error::trap::Cause;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::host::channel::{SharedChannel, StopReason};
use crate::limits::budget::{CallBudget, CallMode};
use crate::limits::{Bound, CallLimits, Limits};
use crate::store::classify;
use crate::store::fiber;
use crate::store::metrics::{Execution, Fuel, Measurement, Metrics};
use crate::store::stack_guard::StackRequirement;
use crate::store::{HostPointer, State};
use crate::value::Mismatch;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wasmtime::{Store, UpdateDeadline};

/// Whether calls are possible.
#[derive(Debug)]
enum InstanceState {
    Ready,
    /// A call is under way; if it is seen by the next call, a panic cut that call short.
    Running,
    Poisoned(String),
}

/// What core and component instances share: the store, the budget of a call, and the totals.
pub(crate) struct InstanceStore {
    pub inner: Store<State>,
    engine: Engine,
    /// The budget of a call that has none of its own.
    budget: CallBudget,
    /// Whether the last call had bounds of its own.
    has_call_limits: bool,
    mode: CallMode,
    execution: Execution,
    /// Its imported functions run JavaScript, which the driver cannot do for a guest that is linked to call it directly.
    has_imports: bool,
    counts_fuel: bool,
    has_epochs: bool,
    condition: InstanceState,
    pub fuel: Fuel,
    calls: u64,
    traps: u64,
    elapsed_ns: u64,
    _permit: Permit,
}

/// What is particular to one call.
#[derive(Default)]
pub struct CallOptions<'a> {
    /// CallLimits of this call in the place of the instance's.
    pub limits: CallLimits,
    /// Who serves the functions that the guest imports.
    pub host: Option<&'a dyn Host>,
}

impl<'a> From<Option<&'a dyn Host>> for CallOptions<'a> {
    fn from(host: Option<&'a dyn Host>) -> Self {
        Self {
            limits: CallLimits::default(),
            host,
        }
    }
}

/// How a call ended that did not return.
pub(crate) enum Failure {
    InstanceStore(wasmtime::Error),
    Stopped(StopReason),
}

/// Something to run in a store, on either path.
pub(crate) trait Callee: Send {
    type Output: Send;

    /// Whether a trap in it ends the use of the instance.
    const POISONED_BY_TRAP: bool;

    /// Runs on the caller's stack.
    fn call(self, store: &mut Store<State>) -> wasmtime::Result<Self::Output>;

    /// Runs on a stack of its own.
    fn call_async(
        self,
        store: &mut Store<State>,
    ) -> impl Future<Output = wasmtime::Result<Self::Output>> + Send;
}

/// What an instance is made for.
pub(crate) struct InstantiateParams<'a> {
    pub engine: &'a Engine,
    pub limits: &'a Limits,
    /// Memories of one instance.
    pub memories: u32,
    pub has_imports: bool,
    pub mode: CallMode,
}

/// The path of an instance's calls, decided when it is made.
///
/// A guest that calls JavaScript on an engine that counts only fuel takes the driver as well, unless time was written to
/// be unlimited: only there can one of its calls be given a timeout.
fn execution(params: &InstantiateParams<'_>, budget: CallBudget) -> Execution {
    let has_epochs = params.engine.config().interruption.epoch();
    let counts_fuel = params.engine.config().interruption.fuel();
    let may_be_timed =
        params.has_imports && counts_fuel && params.limits.timeout_ms != Bound::Unlimited;
    match (params.mode, has_epochs) {
        (CallMode::Asynchronous, _) => Execution::Fiber,
        (CallMode::Synchronous, true) => Execution::Direct,
        (CallMode::Synchronous, false) if budget.timeout.is_some() || may_be_timed => {
            Execution::Fiber
        }
        (CallMode::Synchronous, false) => Execution::Direct,
    }
}

impl InstanceStore {
    /// A store under the limits, with nothing in it yet.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION` for limits that the engine cannot enforce, `INSTANCE_LIMIT`.
    pub fn new(params: &InstantiateParams<'_>) -> Result<Self> {
        let InstantiateParams { engine, limits, .. } = *params;
        let budget = limits.budget(
            engine.config().interruption,
            &engine.config().limits,
            params.mode,
        )?;
        let execution = execution(params, budget);
        let permit = engine.admit(params.memories)?;
        let stack = StackRequirement::new(engine.config().max_stack_bytes);
        let mut inner = Store::new(engine.wasmtime(), State::new(limits, budget, stack));
        inner.limiter(|state| &mut state.limiter);
        inner.set_hostcall_fuel(usize::try_from(limits.transfer_bytes).unwrap_or(usize::MAX));
        let interruption = engine.config().interruption;
        if interruption.epoch() {
            let yields = params.mode == CallMode::Asynchronous && !interruption.fuel();
            inner.epoch_deadline_callback(move |store| {
                Ok(on_epoch_deadline(store.data().deadline, yields))
            });
        }
        let mut store = Self {
            inner,
            engine: engine.clone(),
            budget,
            has_call_limits: false,
            mode: params.mode,
            execution: Execution::Direct,
            has_imports: params.has_imports,
            counts_fuel: interruption.fuel(),
            has_epochs: interruption.epoch(),
            condition: InstanceState::Ready,
            fuel: Fuel {
                consumed: 0,
                is_exact: true,
            },
            calls: 0,
            traps: 0,
            elapsed_ns: 0,
            _permit: permit,
        };
        if execution == Execution::Fiber {
            store.switch_to_fiber()?;
        }
        Ok(store)
    }

    /// From now on calls run in slices, on a stack of their own. There is no way back: Wasmtime then refuses others.
    fn switch_to_fiber(&mut self) -> Result<()> {
        if self.counts_fuel {
            self.inner
                .fuel_async_yield_interval(Some(fiber::TIME_SLICE_FUEL))
                .map_err(|error| Error::internal(&error))?;
        }
        self.inner.data_mut().channel = Some(Arc::default());
        self.execution = Execution::Fiber;
        Ok(())
    }

    /// The path that calls take.
    pub fn execution(&self) -> Execution {
        self.execution
    }

    /// Where calls on the driver's path are stopped and their host functions served.
    pub fn channel(&self) -> Option<SharedChannel> {
        self.inner.data().channel.clone()
    }

    /// Makes what `callee` makes, under the budget of one call.
    pub fn instantiate<C: Callee>(
        &mut self,
        callee: C,
        host: Option<&dyn Host>,
    ) -> Result<C::Output> {
        let made = self.call(callee, host.into());
        self.started(made)
    }

    /// The same, polled by whoever holds the future.
    pub async fn instantiate_async<C: Callee>(&mut self, callee: C) -> Result<C::Output> {
        let made = self.call_async(callee, CallLimits::default()).await;
        self.started(made)
    }

    /// The instance is created, or failed to be; instantiation is no call of an export.
    fn started<T>(&mut self, made: Result<T>) -> Result<T> {
        self.calls = 0;
        self.inner.data_mut().limiter.started();
        made.map_err(|error| match error {
            Error::Trap(report) => match report.cause {
                Cause::CanonicalAbi(message) => Error::Link { message },
                Cause::Trap(_) => Error::Trap(report),
            },
            error => error,
        })
    }

    /// Runs `callee` on this instance's path and returns when it has ended.
    #[inline]
    pub fn call<C: Callee>(&mut self, callee: C, options: CallOptions<'_>) -> Result<C::Output> {
        if !options.limits.is_default() {
            self.prepare_for(options.limits)?;
        }
        match self.execution {
            Execution::Direct => self.call_direct(callee, options),
            Execution::Fiber => {
                let channel = self.channel().unwrap_or_default();
                channel.clear();
                fiber::block_on(
                    self.call_async(callee, options.limits),
                    &channel,
                    options.host,
                )
            }
        }
    }

    /// A call with a timeout of its own, on an engine that only counts fuel, needs the driver.
    #[cold]
    fn prepare_for(&mut self, limits: CallLimits) -> Result<()> {
        if self.execution == Execution::Fiber
            || self.has_epochs
            || !matches!(limits.timeout_ms, Bound::AtMost(_))
        {
            return Ok(());
        }
        if self.has_imports {
            return Err(Error::option(
                "timeoutMs",
                "this instance has host functions and was made with 'limits.timeoutMs' unlimited, so that its calls cannot be timed; make it with a timeout, or leave that limit out",
            ));
        }
        self.switch_to_fiber()
    }

    #[inline]
    fn call_direct<C: Callee>(&mut self, callee: C, options: CallOptions<'_>) -> Result<C::Output> {
        self.inner.data().stack.check()?;
        self.begin(options.limits)?;
        let started = clock::now_ns();
        if let Some(host) = options.host {
            // SAFETY: it is taken out again below; where `direct` panics, no later call of this instance begins.
            self.inner.data_mut().host = Some(unsafe { HostPointer::new(host) });
        }
        let result = callee.call(&mut self.inner).map_err(Failure::InstanceStore);
        if options.host.is_some() {
            self.inner.data_mut().host = None;
        }
        self.end::<C>(started, result)
    }

    /// Runs `callee` in slices, resumed by whoever polls the future.
    ///
    /// The channel was cleared when the call was made, not here: it may have been stopped before its first step.
    pub async fn call_async<C: Callee>(
        &mut self,
        callee: C,
        limits: CallLimits,
    ) -> Result<C::Output> {
        let channel = self.channel().unwrap_or_default();
        self.begin(limits)?;
        let (started, deadline) = (clock::now_ns(), self.deadline());
        let result = {
            let future = pin!(callee.call_async(&mut self.inner));
            match fiber::with_deadline(future, deadline, &channel).await {
                Ok(result) => result.map_err(Failure::InstanceStore),
                Err(stop) => Err(Failure::Stopped(stop)),
            }
        };
        self.end::<C>(started, result)
    }

    #[inline]
    fn end<C: Callee>(
        &mut self,
        started_ns: u64,
        result: Result<C::Output, Failure>,
    ) -> Result<C::Output> {
        let elapsed_ns = clock::now_ns().saturating_sub(started_ns);
        self.elapsed_ns += elapsed_ns;
        match result {
            Ok(_) if self.is_late(elapsed_ns) => {
                Err(self.judge(Failure::Stopped(StopReason::Deadline), C::POISONED_BY_TRAP))
            }
            Ok(value) => {
                self.condition = InstanceState::Ready;
                self.fuel.consumed = self.fuel.consumed.saturating_add(self.consumed());
                self.fuel.is_exact &= self.inner.data().fuel_is_exact;
                Ok(value)
            }
            Err(failure) => Err(self.judge(failure, C::POISONED_BY_TRAP)),
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.inner.data().deadline
    }

    /// Whether a call that returned did so after its deadline: a single bulk operation cannot be interrupted, and a host
    /// function neither.
    #[inline]
    fn is_late(&self, elapsed_ns: u64) -> bool {
        match self.inner.data().budget.timeout {
            // The coarse clock tells the calls apart that need the precise one.
            Some(timeout) if Duration::from_nanos(elapsed_ns) + clock::COARSENESS >= timeout => {
                self.deadline()
                    .is_some_and(|deadline| Instant::now() >= deadline)
            }
            _ => false,
        }
    }

    #[inline]
    fn begin(&mut self, limits: CallLimits) -> Result<()> {
        if !matches!(self.condition, InstanceState::Ready) {
            return Err(self.refusal());
        }
        // Hardly a call has bounds of its own; the others find theirs in place.
        let budget = match limits.is_default() && !self.has_call_limits {
            true => self.budget,
            false => self.rebind(limits)?,
        };
        if self.counts_fuel {
            self.inner
                .set_fuel(budget.fuel.unwrap_or(u64::MAX))
                .map_err(|error| Error::internal(&error))?;
        }
        if self.has_epochs {
            self.inner.set_epoch_deadline(self.epochs(budget));
        }
        let state = self.inner.data_mut();
        if let Some(timeout) = budget.timeout {
            state.deadline = Some(Instant::now() + timeout);
        }
        state.fuel_is_exact = true;
        self.condition = InstanceState::Running;
        self.calls += 1;
        Ok(())
    }

    /// Epochs until the guest is interrupted, or yields.
    fn epochs(&self, budget: CallBudget) -> u64 {
        match (self.mode, self.counts_fuel) {
            // One more, or a call that begins just before an epoch does would yield at once.
            (CallMode::Asynchronous, false) => fiber::TIME_SLICE_EPOCHS + 1,
            // Slices of fuel end it in time, and leave its counter exact.
            (CallMode::Asynchronous, true) => FAR_FUTURE_EPOCHS,
            (CallMode::Synchronous, _) => budget.timeout.map_or(FAR_FUTURE_EPOCHS, clock::epochs),
        }
    }

    /// Puts the budget of one call in place, or the instance's own again.
    #[cold]
    fn rebind(&mut self, limits: CallLimits) -> Result<CallBudget> {
        let budget = self.budget_of(limits)?;
        let state = self.inner.data_mut();
        (state.budget, state.deadline) = (budget, None);
        self.has_call_limits = !limits.is_default();
        Ok(budget)
    }

    fn budget_of(&self, call: CallLimits) -> Result<CallBudget> {
        let or = |bound: Bound, of_instance: Bound| match bound {
            Bound::Default => of_instance,
            given => given,
        };
        let limits = self.inner.data().limiter.limits();
        let limits = Limits {
            fuel: or(call.fuel, limits.fuel),
            timeout_ms: or(call.timeout_ms, limits.timeout_ms),
            ..limits.clone()
        };
        let budget = limits.budget(
            self.engine.config().interruption,
            &self.engine.config().limits,
            self.mode,
        );
        budget.map_err(|error| match error {
            Error::BadOption { option, message } => Error::BadOption {
                option: option.trim_start_matches("limits.").to_owned(),
                message,
            },
            error => error,
        })
    }

    #[cold]
    fn refusal(&self) -> Error {
        Error::Poisoned {
            reason: match &self.condition {
                InstanceState::Poisoned(reason) => reason.clone(),
                InstanceState::Ready | InstanceState::Running => {
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
        let left = self.inner.get_fuel().unwrap_or(0);
        self.call_fuel().saturating_sub(left)
    }

    fn call_fuel(&self) -> u64 {
        self.inner.data().budget.fuel.unwrap_or(u64::MAX)
    }

    /// What a failed call means.
    #[cold]
    fn judge(&mut self, failure: Failure, poisoned_by_trap: bool) -> Error {
        if let Failure::InstanceStore(error) = &failure
            && let Some(mismatch) = error.downcast_ref::<Mismatch>()
        {
            self.condition = InstanceState::Ready;
            self.calls -= 1;
            return Error::BadValue(mismatch.to_string());
        }
        let state = self.inner.data();
        let is_exact = state.fuel_is_exact;
        let (error, is_exact) = match failure {
            // It had returned, or was between two slices, or waited for a host function: outside of its own code.
            Failure::Stopped(StopReason::Deadline) => (state.budget.timed_out(), is_exact),
            Failure::Stopped(StopReason::Aborted) => (Error::Aborted, is_exact),
            Failure::InstanceStore(error) => {
                let error = classify::classify_error(state, &error);
                let leaves_exact = classify::leaves_fuel_exact(&error);
                (error, is_exact && leaves_exact)
            }
        };
        self.traps += u64::from(!matches!(error, Error::HostFailed));
        self.bill(is_exact);
        let poisons = poisoned_by_trap || matches!(error, Error::Timeout { .. } | Error::Aborted);
        self.condition = match poisons {
            true => InstanceState::Poisoned(format!(
                "its last call ended with {} ({error})",
                error.code()
            )),
            false => InstanceState::Ready,
        };
        error
    }

    /// Adds what a failed call consumed: Wasmtime's counter where it is known to be true, else the whole budget.
    fn bill(&mut self, is_exact: bool) {
        let consumed = match (is_exact, self.counts_fuel) {
            (true, _) => self.consumed(),
            (false, true) => self.call_fuel(),
            (false, false) => 0,
        };
        self.fuel.consumed = self.fuel.consumed.saturating_add(consumed);
        self.fuel.is_exact &= is_exact || !self.counts_fuel;
    }

    pub fn metrics(&self) -> Metrics {
        let limiter = &self.inner.data().limiter;
        Metrics {
            fuel: self.fuel,
            memory_bytes: limiter.memory_bytes(),
            peak_memory_bytes: limiter.peak_memory_bytes(),
            memory_refusals: limiter.refusals(),
            calls: self.calls,
            traps: self.traps,
            elapsed_ns: self.elapsed_ns,
            execution: self.execution,
        }
    }

    /// The outcome of a call that `before` and `started` were taken in front of.
    pub fn outcome<T>(
        &self,
        value: T,
        before: Fuel,
        started: impl Into<Option<Instant>>,
    ) -> Measurement<T> {
        let elapsed = started.into().map(|started| started.elapsed().as_nanos());
        Measurement {
            value,
            elapsed_ns: u64::try_from(elapsed.unwrap_or(0)).unwrap_or(u64::MAX),
            fuel: Fuel {
                consumed: self.fuel.consumed - before.consumed,
                is_exact: self.inner.data().fuel_is_exact,
            },
            peak_memory_bytes: self.inner.data().limiter.peak_memory_bytes(),
        }
    }
}

/// A deadline that no guest lives to see, for epochs without a timeout.
const FAR_FUTURE_EPOCHS: u64 = 1 << 60;

/// What to do when the epochs that a guest was given have passed.
///
/// The clock of epochs runs ahead of a call that began while it was late, so the precise one decides.
fn on_epoch_deadline(deadline: Option<Instant>, yields: bool) -> UpdateDeadline {
    if yields {
        return UpdateDeadline::Yield(fiber::TIME_SLICE_EPOCHS);
    }
    match deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())) {
        Some(Duration::ZERO) => UpdateDeadline::Interrupt,
        Some(left) => UpdateDeadline::Continue(clock::epochs(left)),
        None => UpdateDeadline::Continue(FAR_FUTURE_EPOCHS),
    }
}
