//! The payload of a host call: the type of the imported function with its arguments and, once answered, its results.

use crate::func::{CoreFunctionType, Slot, Slots};
use crate::value::{FunctionType, Value};
use std::sync::Arc;

/// An owned payload, which can cross from the guest's fiber to its host and back.
#[derive(Debug)]
pub enum Payload {
    /// Of a function that a core module imports.
    Core {
        /// The function's type.
        ty: CoreFunctionType,
        /// The arguments, then the results: as many slots as [`CoreFunctionType::slots`].
        slots: Slots,
    },
    /// Of a function that a component imports. Not created yet: it is the form of component host calls, which the
    /// linker does not define in this version.
    Component {
        /// The function's type.
        ty: Arc<FunctionType>,
        /// The arguments; then the result, if the function has one.
        values: Vec<Value<'static>>,
    },
}

/// A borrowed payload. The slots of a core function stay on the caller's stack.
#[derive(Debug)]
pub enum PayloadMut<'a> {
    /// As [`Payload::Core`].
    Core {
        /// The function's type.
        ty: &'a CoreFunctionType,
        /// The arguments, then the results: as many slots as [`CoreFunctionType::slots`].
        slots: &'a mut [Slot],
    },
    /// As [`Payload::Component`].
    Component {
        /// The function's type.
        ty: &'a FunctionType,
        /// The arguments; then the result, if the function has one.
        values: &'a mut Vec<Value<'static>>,
    },
}

impl Payload {
    /// The payload, borrowed for one call of the host.
    pub fn as_mut(&mut self) -> PayloadMut<'_> {
        match self {
            Self::Core { ty, slots } => PayloadMut::Core { ty, slots },
            Self::Component { ty, values } => PayloadMut::Component { ty, values },
        }
    }
}
