//! Exported functions as JavaScript sees them: their arguments in, their results out.

use crate::js::{Env, Pending, Value as Js};
use crate::slot::{expected, from_slots, to_slot};
use crate::value::{Refused, Shape, describe};
use airssys_wasm_engine::value::{DynamicFunc, Mismatch, PathSegment, Value};
use airssys_wasm_engine::{CoreFunction, Error, Returned as EngineReturned, Slot, Slots, TaskCall};
use smallvec::SmallVec;
use std::sync::Arc;

/// Arguments and slots that need no allocation.
pub const INLINE: usize = 4;

/// Why a call did not return.
pub enum Failed {
    Error(Error),
    /// JavaScript threw, and its exception is pending.
    Exception,
}

impl From<Pending> for Failed {
    fn from(_: Pending) -> Self {
        Self::Exception
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Refused> for Failed {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Mismatch(mismatch) => Self::Error(Error::BadValue(mismatch.to_string())),
            Refused::Exception => Self::Exception,
        }
    }
}

/// What a function gives to JavaScript.
pub enum Returned {
    Value(Js),
    /// The error side of its `result`.
    Error {
        message: String,
        payload: Js,
    },
}

/// An exported function of either kind.
pub enum Function {
    Core(Arc<CoreFunction>),
    Component(ComponentFunction),
}

impl Function {
    /// How many arguments it takes.
    pub fn arity(&self) -> usize {
        match self {
            Self::Core(function) => function.ty().params.len(),
            Self::Component(function) => function.params.len(),
        }
    }

    /// A call with these arguments, copied. May run getters.
    pub fn invocation(&self, env: Env, args: &[Js]) -> Result<TaskCall, Failed> {
        check_arity(self.arity(), args.len())?;
        Ok(match self {
            Self::Core(function) => {
                let mut slots = Slots::new();
                slots.resize(function.ty().slots(), Slot::default());
                core_arguments(env, function, args, &mut slots)?;
                TaskCall::Core(function.clone(), slots)
            }
            Self::Component(function) => TaskCall::Component(
                function.function.clone(),
                function.owned_arguments(env, args)?,
            ),
        })
    }

    /// What a call of it that gave `value` gives to JavaScript.
    pub fn returned(&self, env: Env, value: EngineReturned) -> Result<Returned, Pending> {
        match (self, value) {
            (Self::Core(function), EngineReturned::Slots(slots)) => {
                from_slots(env, &slots, &function.ty().results).map(Returned::Value)
            }
            (Self::Component(function), EngineReturned::Value(value)) => {
                function.returned(env, value)
            }
            _ => env.undefined().map(Returned::Value),
        }
    }
}

/// Writes the arguments into the slots of a call.
#[inline]
pub fn core_arguments(
    env: Env,
    function: &CoreFunction,
    args: &[Js],
    slots: &mut [Slot],
) -> Result<(), Failed> {
    let types = &function.ty().params;
    for (index, ((slot, arg), ty)) in slots.iter_mut().zip(args).zip(&**types).enumerate() {
        *slot = to_slot(env, *arg, *ty).ok_or_else(|| bad_argument(env, index, *ty, *arg))?;
    }
    Ok(())
}

#[cold]
fn bad_argument(env: Env, index: usize, ty: airssys_wasm_engine::CoreType, value: Js) -> Failed {
    Error::BadValue(format!(
        "argument {}: expected {}, got {}",
        index + 1,
        expected(ty),
        describe(env, value)
    ))
    .into()
}

/// # Errors
///
/// `BAD_VALUE` where a function of so many parameters got another number of arguments.
#[inline]
pub fn check_arity(expected: usize, got: usize) -> Result<(), Failed> {
    if expected == got {
        return Ok(());
    }
    Err(arity(expected, got))
}

