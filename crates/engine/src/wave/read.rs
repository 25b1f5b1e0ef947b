//! Reading: converts a parsed text to values of known types.

use crate::func::{CoreType, Slot};
use crate::value::{
    Case, Field, FunctionType, List, Mismatch, PathSegment, ResultType, Type, Value, summary,
};
use std::str::FromStr;
use wasm_wave::ast::{Node, NodeType};

type Read<T> = Result<T, Mismatch>;

/// The arguments of a function. Missing trailing arguments are options: `none`.
pub fn arguments(ty: &FunctionType, nodes: &[&Node], source: &str) -> Read<Vec<Value<'static>>> {
    let params = ty.params.iter().enumerate();
    params
        .map(|(index, (name, ty))| match nodes.get(index) {
            Some(node) => value(ty, node, source)
                .map_err(|mismatch| mismatch.within(PathSegment::Argument(index, name.clone()))),
            None => Ok(Value::Option(None)),
        })
        .collect()
}

/// The slot of a number.
pub fn slot(ty: CoreType, node: &Node, source: &str) -> Read<Slot> {
    let read = match ty {
        CoreType::I32 => node.as_number(source).map(Slot::i32),
        CoreType::F32 => node.as_number(source).map(Slot::f32),
        CoreType::F64 => node.as_number(source).map(Slot::f64),
        // Functions of other types than numbers have been rejected.
        CoreType::I64 | CoreType::V128 | CoreType::Reference => {
            node.as_number(source).map(Slot::i64)
        }
    };
    read.map_err(|_| Mismatch::new(core_expected(ty), written(node, source)))
}

/// Whether trailing arguments of the type may be omitted.
pub fn is_option(ty: &Type) -> bool {
    matches!(ty, Type::Option(_))
}

fn value(ty: &Type, node: &Node, source: &str) -> Read<Value<'static>> {
    let wrong = || mismatch(ty, node, source);
    Ok(match ty {
        Type::Bool => Value::Bool(node.as_bool().map_err(|_| wrong())?),
        Type::S8 => Value::S8(number(ty, node, source)?),
        Type::U8 => Value::U8(number(ty, node, source)?),
        Type::S16 => Value::S16(number(ty, node, source)?),
        Type::U16 => Value::U16(number(ty, node, source)?),
        Type::S32 => Value::S32(number(ty, node, source)?),
        Type::U32 => Value::U32(number(ty, node, source)?),
        Type::S64 => Value::S64(number(ty, node, source)?),
        Type::U64 => Value::U64(number(ty, node, source)?),
        Type::F32 => Value::F32(number(ty, node, source)?),
        Type::F64 => Value::F64(number(ty, node, source)?),
        Type::Char => Value::Char(node.as_char(source).map_err(|_| wrong())?),
        Type::String => {
            let text = node.as_str(source).map_err(|_| wrong())?;
            Value::String(text.into_owned().into())
        }
        Type::List(element) => {
            let nodes = node.as_list().map_err(|_| wrong())?;
            Value::List(list(element, nodes, source)?)
        }
        Type::Record(fields) => record(ty, fields, node, source)?,
        Type::Tuple(types) => tuple(ty, types, node, source)?,
        Type::Variant(cases) => variant(ty, cases, node, source)?,
        Type::Enum(names) => {
            let label = node.as_enum(source).map_err(|_| wrong())?;
            Value::Enum(position(names.iter().map(|name| &**name), label).ok_or_else(wrong)?)
        }
        Type::Option(some) => option(ty, some, node, source)?,
        Type::Result(sides) => result(ty, sides, node, source)?,
        Type::Flags(names) => flags(ty, names, node, source)?,
        Type::Unsupported(_) => return Err(wrong()),
    })
}

fn number<T: FromStr>(ty: &Type, node: &Node, source: &str) -> Read<T> {
    node.as_number(source)
        .map_err(|_| mismatch(ty, node, source))
}

