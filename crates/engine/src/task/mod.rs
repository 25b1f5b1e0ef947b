//! Tasks: calls of asynchronous instances. The guest and its future are one and change threads together.
//!
//! ```text
//!                    step                       ┌ Completed → the instance, with what the call returned and cost
//! Task ── started ──────────→ on some thread ───┼ HostCall ─→ answered on the host's thread, then the next step
//!                                               └ Yielded ──→ the next step, on any thread
//! ```

pub(crate) mod executor;

use crate::compiled::{Compiled, GuestKind};
use crate::component::instance::{ComponentCall, ComponentInstance};
use crate::error::{Error, Result, panic_message};
use crate::func::{CoreFunction, Slots};
use crate::host::channel::{
    GuestMessage, HostMessage, HostRequest, SharedChannel, StopHandle, unexpected_message,
};
use crate::host::payload::Payload;
use crate::host::{HostFailed, MemoryAccess};
use crate::limits::budget::CallMode;
use crate::limits::{CallLimits, Limits};
use crate::module::instance::{CoreCall, CoreInstance};
use crate::store::fiber;
use crate::store::instance_store::InstanceStore;
use crate::store::metrics::{Fuel, Measurement, Metrics};
use crate::value::{DynamicFunc, Value};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;
use wasmtime::Memory;

/// A live instance of either kind.
pub enum AnyInstance {
    /// Of a core module.
    Core(Box<CoreInstance>),
    /// Of a component.
    Component(Box<ComponentInstance>),
}

impl From<CoreInstance> for AnyInstance {
    fn from(instance: CoreInstance) -> Self {
        Self::Core(Box::new(instance))
    }
}

impl From<ComponentInstance> for AnyInstance {
    fn from(instance: ComponentInstance) -> Self {
        Self::Component(Box::new(instance))
    }
}

impl AnyInstance {
    /// The totals since the instance was created.
    pub fn metrics(&self) -> Metrics {
        match self {
            Self::Core(instance) => instance.metrics(),
            Self::Component(instance) => instance.metrics(),
        }
    }

    fn store_mut(&mut self) -> &mut InstanceStore {
        match self {
            Self::Core(instance) => instance.store_mut(),
            Self::Component(instance) => instance.store_mut(),
        }
    }
}

/// The value that a task returns.
#[derive(Debug)]
pub enum Returned {
    /// The instance itself.
    Instantiated,
    /// A core function's results, in the first slots.
    Slots(Slots),
    /// A component function's result, if it has one.
    Value(Option<Value<'static>>),
}

/// The end of a task.
pub struct Completed {
    /// The instance; none if it could not be created, or if an internal error destroyed it.
    pub instance: Option<AnyInstance>,
    /// What the call returned and cost.
    pub result: Result<Measurement<Returned>>,
}

/// The state of a task after a step.
pub enum Step {
    /// The task has ended.
    Completed(Completed),
    /// The guest waits for a host function: see [`Task::take_request`].
    HostCall,
    /// The guest has used up its time slice.
    Yielded,
}

type Future = Pin<Box<dyn std::future::Future<Output = Completed> + Send>>;

/// A call in progress. Dropping it drops the instance.
pub struct Task {
    future: Option<Future>,
    channel: SharedChannel,
    request: Option<HostRequest>,
}

/// The function that a task calls, with its arguments.
pub enum TaskCall {
    /// A function of a core instance, with its slots.
    Core(Arc<CoreFunction>, Slots),
    /// A function of a component instance, with its arguments.
    Component(DynamicFunc, Vec<Value<'static>>),
}

impl<K: GuestKind> Compiled<K>
where
    AnyInstance: From<K::Instance>,
{
    /// Starts to create an instance whose calls are tasks.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION`, `LINK` and `INSTANCE_LIMIT` at once; the errors of a call once the task has ended.
    pub fn start(&self, limits: &Limits) -> Result<Task> {
        let store = self.new_store(limits, CallMode::Asynchronous)?;
        let linked = self.linked(store.execution())?.clone();
        let channel = channel(&store)?;
        let retained = K::retain(self);
        // The inner future is created in place: captured, it would take its full size twice.
        let future = async move {
            let result = K::instantiate_async(retained, linked, store).await;
            instantiated(result.map(AnyInstance::from))
        };
        Ok(Task::new(channel, Box::pin(future)))
    }
}

fn instantiated(result: Result<AnyInstance>) -> Completed {
    match result {
        Ok(mut instance) => {
            let store = instance.store_mut();
            let result = store.measurement(Returned::Instantiated, Fuel::default(), None);
            Completed {
                instance: Some(instance),
                result: Ok(result),
            }
        }
        Err(error) => failed(error),
    }
}

/// The end of a task whose instance is gone.
fn failed(error: Error) -> Completed {
    Completed {
        instance: None,
        result: Err(error),
    }
}

fn internal(message: impl Into<String>) -> Error {
    Error::Internal {
        message: message.into(),
    }
}

fn channel(store: &InstanceStore) -> Result<SharedChannel> {
    store
        .channel()
        .ok_or_else(|| internal("a synchronous instance cannot be called by a task"))
}

impl Task {
    /// Clears the channel: a request to stop an earlier call does not stop this one, but one from here on does, even
    /// before the first step.
    fn new(channel: SharedChannel, future: Future) -> Self {
        channel.clear();
        Self {
            future: Some(future),
            channel,
            request: None,
        }
    }

