//! Arguments parsed from WAVE, as JavaScript values.

use crate::js::{Env, PendingException, Value as Js};
use crate::value::component::Shape;
use crate::value::core::from_slot;
use airssys_wasm_engine::value::{FunctionType, Value};
use airssys_wasm_engine::{CoreFunctionType, Slots};
use std::sync::Arc;

/// The arguments of a call, with the type of the function.
pub enum Arguments {
    Core(CoreFunctionType, Slots),
    Component(Arc<FunctionType>, Vec<Value<'static>>),
}

impl Arguments {
    /// An array of them.
    pub fn to_js<'s>(&self, env: Env<'s>) -> Result<Js<'s>, PendingException> {
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
    values: impl ExactSizeIterator<Item = Result<Js<'s>, PendingException>>,
) -> Result<Js<'s>, PendingException> {
    let array = env.array(values.len())?;
    for (index, value) in values.enumerate() {
        env.set_element(array, index as u32, value?)?;
    }
    Ok(array)
}
