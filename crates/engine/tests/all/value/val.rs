//! Conversion of values to Wasmtime's `Val`.

use airssys_wasm_engine::value::{List, Type, Value};
use wasmtime::component::Val;

pub fn val(ty: &Type, value: &Value<'_>) -> Val {
    match (ty, value) {
        (_, Value::Bool(v)) => Val::Bool(*v),
        (_, Value::S8(v)) => Val::S8(*v),
        (_, Value::U8(v)) => Val::U8(*v),
        (_, Value::S16(v)) => Val::S16(*v),
        (_, Value::U16(v)) => Val::U16(*v),
        (_, Value::S32(v)) => Val::S32(*v),
        (_, Value::U32(v)) => Val::U32(*v),
        (_, Value::S64(v)) => Val::S64(*v),
        (_, Value::U64(v)) => Val::U64(*v),
        (_, Value::F32(v)) => Val::Float32(*v),
        (_, Value::F64(v)) => Val::Float64(*v),
        (_, Value::Char(v)) => Val::Char(*v),
        (_, Value::String(v)) => Val::String(v.to_string()),
        (Type::List(element), Value::List(items)) => Val::List(elements(element, items)),
        (Type::Record(fields), Value::Record(values)) => Val::Record(
            fields
                .iter()
                .zip(values)
                .map(|(field, value)| (field.name.to_string(), val(&field.ty, value)))
                .collect(),
        ),
        (Type::Tuple(types), Value::Tuple(values)) => {
            Val::Tuple(types.iter().zip(values).map(|(ty, v)| val(ty, v)).collect())
        }
        (Type::Variant(cases), Value::Variant(case, payload)) => {
            let case = &cases[*case as usize];
            Val::Variant(case.name.to_string(), boxed(case.ty.as_ref(), payload))
        }
        (Type::Enum(names), Value::Enum(case)) => Val::Enum(names[*case as usize].to_string()),
        (Type::Option(some), Value::Option(payload)) => Val::Option(boxed(Some(some), payload)),
        (Type::Result(sides), Value::Result(Ok(payload))) => {
            Val::Result(Ok(boxed(sides.ok.as_ref(), payload)))
        }
        (Type::Result(sides), Value::Result(Err(payload))) => {
            Val::Result(Err(boxed(sides.err.as_ref(), payload)))
        }
        (Type::Flags(names), Value::Flags(bits)) => Val::Flags(
            names
                .iter()
                .enumerate()
                .filter(|(bit, _)| bits >> bit & 1 == 1)
                .map(|(_, name)| name.to_string())
                .collect(),
        ),
        _ => panic!("{value:?} is not a {ty}"),
    }
}

fn boxed(ty: Option<&Type>, payload: &Option<Box<Value<'_>>>) -> Option<Box<Val>> {
    payload
        .as_ref()
        .map(|value| Box::new(val(ty.unwrap(), value)))
}

fn elements(element: &Type, items: &List<'_>) -> Vec<Val> {
    match items {
        List::S8(v) => v.iter().copied().map(Val::S8).collect(),
        List::U8(v) => v.iter().copied().map(Val::U8).collect(),
        List::S16(v) => v.iter().copied().map(Val::S16).collect(),
        List::U16(v) => v.iter().copied().map(Val::U16).collect(),
        List::S32(v) => v.iter().copied().map(Val::S32).collect(),
        List::U32(v) => v.iter().copied().map(Val::U32).collect(),
        List::S64(v) => v.iter().copied().map(Val::S64).collect(),
        List::U64(v) => v.iter().copied().map(Val::U64).collect(),
        List::F32(v) => v.iter().copied().map(Val::Float32).collect(),
        List::F64(v) => v.iter().copied().map(Val::Float64).collect(),
        List::Values(v) => v.iter().map(|value| val(element, value)).collect(),
    }
}
