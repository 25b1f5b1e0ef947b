//! Exported functions of components, with their types prepared for JavaScript.

use crate::error::Thrown;
use crate::function::{INLINE, JsResult};
use crate::js::{Env, PendingException, Value as Js};
use crate::value::component::{Shape, describe};
use airssys_wasm_engine::value::{DynamicFunc, PathSegment, Value};
use smallvec::SmallVec;

/// An exported function of a component.
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

    /// A copy of the arguments. Getters may run.
    pub fn owned_arguments(
        &self,
        env: Env<'_>,
        args: &[Js<'_>],
    ) -> Result<Vec<Value<'static>>, Thrown> {
        let arguments = self.params.iter().zip(args).enumerate();
        arguments
            .map(|(index, (shape, arg))| {
                let value = shape.to_value(env, *arg);
                Ok(value.map_err(|error| error.within(self.argument(index)))?)
            })
            .collect()
    }

    /// The arguments, with typed arrays borrowed in place where possible.
    ///
    /// Typed arrays are read last: by then every getter has run.
    ///
    /// # Safety
    ///
    /// No JavaScript may run while the values live.
    pub unsafe fn borrowed_arguments<'a>(
        &self,
        env: Env<'_>,
        args: &[Js<'_>],
    ) -> Result<SmallVec<[Value<'a>; INLINE]>, Thrown> {
        let mut values = SmallVec::new();
        for (index, (shape, arg)) in self.params.iter().zip(args).enumerate() {
            let value = match shape {
                Shape::Numbers(_) if env.typed_array(*arg).is_some() => Value::Bool(false),
                shape => shape
                    .to_value(env, *arg)
                    .map_err(|error| error.within(self.argument(index)))?,
            };
            values.push(value);
        }
        for (index, ((shape, arg), value)) in
            self.params.iter().zip(args).zip(&mut values).enumerate()
        {
            if let (Shape::Numbers(_), Value::Bool(_)) = (shape, &*value) {
                // SAFETY: the caller guarantees that no JavaScript runs.
                *value = match unsafe { shape.borrow(env, *arg) } {
                    Some(borrowed) => borrowed,
                    None => shape
                        .to_value(env, *arg)
                        .map_err(|error| error.within(self.argument(index)))?,
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

    /// The JavaScript form of what a call returned: the error side of a `result` apart from values.
    pub fn result<'s>(
        &self,
        env: Env<'s>,
        value: Option<Value<'_>>,
    ) -> Result<JsResult<'s>, PendingException> {
        let (Some(shape), Some(value)) = (&self.result, value) else {
            return env.undefined().map(JsResult::Value);
        };
        let (side, payload) = match (shape.result(), &value) {
            (Some((ok, _)), Value::Result(Ok(payload))) => (ok, payload),
            (Some((_, err)), Value::Result(Err(payload))) => (err, payload),
            _ => return shape.to_js(env, &value).map(JsResult::Value),
        };
        let js = match (side, payload) {
            (Some(shape), Some(payload)) => shape.to_js(env, payload)?,
            _ => env.undefined()?,
        };
        Ok(match value {
            Value::Result(Err(_)) => JsResult::Error {
                message: format!("'{}' returned an error: {}", self.name, describe(env, js)),
                payload: js,
            },
            _ => JsResult::Value(js),
        })
    }
}
