//! A call of an asynchronous instance, on its way: the guest and its future in one, to be polled wherever its turn comes.
//!
//! ```text
//!                    turn                    ┌ Ended ────→ the instance at rest, with what the call came to
//! Run ── started ──────────→ on some thread ─┼ HostCall ─→ served on the host's thread, then another turn
//!                                            └ Sliced ───→ another turn, wherever
//! ```

pub(crate) mod executor;

use crate::component::Component;
use crate::component::instance::{ComponentCall, ComponentInstance};
use crate::error::{Error, Result, panic_message};
use crate::func::{CoreFunction, Slots};
use crate::host::channel::{Answer, Exchange, HostRequest, Request, Shared, Stopper, confused};
use crate::host::{Access, HostFailed};
use crate::limits::budget::Mode;
use crate::limits::{Bounds, Limits};
use crate::module::Module;
use crate::module::instance::{CoreCall, CoreInstance};
use crate::store::State;
use crate::store::call::Guest;
use crate::store::fiber;
use crate::store::metrics::{Fuel, Metrics, Outcome};
use crate::value::{DynamicFunc, Value};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;
use wasmtime::{InstancePre, Memory, component};

/// A live instance of either kind.
pub enum Live {
    /// Of a core module.
    Core(Box<CoreInstance>),
    /// Of a component.
    Component(Box<ComponentInstance>),
}

impl Live {
    /// The totals since the instance was made.
    pub fn metrics(&self) -> Metrics {
        match self {
            Self::Core(instance) => instance.metrics(),
            Self::Component(instance) => instance.metrics(),
        }
    }

    fn guest_mut(&mut self) -> &mut Guest {
        match self {
            Self::Core(instance) => instance.guest_mut(),
            Self::Component(instance) => instance.guest_mut(),
        }
    }
}

/// What a run gives.
#[derive(Debug)]
pub enum Returned {
    /// The instance itself.
    Made,
    /// A core function's results, in the first slots.
    Slots(Slots),
    /// A component function's result, if it has one.
    Value(Option<Value<'static>>),
}

/// The end of a run.
pub struct Ended {
    /// The instance; none where it could not be made, or where a defect took it along.
    pub instance: Option<Live>,
    /// What the call gave, and what it cost.
    pub result: Result<Outcome<Returned>>,
}

/// How far a run has come.
pub enum Turn {
    /// To its end.
    Ended(Ended),
    /// The guest waits for a host function: see [`Run::take_request`].
    HostCall,
    /// The guest used its slice up.
    Sliced,
}

type Future = Pin<Box<dyn std::future::Future<Output = Ended> + Send>>;

/// A call on its way. Dropping it drops the instance.
pub struct Run {
    future: Option<Future>,
    exchange: Shared,
    request: Option<HostRequest>,
}

/// What is called.
pub enum Invocation {
    /// A function of a core instance, with its slots.
    Core(Arc<CoreFunction>, Slots),
    /// A function of a component instance, with its arguments.
    Component(DynamicFunc, Vec<Value<'static>>),
}

impl Run {
    /// Whatever stopped an earlier call stops this one no more; what stops it from here on does, also before its first turn.
    fn new(exchange: Shared, future: Future) -> Self {
        exchange.clear();
        Self {
            future: Some(future),
            exchange,
            request: None,
        }
    }

    pub(crate) fn making_core(mut guest: Guest, linked: InstancePre<State>) -> Result<Self> {
        let exchange = exchange(&guest)?;
        let future = async move {
            let made = guest.instantiate_driven(&linked).await;
            made_of(guest, made, |guest, instance| {
                Live::Core(Box::new(CoreInstance::from_parts(guest, instance)))
            })
        };
        Ok(Self::new(exchange, Box::pin(future)))
    }

    pub(crate) fn making_component(
        mut guest: Guest,
        component: Component,
        linked: component::InstancePre<State>,
    ) -> Result<Self> {
        let exchange = exchange(&guest)?;
        let future = async move {
            let made = guest.instantiate_driven(&linked).await;
            made_of(guest, made, |guest, instance| {
                let instance = ComponentInstance::from_parts(guest, component, instance);
                Live::Component(Box::new(instance))
            })
        };
        Ok(Self::new(exchange, Box::pin(future)))
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
        mut instance: Live,
        invocation: Invocation,
        bounds: Bounds,
        is_measured: bool,
    ) -> Result<Self> {
        let exchange = exchange(instance.guest_mut())?;
        let future = Box::pin(async move {
            let guest = instance.guest_mut();
            let (before, started) = (guest.fuel, is_measured.then(Instant::now));
            let returned = invoke(guest, invocation, bounds).await;
            let result = returned.map(|returned| guest.outcome(returned, before, started));
            Ended {
                instance: Some(instance),
                result,
            }
        });
        Ok(Self::new(exchange, future))
    }