#[cold]
fn arity(expected: usize, got: usize) -> Failed {
    let plural = if expected == 1 {
        "argument"
    } else {
        "arguments"
    };
    Error::BadValue(
        Mismatch::new(format!("{expected} {plural}"), got.to_string())
            .within(PathSegment::Arguments)
            .to_string(),
    )
    .into()
}

/// An exported function of a component, with its type prepared for JavaScript.
pub struct ComponentFunction {
    pub function: DynamicFunc,
    pub name: String,
    pub params: Vec<Shape>,
    result: Option<Shape>,
}

impl ComponentFunction {
    pub fn new(function: DynamicFunc, name: String) -> Self {
        let ty = function.ty();
        Self {
            params: ty.params.iter().map(|(_, ty)| Shape::new(ty)).collect(),
            result: ty.result.as_ref().map(Shape::new),
            function,
            name,
        }
    }

    fn owned_arguments(&self, env: Env, args: &[Js]) -> Result<Vec<Value<'static>>, Failed> {
        let arguments = self.params.iter().zip(args).enumerate();
        arguments
            .map(|(index, (shape, arg))| {
                let value = shape.to_value(env, *arg);
                Ok(value.map_err(|refused| refused.within(self.argument(index)))?)
            })
            .collect()
    }

    /// The arguments as component values, read where they lie in JavaScript's memory if they can be.
    ///
    /// Typed arrays come last: by then every getter has run.
    ///
    /// # Safety
    ///
    /// No JavaScript may run while the values live.
    pub unsafe fn borrowed_arguments<'a>(
        &self,
        env: Env,
        args: &[Js],
    ) -> Result<SmallVec<[Value<'a>; INLINE]>, Failed> {
        let mut values = SmallVec::new();
        for (index, (shape, arg)) in self.params.iter().zip(args).enumerate() {
            let value = match shape {
                Shape::Numbers(_) if env.typed_array(*arg).is_some() => Value::Bool(false),
                shape => shape
                    .to_value(env, *arg)
                    .map_err(|refused| refused.within(self.argument(index)))?,
            };
            values.push(value);
        }
        for (index, ((shape, arg), value)) in
            self.params.iter().zip(args).zip(&mut values).enumerate()
        {
            if let (Shape::Numbers(_), Value::Bool(_)) = (shape, &*value) {
                // SAFETY: the caller sees to it.
                *value = match unsafe { shape.borrow(env, *arg) } {
                    Some(borrowed) => borrowed,
                    None => shape
                        .to_value(env, *arg)
                        .map_err(|refused| refused.within(self.argument(index)))?,
                };
            }
        }
        Ok(values)
    }

    fn argument(&self, index: usize) -> PathSegment {
        let params = &self.function.ty().params;
        let name = params.get(index).map(|(name, _)| name.clone());
        PathSegment::Argument(index, name.unwrap_or_default())
    }

    /// What the call gives to JavaScript.
    pub fn returned(&self, env: Env, value: Option<Value<'_>>) -> Result<Returned, Pending> {
        let (Some(shape), Some(value)) = (&self.result, value) else {
            return env.undefined().map(Returned::Value);
        };
        let (side, payload) = match (shape.result(), &value) {
            (Some((ok, _)), Value::Result(Ok(payload))) => (ok, payload),
            (Some((_, err)), Value::Result(Err(payload))) => (err, payload),
            _ => return shape.to_js(env, &value).map(Returned::Value),
        };
        let js = match (side, payload) {
            (Some(shape), Some(payload)) => shape.to_js(env, payload)?,
            _ => env.undefined()?,
        };
        Ok(match value {
            Value::Result(Err(_)) => Returned::Error {
                message: format!("'{}' returned an error: {}", self.name, describe(env, js)),
                payload: js,
            },
            _ => Returned::Value(js),
        })
    }
}

/// The error of a value that JavaScript has no room for.
pub fn cannot_hold() -> Error {
    Error::Unsupported(
        "JavaScript cannot hold the value: a string or an array is too long for it".to_owned(),
    )
}
