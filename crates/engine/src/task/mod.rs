//! A call of an asynchronous instance, on its way: the guest and its future in one, to be polled wherever its step comes.
//!
//! ```text
//!                    step                    ┌ Completed ────→ the instance at rest, with what the call came to
//! Task ── started ──────────→ on some thread ─┼ HostCall ─→ served on the host's thread, then another step
//!                                            └ Yielded ───→ another step, wherever
//! ```

pub(crate) mod executor;

use crate::component::Component;
use crate::component::instance::{ComponentCall, ComponentInstance};
use crate::error::{Error, Result, panic_message};
use crate::func::{CoreFunction, Slots};
use crate::host::channel::{
    Answer, HostChannel, HostRequest, Request, SharedChannel, StopHandle, confused,
};
use crate::host::{Access, HostFailed};
use crate::limits::budget::CallMode;
use crate::limits::{CallLimits, Limits};
use crate::module::Module;
use crate::module::instance::{CoreCall, CoreInstance};
use crate::store::State;
use crate::store::call::InstanceStore;
use crate::store::fiber;
use crate::store::metrics::{Fuel, Measurement, Metrics};
use crate::value::{DynamicFunc, Value};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;
use wasmtime::{InstancePre, Memory, component};

/// A live instance of either kind.
pub enum AnyInstance {
    /// Of a core module.
    Core(Box<CoreInstance>),
    /// Of a component.
    Component(Box<ComponentInstance>),
}

impl AnyInstance {
    /// The totals since the instance was made.
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

/// What a run gives.
#[derive(Debug)]
pub enum Returned {
    /// The instance itself.
    Instantiated,
    /// A core function's results, in the first slots.
    Slots(Slots),
    /// A component function's result, if it has one.
    Value(Option<Value<'static>>),
}

/// The end of a run.
pub struct Completed {
    /// The instance; none where it could not be made, or where a defect took it along.
    pub instance: Option<AnyInstance>,
    /// What the call gave, and what it cost.
    pub result: Result<Measurement<Returned>>,
}

/// How far a run has come.
pub enum Step {
    /// To its end.
    Completed(Completed),
    /// The guest waits for a host function: see [`Task::take_request`].
    HostCall,
    /// The guest used its slice up.
    Yielded,
}

type Future = Pin<Box<dyn std::future::Future<Output = Completed> + Send>>;

/// A call on its way. Dropping it drops the instance.
pub struct Task {
    future: Option<Future>,
    channel: SharedChannel,
    request: Option<HostRequest>,
}

/// What is called.
pub enum TaskCall {
    /// A function of a core instance, with its slots.
    Core(Arc<CoreFunction>, Slots),
    /// A function of a component instance, with its arguments.
    Component(DynamicFunc, Vec<Value<'static>>),
}

impl Task {
    /// Whatever stopped an earlier call stops this one no more; what stops it from here on does, also before its first step.
    fn new(channel: SharedChannel, future: Future) -> Self {
        channel.clear();
        Self {
            future: Some(future),
            channel,
            request: None,
        }
    }

    pub(crate) fn making_core(
        mut store: InstanceStore,
        linked: InstancePre<State>,
    ) -> Result<Self> {
        let channel = channel(&store)?;
        let future = async move {
            let made = store.instantiate_async(&linked).await;
            made_of(store, made, |store, instance| {
                AnyInstance::Core(Box::new(CoreInstance::from_parts(store, instance)))
            })
        };
        Ok(Self::new(channel, Box::pin(future)))
    }

    pub(crate) fn making_component(
        mut store: InstanceStore,
        component: Component,
        linked: component::InstancePre<State>,
    ) -> Result<Self> {
        let channel = channel(&store)?;
        let future = async move {
            let made = store.instantiate_async(&linked).await;
            made_of(store, made, |store, instance| {
                let instance = ComponentInstance::from_parts(store, component, instance);
                AnyInstance::Component(Box::new(instance))
            })
        };
        Ok(Self::new(channel, Box::pin(future)))
    }

    /// A call of an exported function, which takes the instance along until it has ended. The outcome has its time only
    /// where it is measured: reading the clock costs as much as a part of a short call.
    ///
    /// # Errors
    ///
    /// `INTERNAL`, with the instance lost, where it is not an asynchronous one.
    ///
    /// # Panics
    ///
    /// When polled, where the function is not one of this instance's.
    pub fn call(
        mut instance: AnyInstance,
        invocation: TaskCall,
        bounds: CallLimits,
        is_measured: bool,
    ) -> Result<Self> {
        let channel = channel(instance.store_mut())?;
        let future = Box::pin(async move {
            let store = instance.store_mut();
            let (before, started) = (store.fuel, is_measured.then(Instant::now));
            let returned = invoke(store, invocation, bounds).await;
            let result = returned.map(|returned| store.outcome(returned, before, started));
            Completed {
                instance: Some(instance),
                result,
            }
        });
        Ok(Self::new(channel, future))
    }