    /// Runs the guest until it ends, calls its host or has used up a slice, on the calling thread.
    ///
    /// A panic ends it with `INTERNAL`, and takes the instance along.
    pub fn turn(&mut self) -> Turn {
        match self.poll() {
            Poll::Ready(ended) => Turn::Ended(ended),
            Poll::Pending => match self.exchange.take() {
                Some(Request::Call(request)) => {
                    self.request = Some(request);
                    Turn::HostCall
                }
                _ => Turn::Sliced,
            },
        }
    }

    /// Polls once. What has ended, or panicked, is not polled again; its drop may panic as well.
    fn poll(&mut self) -> Poll<Ended> {
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

    /// Gives the guest the results for which it waits; it goes on at its next turn.
    pub fn answer(&mut self, results: Result<Slots, HostFailed>) {
        self.exchange.answer(match results {
            Ok(slots) => Answer::Results(slots),
            Err(HostFailed) => Answer::Failed,
        });
    }

    /// Reads or writes a memory of the guest while it waits for a host function.
    ///
    /// # Errors
    ///
    /// `BAD_VALUE` for what lies outside; the error of a call that ended meanwhile, whose end the next turn gives.
    pub fn access(&mut self, memory: Memory, access: Access) -> Result<Vec<u8>> {
        self.ask(Answer::Access(memory, access))?.accessed()
    }

    /// The bytes of a memory of the guest while it waits for a host function.
    ///
    /// # Errors
    ///
    /// As [`Run::access`].
    pub fn byte_length(&mut self, memory: Memory) -> Result<usize> {
        self.ask(Answer::Size(memory))?.size()
    }

    fn ask(&mut self, answer: Answer) -> Result<Request> {
        self.exchange.answer(answer);
        match self.poll() {
            Poll::Pending => self.exchange.take().ok_or_else(confused),
            Poll::Ready(ended) => {
                // The next turn gives it.
                self.future = Some(Box::pin(std::future::ready(ended)));
                Err(fiber::ended())
            }
        }
    }

    /// What stops it, from any thread.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.exchange.clone())
    }
}

impl Module {
    /// Makes an instance whose calls are polled as their turn comes, in the same way.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION`, `LINK` and `INSTANCE_LIMIT` at once, the others when the run ends.
    pub fn start(&self, limits: &Limits) -> Result<Run> {
        let guest = Guest::new(&self.making(limits, Mode::Asynchronous))?;
        let linked = self.linked(guest.path())?;
        Run::making_core(guest, linked.clone())
    }
}

impl Component {
    /// Makes an instance whose calls are polled as their turn comes, in the same way.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION`, `LINK` and `INSTANCE_LIMIT` at once, the others when the run ends.
    pub fn start(&self, limits: &Limits) -> Result<Run> {
        let guest = Guest::new(&self.making(limits, Mode::Asynchronous))?;
        Run::making_component(guest, self.clone(), self.linked()?.clone())
    }
}

async fn invoke(guest: &mut Guest, invocation: Invocation, bounds: Bounds) -> Result<Returned> {
    match invocation {
        Invocation::Core(function, mut slots) => {
            let callee = CoreCall {
                function: &function,
                slots: &mut slots,
            };
            guest.driven(callee, bounds).await?;
            Ok(Returned::Slots(slots))
        }
        Invocation::Component(function, args) => {
            let callee = ComponentCall {
                function: &function,
                args: &args,
            };
            guest.driven(callee, bounds).await.map(Returned::Value)
        }
    }
}

/// The end of a run that makes an instance.
fn made_of<I>(guest: Guest, made: Result<I>, live: impl FnOnce(Guest, I) -> Live) -> Ended {
    match made {
        Ok(instance) => {
            let outcome = guest.outcome(Returned::Made, Fuel::default(), None);
            Ended {
                instance: Some(live(guest, instance)),
                result: Ok(outcome),
            }
        }
        Err(error) => Ended {
            instance: None,
            result: Err(error),
        },
    }
}

fn exchange(guest: &Guest) -> Result<Arc<Exchange>> {
    guest.exchange().ok_or_else(|| Error::Internal {
        message: "an instance that was made for synchronous calls was to be polled".to_owned(),
    })
}

fn lost(message: String) -> Ended {
    Ended {
        instance: None,
        result: Err(Error::Internal { message }),
    }
}
