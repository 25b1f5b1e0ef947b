//! Exported functions as JavaScript sees them: arguments in, results out.

pub mod component;
pub mod core;

use crate::error::Thrown;
use crate::function::component::ComponentFunction;
use crate::js::{Env, PendingException, Value as Js};
use crate::value::core::from_slots;
use airssys_wasm_engine::value::{Mismatch, PathSegment};
use airssys_wasm_engine::{CoreFunction, Error, Returned, Slots, TaskCall};
use std::sync::Arc;

/// The number of arguments and slots that need no allocation.
pub const INLINE: usize = 4;

/// What a function returns to JavaScript.
pub enum JsResult<'s> {
    Value(Js<'s>),
    /// The error side of its `result`.
    Error {
        message: String,
        payload: Js<'s>,
    },
}

/// An exported function of either kind.
pub enum ExportedFunction {
    Core(Arc<CoreFunction>),
    Component(ComponentFunction),
}

impl ExportedFunction {
    fn arity(&self) -> usize {
        match self {
            Self::Core(function) => function.ty().params.len(),
            Self::Component(function) => function.params.len(),
        }
    }

    /// A call with a copy of these arguments. Getters may run.
    pub fn task_call(&self, env: Env<'_>, args: &[Js<'_>]) -> Result<TaskCall, Thrown> {
        check_arity(self.arity(), args.len())?;
        Ok(match self {
            Self::Core(function) => {
                let mut slots = Slots::new();
                slots.resize(function.ty().slots(), Default::default());
                core::read_arguments(env, function, args, &mut slots)?;
                TaskCall::Core(function.clone(), slots)
            }
            Self::Component(function) => TaskCall::Component(
                function.function.clone(),
                function.owned_arguments(env, args)?,
            ),
        })
    }

    /// The JavaScript form of what a call of this function returned.
    pub fn result<'s>(
        &self,
        env: Env<'s>,
        returned: Returned,
    ) -> Result<JsResult<'s>, PendingException> {
        match (self, returned) {
            (Self::Core(function), Returned::Slots(slots)) => {
                from_slots(env, &slots, &function.ty().results).map(JsResult::Value)
            }
            (Self::Component(function), Returned::Value(value)) => function.result(env, value),
            _ => env.undefined().map(JsResult::Value),
        }
    }
}

/// # Errors
///
/// `BAD_VALUE` if a function with `expected` parameters got another number of arguments.
#[inline]
pub fn check_arity(expected: usize, actual: usize) -> Result<(), Thrown> {
    if expected == actual {
        return Ok(());
    }
    Err(wrong_arity(expected, actual))
}

#[cold]
fn wrong_arity(expected: usize, actual: usize) -> Thrown {
    let plural = if expected == 1 {
        "argument"
    } else {
        "arguments"
    };
    Error::BadValue(
        Mismatch::new(format!("{expected} {plural}"), actual.to_string())
            .within(PathSegment::Arguments)
            .to_string(),
    )
    .into()
}
