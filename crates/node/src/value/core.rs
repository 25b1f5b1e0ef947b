//! Conversion between JavaScript values and the slots of core functions.

use crate::js::{Env, PendingException, Value as Js, ValueType};
use crate::value::number::Integer;
use airssys_wasm_engine::{CoreType, Slot};

/// The slot for a value, or `None` if the value is not of this type.
#[inline]
pub fn to_slot(env: Env<'_>, value: Js<'_>, ty: CoreType) -> Option<Slot> {
    match ty {
        CoreType::I32 => env.as_f64(value).and_then(i32::exactly).map(Slot::i32),
        CoreType::F64 => env.as_f64(value).map(Slot::f64),
        CoreType::F32 => env.as_f64(value).map(|number| Slot::f32(number as f32)),
        CoreType::I64 => env
            .as_i64(value)
            .filter(|(_, fits)| *fits)
            .map(|(number, _)| Slot::i64(number)),
        CoreType::V128 | CoreType::Reference => None,
    }
}

/// The value in a slot.
#[inline]
pub fn from_slot<'s>(env: Env<'s>, slot: Slot, ty: CoreType) -> Result<Js<'s>, PendingException> {
    match ty {
        CoreType::I32 => env.int32(slot.as_i32()),
        CoreType::F64 => env.double(slot.as_f64()),
        CoreType::F32 => env.double(slot.as_f32().into()),
        CoreType::I64 => env.bigint_i64(slot.as_i64()),
        CoreType::V128 | CoreType::Reference => env.undefined(),
    }
}

/// The results as a JavaScript value: `undefined`, the one value, or an array of several.
#[inline]
pub fn from_slots<'s>(
    env: Env<'s>,
    slots: &[Slot],
    types: &[CoreType],
) -> Result<Js<'s>, PendingException> {
    match (types, slots) {
        ([], _) => env.undefined(),
        ([ty], [slot, ..]) => from_slot(env, *slot, *ty),
        (types, slots) => {
            let array = env.array(types.len())?;
            for (index, (ty, slot)) in types.iter().zip(slots).enumerate() {
                env.set_element(array, index as u32, from_slot(env, *slot, *ty)?)?;
            }
            Ok(array)
        }
    }
}

/// Writes the result of a host function, in the form of [`from_slots`], into `slots`. A function without results may
/// return anything.
///
/// # Errors
///
/// The value that does not fit, with what was expected; `None` if an exception is pending.
pub fn to_slots<'s>(
    env: Env<'s>,
    value: Js<'s>,
    types: &[CoreType],
    slots: &mut [Slot],
) -> Result<(), Option<(Js<'s>, String)>> {
    match (types, &mut *slots) {
        ([], _) => Ok(()),
        ([ty], [slot, ..]) => {
            *slot = to_slot(env, value, *ty).ok_or_else(|| Some((value, expected(*ty))))?;
            Ok(())
        }
        (types, slots) => {
            let many = || Some((value, format!("an array of {}", types.len())));
            if !env.is_array(value).map_err(|_| None)?
                || env.length(value).map_err(|_| None)? as usize != types.len()
            {
                return Err(many());
            }
            for (index, (ty, slot)) in types.iter().zip(slots).enumerate() {
                let element = env.element(value, index as u32).map_err(|_| None)?;
                *slot = to_slot(env, element, *ty).ok_or_else(|| Some((element, expected(*ty))))?;
            }
            Ok(())
        }
    }
}

/// The name of the type in an error message.
pub fn expected(ty: CoreType) -> String {
    let hint = match ty {
        CoreType::I32 => {
            " (an integer from -2147483648 to 2147483647; write `value | 0` for an unsigned one)"
        }
        CoreType::I64 => " as a bigint",
        _ => "",
    };
    format!("{ty}{hint}")
}

/// Whether a value may be a promise, or something like one.
#[inline]
pub fn may_be_thenable(env: Env<'_>, value: Js<'_>) -> bool {
    matches!(
        env.value_type(value),
        Ok(ValueType::Object | ValueType::Function)
    )
}
