//! Arguments that somebody wrote as text → what JavaScript gives to the function.

use crate::code::Code;
use crate::js::{Env, Pending, Value as Js};
use crate::value::core::from_slot;
use crate::value::component::Shape;
use airssys_wasm_engine::value::{FunctionType, Value};
use airssys_wasm_engine::{CoreFunctionType, Error, Slots, wave};
use std::sync::Arc;

/// The arguments of a call, with the type of the function.
pub enum Arguments {
    Core(CoreFunctionType, Slots),
    Component(Arc<FunctionType>, Vec<Value<'static>>),
}

impl Arguments {
    /// Those that `text` writes for the exported function at `path`.
    pub fn parse(code: &Code, path: &[String], text: &str) -> Result<Self, Error> {
        match code {
            Code::Module(module) => {
                let ty = module.function_type(path.first().map_or("", String::as_str))?;
                Ok(Self::Core(ty.clone(), wave::core_arguments(ty, text)?))
            }
            Code::Component(component) => {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                let ty = component.function_type(&path)?;
                Ok(Self::Component(ty.clone(), wave::arguments(ty, text)?))
            }
        }
    }

    /// An array of them.
    pub fn to_js<'s>(&self, env: Env<'s>) -> Result<Js<'s>, Pending> {
        match self {
            Self::Core(ty, slots) => {
                let slots = ty.params.iter().zip(slots);
                array(env, slots.map(|(ty, slot)| from_slot(env, *slot, *ty)))
            }
            Self::Component(ty, values) => {
                let values = ty.params.iter().zip(values);
                array(
                    env,
                    values.map(|((_, ty), value)| Shape::new(ty).to_js(env, value)),
                )
            }
        }
    }
}

fn array<'s>(
    env: Env<'s>,
    values: impl ExactSizeIterator<Item = Result<Js<'_>, Pending>>,
) -> Result<Js<'s>, Pending> {
    let array = env.array(values.len())?;
    for (index, value) in values.enumerate() {
        env.set_element(array, index as u32, value?)?;
    }
    Ok(array)
}
