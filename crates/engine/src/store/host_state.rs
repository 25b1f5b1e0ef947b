//! Host state of a store: the host functions of the current call, and the capabilities granted to the guest.

use crate::host::Host;
use crate::host::channel::SharedChannel;
use std::ptr::NonNull;

/// The host state in a store's data.
#[derive(Default)]
pub(crate) struct HostState {
    /// The host functions on the direct path, for the length of one call.
    pub functions: Option<HostPointer>,
    /// Carries host calls of a guest on a fiber, and requests to stop it; none on the direct path.
    pub channel: Option<SharedChannel>,
}

/// A host, for the length of one call on the caller's stack.
#[derive(Clone, Copy)]
pub(crate) struct HostPointer(NonNull<dyn Host>);

// SAFETY: only the thread that runs the call uses it, and only during that call: see `HostPointer::new`.
unsafe impl Send for HostPointer {}
// SAFETY: as above.
unsafe impl Sync for HostPointer {}

impl HostPointer {
    /// # Safety
    ///
    /// `host` must outlive the pointer's stay in the store.
    pub unsafe fn new(host: &dyn Host) -> Self {
        // SAFETY: the caller keeps the lifetime.
        let host: &'static dyn Host =
            unsafe { std::mem::transmute::<&dyn Host, &'static dyn Host>(host) };
        Self(NonNull::from(host))
    }

    pub fn get(&self) -> &dyn Host {
        // SAFETY: the creator of the pointer keeps the host alive.
        unsafe { self.0.as_ref() }
    }
}