    /// Starts a call of an exported function, which holds the instance until it has ended. Its elapsed time is 0 unless
    /// `is_measured`: reading the clock costs as much as a part of a short call.
    ///
    /// # Errors
    ///
    /// `INTERNAL` for a synchronous instance, which is dropped.
    ///
    /// # Panics
    ///
    /// The first step panics if the function belongs to another instance.
    pub fn call(
        mut instance: AnyInstance,
        call: TaskCall,
        limits: CallLimits,
        is_measured: bool,
    ) -> Result<Self> {
        let channel = channel(instance.store_mut())?;
        let future = Box::pin(async move {
            let store = instance.store_mut();
            let (before, started) = (store.fuel, is_measured.then(Instant::now));
            let returned = run(store, call, limits).await;
            let result = returned.map(|returned| store.measurement(returned, before, started));
            Completed {
                instance: Some(instance),
                result,
            }
        });
        Ok(Self::new(channel, future))
    }

    /// Runs the guest on the calling thread until it ends, calls its host or has used up its time slice.
    ///
    /// A panic completes the task with `INTERNAL` and destroys the instance.
    pub fn step(&mut self) -> Step {
        match self.poll() {
            Poll::Ready(completed) => Step::Completed(completed),
            Poll::Pending => match self.channel.take() {
                Some(GuestMessage::Call(request)) => {
                    self.request = Some(request);
                    Step::HostCall
                }
                _ => Step::Yielded,
            },
        }
    }

    /// Polls once. A future that has ended or panicked is not polled again; dropping it may panic as well.
    fn poll(&mut self) -> Poll<Completed> {
        let Some(future) = &mut self.future else {
            return Poll::Ready(failed(internal("the task has ended already")));
        };
        let polled = catch_unwind(AssertUnwindSafe(|| fiber::poll(future.as_mut())))
            .unwrap_or_else(|panic| Poll::Ready(failed(internal(panic_message(&*panic)))));
        if polled.is_ready() {
            let future = self.future.take();
            let _ = catch_unwind(AssertUnwindSafe(|| drop(future)));
        }
        polled
    }

    /// Takes the host call that the guest waits for.
    pub fn take_request(&mut self) -> Option<HostRequest> {
        self.request.take()
    }

    /// Answers the host call that the guest waits for; the guest resumes with the next step.
    ///
    /// The payload is that of the request, with the results in the place of the arguments.
    pub fn answer(&mut self, results: Result<Payload, HostFailed>) {
        self.channel.send(match results {
            Ok(payload) => HostMessage::Results(payload),
            Err(HostFailed) => HostMessage::Failed,
        });
    }

    /// Reads or writes a memory of the guest while it waits for a host function.
    ///
    /// # Errors
    ///
    /// `BAD_VALUE` for a range outside the memory; `POISONED` if the call has ended, which the next step reports.
    pub fn access(&mut self, memory: Memory, access: MemoryAccess) -> Result<Vec<u8>> {
        self.ask(HostMessage::Access(memory, access))?.accessed()
    }

    /// The size of a memory of the guest while it waits for a host function, in bytes.
    ///
    /// # Errors
    ///
    /// As [`Task::access`].
    pub fn byte_length(&mut self, memory: Memory) -> Result<usize> {
        self.ask(HostMessage::ByteLength(memory))?.byte_length()
    }

    fn ask(&mut self, message: HostMessage) -> Result<GuestMessage> {
        self.channel.send(message);
        match self.poll() {
            Poll::Pending => self.channel.take().ok_or_else(unexpected_message),
            Poll::Ready(completed) => {
                // The next step reports it.
                self.future = Some(Box::pin(std::future::ready(completed)));
                Err(fiber::call_ended())
            }
        }
    }

    /// Stops this task and those that follow it on the same instance, from any thread.
    pub fn stop_handle(&self) -> StopHandle {
        StopHandle(self.channel.clone())
    }
}

async fn run(store: &mut InstanceStore, call: TaskCall, limits: CallLimits) -> Result<Returned> {
    match call {
        TaskCall::Core(function, mut slots) => {
            let callee = CoreCall::new(&function, &mut slots)?;
            store.call_async(callee, limits).await?;
            Ok(Returned::Slots(slots))
        }
        TaskCall::Component(function, args) => {
            let callee = ComponentCall {
                function: &function,
                args: &args,
            };
            store.call_async(callee, limits).await.map(Returned::Value)
        }
    }
}
