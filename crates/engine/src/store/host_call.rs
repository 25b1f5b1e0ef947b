//! Calls of imported functions, as the guest makes them: on the caller's stack, or suspended on a fiber.

use crate::error::{Error, Result};
use crate::func::{CoreFunction, Slot, Slots};
use crate::host::channel::{Answer, HostRequest, Request};
use crate::host::{Access, CallingGuest, HostFailed};
use crate::store::{State, classify};
use wasmtime::{AsContextMut, Caller, Memory, StoreContextMut};

/// The guest on the direct path: called on the stack that it calls from.
pub(crate) struct Direct<'a>(pub StoreContextMut<'a, State>);

impl CallingGuest for Direct<'_> {
    fn call(&mut self, function: &CoreFunction, slots: &mut [Slot]) -> Result<()> {
        self.0.data().stack.check()?;
        let before = State::fuel_left(&self.0);
        let called = function.call(self.0.as_context_mut(), slots);
        called.map_err(|error| failed_within(&mut self.0, &error, before))
    }

    fn access(&mut self, memory: Memory, access: Access) -> Result<Vec<u8>> {
        access.run(memory.data_mut(&mut self.0))
    }

    fn byte_length(&mut self, memory: Memory) -> Result<usize> {
        Ok(memory.data_size(&self.0))
    }
}

/// Has the driver serve `request`, doing for it what it asks of the guest meanwhile; runs on the guest's fiber.
pub(crate) async fn serve(
    mut caller: Caller<'_, State>,
    request: HostRequest,
) -> wasmtime::Result<Slots> {
    let channel = caller.data().channel.clone().ok_or(HostFailed)?;
    let mut request = Request::Call(request);
    loop {
        request = match channel.ask(request).await {
            Answer::Results(slots) => return Ok(slots),
            Answer::Failed => return Err(HostFailed.into()),
            Answer::Call(function, slots) => {
                Request::Called(call_back(&mut caller, function, slots).await)
            }
            Answer::Access(memory, access) => {
                Request::Accessed(access.run(memory.data_mut(&mut caller)))
            }
            Answer::Size(memory) => Request::Size(memory.data_size(&caller)),
        };
    }
}

async fn call_back(
    caller: &mut Caller<'_, State>,
    function: CoreFunction,
    mut slots: Slots,
) -> Result<Slots> {
    let before = State::fuel_left(&*caller);
    match function.call_async(&mut *caller, &mut slots).await {
        Ok(()) => Ok(slots),
        Err(error) => Err(failed_within(caller, &error, before)),
    }
}

/// What ended a call back into the guest, which had `before` units of fuel then.
///
/// After most traps the counter of fuel is unknown, and the call under way goes on: it must not go on with more than
/// it has, so nothing is left of a bounded budget.
fn failed_within(
    mut store: impl AsContextMut<Data = State>,
    error: &wasmtime::Error,
    before: u64,
) -> Error {
    let mut store = store.as_context_mut();
    let error = classify::classify_error(store.data(), error);
    if !classify::leaves_fuel_exact(&error) {
        store.data_mut().fuel_is_exact = false;
        let left = match store.data().budget.fuel {
            Some(_) => 0,
            None => before,
        };
        // Engines that count no fuel refuse, and need none.
        let _ = store.set_fuel(left);
    }
    error
}