fn list<'n>(
    element: &Type,
    nodes: impl Iterator<Item = &'n Node>,
    source: &str,
) -> Read<List<'static>> {
    Ok(match element {
        Type::S8 => List::S8(numbers(element, nodes, source)?.into()),
        Type::U8 => List::U8(numbers(element, nodes, source)?.into()),
        Type::S16 => List::S16(numbers(element, nodes, source)?.into()),
        Type::U16 => List::U16(numbers(element, nodes, source)?.into()),
        Type::S32 => List::S32(numbers(element, nodes, source)?.into()),
        Type::U32 => List::U32(numbers(element, nodes, source)?.into()),
        Type::S64 => List::S64(numbers(element, nodes, source)?.into()),
        Type::U64 => List::U64(numbers(element, nodes, source)?.into()),
        Type::F32 => List::F32(numbers(element, nodes, source)?.into()),
        Type::F64 => List::F64(numbers(element, nodes, source)?.into()),
        _ => List::Values(each(nodes, |node| value(element, node, source))?),
    })
}

fn numbers<'n, T: FromStr>(
    ty: &Type,
    nodes: impl Iterator<Item = &'n Node>,
    source: &str,
) -> Read<Vec<T>> {
    each(nodes, |node| number(ty, node, source))
}

fn each<'n, T>(
    nodes: impl Iterator<Item = &'n Node>,
    read: impl Fn(&Node) -> Read<T>,
) -> Read<Vec<T>> {
    let elements = nodes.enumerate();
    elements
        .map(|(index, node)| {
            read(node).map_err(|mismatch| mismatch.within(PathSegment::Index(index)))
        })
        .collect()
}

fn record(ty: &Type, fields: &[Field], node: &Node, source: &str) -> Read<Value<'static>> {
    // A repeated field is an error of the tree, with a detail.
    let given = node
        .as_record(source)
        .map_err(|error| match error.detail() {
            Some(detail) => Mismatch::new(
                summary(ty),
                format!("{} ({}: {detail})", written(node, source), error.kind()),
            ),
            None => mismatch(ty, node, source),
        })?;
    let given: Vec<_> = given.collect();
    if let Some((name, _)) = given
        .iter()
        .find(|(name, _)| fields.iter().all(|field| *field.name != **name))
    {
        return Err(Mismatch::new(
            summary(ty),
            format!("the unknown field '{name}'"),
        ));
    }
    let values = fields.iter().map(|field| {
        let found = given.iter().find(|(name, _)| *field.name == **name);
        let read = match found {
            Some((_, node)) => value(&field.ty, node, source),
            None if is_option(&field.ty) => Ok(Value::Option(None)),
            None => Err(Mismatch::new(expected(&field.ty), "nothing")),
        };
        read.map_err(|mismatch| mismatch.within(PathSegment::Field(field.name.clone())))
    });
    Ok(Value::Record(values.collect::<Read<_>>()?))
}

fn tuple(ty: &Type, types: &[Type], node: &Node, source: &str) -> Read<Value<'static>> {
    let nodes = node.as_tuple().map_err(|_| mismatch(ty, node, source))?;
    if nodes.len() != types.len() {
        return Err(mismatch(ty, node, source));
    }
    let values = types.iter().zip(nodes).enumerate();
    let values = values.map(|(index, (ty, node))| {
        value(ty, node, source).map_err(|mismatch| mismatch.within(PathSegment::Index(index)))
    });
    Ok(Value::Tuple(values.collect::<Read<_>>()?))
}

fn variant(ty: &Type, cases: &[Case], node: &Node, source: &str) -> Read<Value<'static>> {
    let wrong = || mismatch(ty, node, source);
    let (label, given) = node.as_variant(source).map_err(|_| wrong())?;
    let index = position(cases.iter().map(|case| &*case.name), label).ok_or_else(wrong)?;
    let Some(case) = cases.get(index as usize) else {
        return Err(wrong());
    };
    let payload = payload(case.ty.as_ref(), given, source);
    let payload =
        payload.map_err(|mismatch| mismatch.within(PathSegment::Case(case.name.clone())))?;
    Ok(Value::Variant(index, payload))
}