    /// Runs the guest until it ends, calls its host or has used up a slice, on the calling thread.
    ///
    /// A panic ends it with `INTERNAL`, and takes the instance along.
    pub fn step(&mut self) -> Step {
        match self.poll() {
            Poll::Ready(ended) => Step::Completed(ended),
            Poll::Pending => match self.channel.take() {
                Some(Request::Call(request)) => {
                    self.request = Some(request);
                    Step::HostCall
                }
                _ => Step::Yielded,
            },
        }
    }

    /// Polls once. What has ended, or panicked, is not polled again; its drop may panic as well.
    fn poll(&mut self) -> Poll<Completed> {
        let Some(future) = &mut self.future else {
            return Poll::Ready(lost("the run has ended already".to_owned()));
        };
        let polled = catch_unwind(AssertUnwindSafe(|| fiber::poll(future.as_mut())))
            .unwrap_or_else(|panic| Poll::Ready(lost(panic_message(&*panic))));
        if polled.is_ready() {
            let future = self.future.take();
            let _ = catch_unwind(AssertUnwindSafe(|| drop(future)));
        }
        polled
    }

    /// The call of a host function for which the guest waits.
    pub fn take_request(&mut self) -> Option<HostRequest> {
        self.request.take()
    }

    /// Gives the guest the results for which it waits; it goes on at its next step.
    pub fn answer(&mut self, results: Result<Slots, HostFailed>) {
        self.channel.answer(match results {
            Ok(slots) => Answer::Results(slots),
            Err(HostFailed) => Answer::Failed,
        });
    }

    /// Reads or writes a memory of the guest while it waits for a host function.
    ///
    /// # Errors
    ///
    /// `BAD_VALUE` for what lies outside; the error of a call that ended meanwhile, whose end the next step gives.
    pub fn access(&mut self, memory: Memory, access: Access) -> Result<Vec<u8>> {
        self.ask(Answer::Access(memory, access))?.accessed()
    }

    /// The bytes of a memory of the guest while it waits for a host function.
    ///
    /// # Errors
    ///
    /// As [`Task::access`].
    pub fn byte_length(&mut self, memory: Memory) -> Result<usize> {
        self.ask(Answer::Size(memory))?.size()
    }

    fn ask(&mut self, answer: Answer) -> Result<Request> {
        self.channel.answer(answer);
        match self.poll() {
            Poll::Pending => self.channel.take().ok_or_else(confused),
            Poll::Ready(ended) => {
                // The next step gives it.
                self.future = Some(Box::pin(std::future::ready(ended)));
                Err(fiber::ended())
            }
        }
    }

    /// What stops it, from any thread.
    pub fn stop_handle(&self) -> StopHandle {
        StopHandle(self.channel.clone())
    }
}

impl Module {
    /// Makes an instance whose calls are polled as their step comes, in the same way.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION`, `LINK` and `INSTANCE_LIMIT` at once, the others when the run ends.
    pub fn start(&self, limits: &Limits) -> Result<Task> {
        let store = InstanceStore::new(&self.params(limits, CallMode::Asynchronous))?;
        let linked = self.linked(store.execution())?;
        Task::making_core(store, linked.clone())
    }
}

impl Component {
    /// Makes an instance whose calls are polled as their step comes, in the same way.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION`, `LINK` and `INSTANCE_LIMIT` at once, the others when the run ends.
    pub fn start(&self, limits: &Limits) -> Result<Task> {
        let store = InstanceStore::new(&self.params(limits, CallMode::Asynchronous))?;
        Task::making_component(store, self.clone(), self.linked()?.clone())
    }
}

async fn invoke(
    store: &mut InstanceStore,
    invocation: TaskCall,
    bounds: CallLimits,
) -> Result<Returned> {
    match invocation {
        TaskCall::Core(function, mut slots) => {
            let callee = CoreCall {
                function: &function,
                slots: &mut slots,
            };
            store.call_async(callee, bounds).await?;
            Ok(Returned::Slots(slots))
        }
        TaskCall::Component(function, args) => {
            let callee = ComponentCall {
                function: &function,
                args: &args,
            };
            store.call_async(callee, bounds).await.map(Returned::Value)
        }
    }
}

/// The end of a run that makes an instance.
fn made_of<I>(
    store: InstanceStore,
    made: Result<I>,
    live: impl FnOnce(InstanceStore, I) -> AnyInstance,
) -> Completed {
    match made {
        Ok(instance) => {
            let outcome = store.outcome(Returned::Instantiated, Fuel::default(), None);
            Completed {
                instance: Some(live(store, instance)),
                result: Ok(outcome),
            }
        }
        Err(error) => Completed {
            instance: None,
            result: Err(error),
        },
    }
}

fn channel(store: &InstanceStore) -> Result<Arc<HostChannel>> {
    store.channel().ok_or_else(|| Error::Internal {
        message: "an instance that was made for synchronous calls was to be polled".to_owned(),
    })
}

fn lost(message: String) -> Completed {
    Completed {
        instance: None,
        result: Err(Error::Internal { message }),
    }
}
