//! Host functions: the `Host` trait that implements a guest's imports, and the access to the guest during a host call.
//!
//! On the direct path the host is called at once, on the caller's stack. On a fiber no host code may run: the guest leaves
//! a request in its [`HostChannel`](channel::HostChannel) and is suspended; its poller calls the host, on its own
//! stack, and answers.
//!
//! ```text
//! direct:  guest → Host::call → guest
//! fiber:   guest → request → suspended → poller: Host::call → answer → resumed → guest
//! ```

pub(crate) mod channel;
pub(crate) mod payload;

use crate::error::{Error, Result};
use crate::func::{CoreFunction, Slot};
use crate::host::payload::PayloadMut;
use wasmtime::Memory;

/// Implements the functions that a guest imports.
pub trait Host {
    /// Runs one host call: reads the arguments from its payload and leaves the results in it.
    ///
    /// # Errors
    ///
    /// [`HostFailed`] if the function failed: the guest is unwound, and its call ends with [`Error::HostFailed`].
    fn call(&self, call: HostCall<'_>) -> Result<(), HostFailed>;
}

/// A host function failed. The host keeps the cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the host function failed")]
pub struct HostFailed;

/// A call of an imported function.
pub struct HostCall<'a> {
    /// The index of the import, from 0, in the order of the binary.
    pub import: usize,
    /// The function's type with the arguments, and then the results.
    pub payload: PayloadMut<'a>,
    /// The guest that made the call.
    pub caller: &'a mut dyn Caller,
}

/// The guest that waits for its host call.
///
/// Components may not be entered again during a host call and export no memory, so all of this is for core modules.
pub trait Caller {
    /// Calls the guest back, within what is left of the budget of the current call.
    ///
    /// # Errors
    ///
    /// The errors of a call.
    fn call(&mut self, function: &CoreFunction, slots: &mut [Slot]) -> Result<()>;

    /// Reads or writes one of the guest's memories.
    ///
    /// # Errors
    ///
    /// `BAD_VALUE` for a range outside the memory; the errors of a call.
    fn access(&mut self, memory: Memory, access: MemoryAccess) -> Result<Vec<u8>>;

    /// The size of one of the guest's memories, in bytes.
    ///
    /// # Errors
    ///
    /// As [`Caller::access`].
    fn byte_length(&mut self, memory: Memory) -> Result<usize>;
}

/// An access to a part of a memory.
#[derive(Debug)]
pub enum MemoryAccess {
    /// Copies `length` bytes starting at `offset`.
    Read {
        /// The offset of the first byte.
        offset: usize,
        /// The number of bytes.
        length: usize,
    },
    /// Copies `bytes` to `offset`.
    Write {
        /// The offset of the first byte written.
        offset: usize,
        /// The bytes to write.
        bytes: Vec<u8>,
    },
}

impl MemoryAccess {
    /// Performs the access; returns the bytes read, or none for a write.
    ///
    /// # Errors
    ///
    /// `BAD_VALUE` for a range outside `memory`.
    pub fn run(self, memory: &mut [u8]) -> Result<Vec<u8>> {
        let size = memory.len();
        match self {
            Self::Read { offset, length } => memory
                .get(offset..offset.saturating_add(length))
                .map(<[u8]>::to_vec)
                .ok_or_else(|| out_of_range(offset, length, size)),
            Self::Write { offset, bytes } => {
                let part = memory.get_mut(offset..offset.saturating_add(bytes.len()));
                let part = part.ok_or_else(|| out_of_range(offset, bytes.len(), size))?;
                part.copy_from_slice(&bytes);
                Ok(Vec::new())
            }
        }
    }
}

fn out_of_range(offset: usize, length: usize, size: usize) -> Error {
    Error::BadValue(format!(
        "expected an offset and a length inside the memory of {size} bytes, got offset {offset} and length {length}"
    ))
}
