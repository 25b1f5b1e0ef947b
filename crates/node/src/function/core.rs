//! Arguments of exported core functions.

use crate::error::Thrown;
use crate::js::{Env, Value as Js};
use crate::value::component::describe;
use crate::value::core::{expected, to_slot};
use airssys_wasm_engine::{CoreFunction, CoreType, Error, Slot};

/// Writes the arguments into the slots of a call.
#[inline]
pub fn read_arguments(
    env: Env<'_>,
    function: &CoreFunction,
    args: &[Js<'_>],
    slots: &mut [Slot],
) -> Result<(), Thrown> {
    let types = &function.ty().params;
    for (index, ((slot, arg), ty)) in slots.iter_mut().zip(args).zip(&**types).enumerate() {
        *slot = to_slot(env, *arg, *ty).ok_or_else(|| bad_argument(env, index, *ty, *arg))?;
    }
    Ok(())
}

#[cold]
fn bad_argument(env: Env<'_>, index: usize, ty: CoreType, value: Js<'_>) -> Thrown {
    Error::BadValue(format!(
        "argument {}: expected {}, got {}",
        index + 1,
        expected(ty),
        describe(env, value)
    ))
    .into()
}
