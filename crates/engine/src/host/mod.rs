//! Functions that a guest imports: who serves them, and how a call of one reaches whoever that is.
//!
//! On the direct path the host is called at once, on the caller's stack. On a fiber nothing of a host's may run: there
//! the guest leaves its request in the [`HostChannel`](channel::HostChannel) and is suspended until the driver, on a stack of
//! its own, has the answer.
//!
//! ```text
//! direct:  guest → Host::call → guest
//! fiber:  guest → HostChannel (asked) → suspended → driver: Host::call → HostChannel (answered) → resumed → guest
//! ```

pub(crate) mod channel;

use crate::error::{Error, Result};
use crate::func::{CoreFunction, CoreFunctionType, Slot};
use wasmtime::Memory;

/// Serves the functions that a guest imports.
pub trait Host {
    /// Serves one call: reads the arguments from its slots and leaves the results in them.
    ///
    /// # Errors
    ///
    /// [`HostFailed`] where the function failed: the guest is unwound, and its call ends with [`Error::HostFailed`].
    fn call(&self, call: HostCall<'_>) -> Result<(), HostFailed>;
}

/// The host function failed. Why, its host knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the host function failed")]
pub struct HostFailed;

/// A call of an imported function.
pub struct HostCall<'a> {
    /// Which import, counted from 0 in the order of the binary.
    pub import: usize,
    /// Its type.
    pub ty: &'a CoreFunctionType,
    /// The arguments, and then the results; as many as [`CoreFunctionType::slots`].
    pub slots: &'a mut [Slot],
    /// The guest that calls.
    pub guest: &'a mut dyn CallingGuest,
}

/// The guest whose call of a host function is being served.
pub trait CallingGuest {
    /// Calls the guest back, under what is left of the budget of the call under way.
    ///
    /// # Errors
    ///
    /// All that may end a call.
    fn call(&mut self, function: &CoreFunction, slots: &mut [Slot]) -> Result<()>;

    /// Reads or writes one of the guest's memories.
    ///
    /// # Errors
    ///
    /// `BAD_VALUE` for what lies outside of it; all that may end a call.
    fn access(&mut self, memory: Memory, access: Access) -> Result<Vec<u8>>;

    /// The bytes of one of the guest's memories.
    ///
    /// # Errors
    ///
    /// As [`CallingGuest::access`].
    fn byte_length(&mut self, memory: Memory) -> Result<usize>;
}

/// What is to be done with a part of a memory.
#[derive(Debug)]
pub enum Access {
    /// A copy of so many bytes from here on.
    Read {
        /// Of the first byte.
        offset: usize,
        /// In bytes.
        length: usize,
    },
    /// The bytes go here.
    Write {
        /// Of the first byte written.
        offset: usize,
        /// What is written.
        bytes: Vec<u8>,
    },
}

impl Access {
    /// Does it; a write gives nothing.
    ///
    /// # Errors
    ///
    /// `BAD_VALUE` for what lies outside of `memory`.
    pub fn run(self, memory: &mut [u8]) -> Result<Vec<u8>> {
        let size = memory.len();
        match self {
            Self::Read { offset, length } => memory
                .get(offset..offset.saturating_add(length))
                .map(<[u8]>::to_vec)
                .ok_or_else(|| outside(offset, length, size)),
            Self::Write { offset, bytes } => {
                let part = memory.get_mut(offset..offset.saturating_add(bytes.len()));
                let part = part.ok_or_else(|| outside(offset, bytes.len(), size))?;
                part.copy_from_slice(&bytes);
                Ok(Vec::new())
            }
        }
    }
}

fn outside(offset: usize, length: usize, size: usize) -> Error {
    Error::BadValue(format!(
        "expected an offset and a length inside the memory of {size} bytes, got offset {offset} and length {length}"
    ))
}
