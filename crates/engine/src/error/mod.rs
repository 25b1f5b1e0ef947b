//! Errors: one closed list, each with a stable code.

pub(crate) mod trap;
pub(crate) mod wasmtime_messages;

use crate::error::trap::{Frame, TrapReport};
use std::ops::RangeInclusive;

/// The result of every fallible operation of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Declares [`Error`], with its codes and the macro over them. A new error takes one entry here.
macro_rules! define_errors {
    ($d:tt $(
        $(#[$attribute:meta])*
        $variant:ident = $code:literal $(($($tuple:tt)*))? $({$($fields:tt)*})?,
    )*) => {
        /// Every failure that the engine reports. [`Error::code`] is the stable name of its kind.
        ///
        /// Messages name the value received and, if there is one, the fix.
        // Not `#[non_exhaustive]`, on purpose: the addon must not forget a new variant.
        #[derive(Debug, thiserror::Error)]
        pub enum Error {
            $($(#[$attribute])* $variant $(($($tuple)*))? $({$($fields)*})?,)*
        }

        impl Error {
            /// The codes of all errors.
            pub const CODES: &[&str] = &[$($code),*];

            /// The stable code: `COMPILE`, `LINK`, `TRAP`, `OUT_OF_FUEL`, …
            pub fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $code,)*
                }
            }
        }

        /// Calls `callback!` with the variant and the code of every error: `Compile = "COMPILE", …`.
        #[macro_export]
        macro_rules! for_each_error_code {
            ($d callback:ident) => {
                $d callback! { $($variant = $code,)* }
            };
        }
    };
}