fn option(ty: &Type, some: &Type, node: &Node, source: &str) -> Read<Value<'static>> {
    let within = |mismatch: Mismatch| mismatch.within(PathSegment::Some);
    Ok(Value::Option(match node.ty() {
        NodeType::OptionNone => None,
        NodeType::OptionSome => {
            let given = node.as_option().map_err(|_| mismatch(ty, node, source))?;
            payload(Some(some), given, source).map_err(within)?
        }
        _ if is_flattened(some) => Some(Box::new(value(some, node, source)?)),
        _ => return Err(mismatch(ty, node, source)),
    }))
}

fn result(ty: &Type, sides: &ResultType, node: &Node, source: &str) -> Read<Value<'static>> {
    match (node.as_result(), &sides.ok) {
        (Ok(Ok(given)), ok) => payload(ok.as_ref(), given, source)
            .map(|payload| Value::Result(Ok(payload)))
            .map_err(|mismatch| mismatch.within(PathSegment::Ok)),
        (Ok(Err(given)), _) => payload(sides.err.as_ref(), given, source)
            .map(|payload| Value::Result(Err(payload)))
            .map_err(|mismatch| mismatch.within(PathSegment::Err)),
        (Err(_), Some(ok)) if is_flattened(ok) => {
            Ok(Value::Result(Ok(Some(Box::new(value(ok, node, source)?)))))
        }
        (Err(_), _) => Err(mismatch(ty, node, source)),
    }
}

fn flags(ty: &Type, names: &[Box<str>], node: &Node, source: &str) -> Read<Value<'static>> {
    let mut bits = 0_u32;
    let given = node.as_flags(source);
    for flag in given.map_err(|_| mismatch(ty, node, source))? {
        let Some(bit) = position(names.iter().map(|name| &**name), flag) else {
            return Err(Mismatch::new(
                summary(ty),
                format!("the unknown flag '{flag}'"),
            ));
        };
        bits |= 1 << bit;
    }
    Ok(Value::Flags(bits))
}

fn payload(
    ty: Option<&Type>,
    given: Option<&Node>,
    source: &str,
) -> Read<Option<Box<Value<'static>>>> {
    match (ty, given) {
        (None, None) => Ok(None),
        (Some(ty), Some(node)) => value(ty, node, source).map(|value| Some(Box::new(value))),
        (Some(ty), None) => Err(Mismatch::new(expected(ty), "no payload")),
        (None, Some(node)) => Err(Mismatch::new("no payload", written(node, source))),
    }
}

/// Whether WAVE may omit the `some` or `ok` around a value of this type.
fn is_flattened(ty: &Type) -> bool {
    !matches!(ty, Type::Option(_) | Type::Result(_))
}

fn position<'a>(mut names: impl Iterator<Item = &'a str>, label: &str) -> Option<u32> {
    let index = names.position(|name| name == label)?;
    u32::try_from(index).ok()
}

fn mismatch(ty: &Type, node: &Node, source: &str) -> Mismatch {
    Mismatch::new(expected(ty), written(node, source))
}

/// The type in WIT; integers with their range.
fn expected(ty: &Type) -> String {
    match ty {
        Type::S8 => "s8 (-128 to 127)".to_owned(),
        Type::U8 => "u8 (0 to 255)".to_owned(),
        Type::S16 => "s16 (-32768 to 32767)".to_owned(),
        Type::U16 => "u16 (0 to 65535)".to_owned(),
        Type::S32 => "s32 (-2147483648 to 2147483647)".to_owned(),
        Type::U32 => "u32 (0 to 4294967295)".to_owned(),
        Type::U64 => "u64 (0 to 18446744073709551615)".to_owned(),
        ty => summary(ty),
    }
}

/// The text of the value.
fn written(node: &Node, source: &str) -> String {
    clip(source.get(node.span()).unwrap_or_default())
}

/// The maximum length of a text that a message quotes, in characters.
const QUOTED_CHARS: usize = 40;

pub fn clip(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The core type in a message; integers with their range.
fn core_expected(ty: CoreType) -> &'static str {
    match ty {
        CoreType::I32 => "i32 (-2147483648 to 2147483647)",
        CoreType::I64 => "i64 (-9223372036854775808 to 9223372036854775807)",
        CoreType::F32 => "f32",
        CoreType::F64 => "f64",
        CoreType::V128 | CoreType::Reference => "a number",
    }
}
