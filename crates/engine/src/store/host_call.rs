//! Host calls from inside the guest: on the caller's stack, or by suspending the guest's fiber.

use crate::error::{Error, Result};
use crate::func::{CoreFunction, Slot, Slots};
use crate::host::channel::{GuestMessage, HostMessage, HostRequest};
use crate::host::payload::{Payload, PayloadMut};
use crate::host::{Caller, HostCall, HostFailed, MemoryAccess};
use crate::store::host_state::HostPointer;
use crate::store::{State, classify};
use wasmtime::{AsContext, AsContextMut, Memory, StoreContextMut};

impl HostPointer {
    /// The host of the current call on the direct path.
    ///
    /// # Errors
    ///
    /// [`HostFailed`] if the call has no host.
    #[inline]
    pub fn of(store: &impl AsContext<Data = State>) -> Result<Self, HostFailed> {
        store.as_context().data().host.functions.ok_or(HostFailed)
    }

    /// Calls the host at once, on the stack that the guest runs on.
    ///
    /// # Errors
    ///
    /// [`HostFailed`].
    #[inline]
    pub fn call(
        self,
        store: StoreContextMut<'_, State>,
        import: usize,
        payload: PayloadMut<'_>,
    ) -> Result<(), HostFailed> {
        self.get().call(HostCall {
            import,
            payload,
            caller: &mut DirectGuest(store),
        })
    }
}

/// A guest on the direct path: called back on the stack that it calls from.
struct DirectGuest<'a>(StoreContextMut<'a, State>);

impl Caller for DirectGuest<'_> {
    fn call(&mut self, function: &CoreFunction, slots: &mut [Slot]) -> Result<()> {
        self.0.data().stack.check()?;
        let before = State::fuel_left(&self.0);
        let called = function.call(self.0.as_context_mut(), slots);
        called.map_err(|error| call_back_failed(&mut self.0, &error, before))
    }

    fn access(&mut self, memory: Memory, access: MemoryAccess) -> Result<Vec<u8>> {
        access.run(memory.data_mut(&mut self.0))
    }

    fn byte_length(&mut self, memory: Memory) -> Result<usize> {
        Ok(memory.data_size(&self.0))
    }
}

/// Suspends the guest's fiber until the host has answered `request`; until then, does what the host asks of the guest.
///
/// # Errors
///
/// [`HostFailed`].
pub(crate) async fn call_host_async(
    mut store: StoreContextMut<'_, State>,
    request: HostRequest,
) -> wasmtime::Result<Payload> {
    let channel = store.data().host.channel.clone().ok_or(HostFailed)?;
    let mut message = GuestMessage::Call(request);
    loop {
        message = match channel.ask(message).await {
            HostMessage::Results(payload) => return Ok(payload),
            HostMessage::Failed => return Err(HostFailed.into()),
            HostMessage::CallBack(function, slots) => {
                GuestMessage::Returned(call_back(&mut store, function, slots).await)
            }
            HostMessage::Access(memory, access) => {
                GuestMessage::Accessed(access.run(memory.data_mut(&mut store)))
            }
            HostMessage::ByteLength(memory) => GuestMessage::ByteLength(memory.data_size(&store)),
        };
    }
}

async fn call_back(
    store: &mut StoreContextMut<'_, State>,
    function: CoreFunction,
    mut slots: Slots,
) -> Result<Slots> {
    let before = State::fuel_left(&*store);
    match function.call_async(&mut *store, &mut slots).await {
        Ok(()) => Ok(slots),
        Err(error) => Err(call_back_failed(store, &error, before)),
    }
}

/// Returns the error of a failed call back into the guest, which had `before` units of fuel when it began.
///
/// After most traps Wasmtime's counter of fuel is stale, and the current call continues. It must not continue with more
/// than it has, so a bounded budget is emptied.
fn call_back_failed(
    store: &mut StoreContextMut<'_, State>,
    error: &wasmtime::Error,
    before: u64,
) -> Error {
    let error = classify::classify_error(store.data(), error);
    if !classify::leaves_fuel_exact(&error) {
        store.data_mut().fuel_is_exact = false;
        let left = match store.data().budget.fuel {
            Some(_) => 0,
            None => before,
        };
        // Fails only on engines that count no fuel, which need none.
        let _ = store.set_fuel(left);
    }
    error
}