define_errors! {
    $
    /// The source is not WebAssembly, or not what the engine's configuration accepts.
    #[error("cannot compile: {message}")]
    Compile = "COMPILE" {
        /// Wasmtime's diagnosis with its causes.
        message: String,
    },

    /// The source is larger than the engine accepts.
    #[error(
        "the binary is larger than the engine accepts: {actual_bytes} bytes, at most {maximum_bytes}; raise the engine's 'limits.binaryBytes' if you trust it"
    )]
    BinaryTooLarge = "BINARY_TOO_LARGE" {
        /// Size of the source, in bytes.
        actual_bytes: u64,
        /// The engine's maximum, in bytes.
        maximum_bytes: u64,
    },

    /// A file could not be read.
    #[error("cannot read '{path}': {message}")]
    Io = "IO" {
        /// The path.
        path: String,
        /// The operating system's message.
        message: String,
    },

    /// Imports are missing or of the wrong type, or the instance could not be created.
    #[error("cannot instantiate: {message}")]
    Link = "LINK" {
        /// What is missing or does not fit.
        message: String,
    },

    /// The instance has no such export, or it is not of the kind asked for.
    #[error("{message}")]
    UnknownExport = "UNKNOWN_EXPORT" {
        /// The name of the export, and those there are.
        message: String,
    },

    /// The guest trapped.
    #[error("{0}")]
    Trap = "TRAP"(Box<TrapReport>),

    /// The call exceeded its fuel.
    #[error(
        "the call ran out of fuel: its budget was {budget}; raise 'limits.fuel' if the guest needs more"
    )]
    OutOfFuel = "OUT_OF_FUEL" {
        /// The fuel that the call was given, in Wasmtime's units.
        budget: u64,
        /// The guest's frames, innermost first; empty without backtraces.
        frames: Vec<Frame>,
    },

    /// The call exceeded its time.
    #[error("the call took longer than its 'timeoutMs' of {timeout_ms} ms")]
    Timeout = "TIMEOUT" {
        /// The limit, in milliseconds.
        timeout_ms: u64,
    },

    /// The call was aborted by its caller, or its instance was disposed of.
    #[error("the call was aborted")]
    Aborted = "ABORTED",

    /// Too many calls of the instance are waiting.
    #[error(
        "{queued} calls of the instance are waiting, the most that its 'limits.queuedCalls' allows; await some, use more instances, or raise it"
    )]
    Busy = "BUSY" {
        /// The number of calls that wait.
        queued: u32,
    },

    /// A host function failed. The host keeps the cause.
    #[error("a host function failed")]
    HostFailed = "HOST_FAILED",

    /// A memory or table would have grown past the instance's limit.
    #[error(
        "{resource} would grow to {requested}, past the limit of {limit}; raise 'limits.{option}' if the guest needs more"
    )]
    MemoryLimit = "MEMORY_LIMIT" {
        /// What would have grown, with its unit.
        resource: &'static str,
        /// The requested total, in bytes (memories) or elements (tables).
        requested: u64,
        /// The limit, in the same unit.
        limit: u64,
        /// The option that sets the limit.
        option: &'static str,
    },

    /// The call would have transferred too much from the guest to the host.
    #[error(
        "the call would transfer more than {limit_bytes} bytes from the guest to the host; raise 'limits.transferBytes' if the guest needs more"
    )]
    TransferLimit = "TRANSFER_LIMIT" {
        /// The limit, in bytes.
        limit_bytes: u64,
    },

    /// The engine, or the process, has as many live instances as it can.
    #[error("{message}")]
    InstanceLimit = "INSTANCE_LIMIT" {
        /// The bound that was reached, and how to raise it.
        message: String,
    },

    /// The instance cannot be called any more.
    #[error("the instance cannot be called any more: {reason}; create a new one")]
    Poisoned = "POISONED" {
        /// The reason that it cannot be called.
        reason: String,
    },

    /// The instance, compiled code or engine has been disposed of.
    #[error("the {what} has been disposed of")]
    Disposed = "DISPOSED" {
        /// "instance", "component", "module" or "engine".
        what: &'static str,
    },

    /// The instance is running a call.
    #[error("the instance is running a call; wait for it to return")]
    Reentrant = "REENTRANT",

    /// Too little of the calling thread's stack is left for the guest.
    #[error(
        "too little stack is left for the guest: {left_bytes} bytes, and it may need {needed_bytes}; call it from a shallower recursion, or lower the engine's 'maxStackBytes'"
    )]
    StackExhausted = "STACK_EXHAUSTED" {
        /// The stack that is left, in bytes.
        left_bytes: u64,
        /// The stack that the guest may need, in bytes.
        needed_bytes: u64,
    },

    /// A value does not have the expected type.
    #[error("{0}")]
    BadValue = "BAD_VALUE"(String),

    /// An option is unknown, of the wrong type or out of its range.
    #[error("option '{option}': {message}")]
    BadOption = "BAD_OPTION" {
        /// The full name of the option.
        option: String,
        /// What was expected, what was received, and the fix.
        message: String,
    },

    /// The guest uses something that this version does not support.
    #[error("not supported: {0}")]
    Unsupported = "UNSUPPORTED"(String),

    /// The bytes are not compiled code for this engine, or damaged.
    #[error("cannot deserialize: {message}")]
    Deserialize = "DESERIALIZE" {
        /// What the bytes are instead.
        message: String,
    },

    /// A bug in this package or in Wasmtime, such as a panic that was caught.
    #[error("internal error: {message}; this is a bug, please report it")]
    Internal = "INTERNAL" {
        /// What happened.
        message: String,
    },
}

impl Error {
    /// `COMPILE` for an error of Wasmtime's.
    pub(crate) fn compile(error: &wasmtime::Error) -> Self {
        Self::Compile {
            message: chain(error),
        }
    }

    /// `UNKNOWN_EXPORT` for an export that is missing or of another type.
    pub(crate) fn unknown_export(name: &str, why: &str) -> Self {
        Self::UnknownExport {
            message: format!("the export '{name}' {why}"),
        }
    }

    /// `INTERNAL` for an error of Wasmtime's that no guest can cause.
    pub(crate) fn internal(error: &wasmtime::Error) -> Self {
        Self::Internal {
            message: chain(error),
        }
    }

    /// `BAD_OPTION` for the option of this name.
    pub fn option(option: impl Into<String>, message: impl Into<String>) -> Self {
        Self::BadOption {
            option: option.into(),
            message: message.into(),
        }
    }
}

/// Checks that the value of an option is in its range.
///
/// # Errors
///
/// `BAD_OPTION`.
pub(crate) fn check_range(
    option: &'static str,
    value: u64,
    range: RangeInclusive<u64>,
) -> Result<()> {
    if range.contains(&value) {
        return Ok(());
    }
    let (least, most) = range.into_inner();
    Err(Error::option(
        option,
        format!("expected {least} to {most}, got {value}"),
    ))
}

/// An error with its causes in one line.
pub(crate) fn chain(error: &wasmtime::Error) -> String {
    format!("{error:#}")
}

/// The message of a caught panic.
pub fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned())
}
