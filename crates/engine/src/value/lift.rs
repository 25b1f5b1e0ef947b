//! Lifting: reads values from a guest.
//!
//! Nothing from the guest is trusted: every address is checked for bounds and alignment before it is
//! read, every discriminant and character for its range, every string for its encoding. What the
//! host allocates is first charged to the store's hostcall fuel: the bytes of strings and lists of
//! numbers, the size of a [`Value`] for each element, field, flag and payload, and the cost of the
//! object or array that a host with objects creates for it. Otherwise 16 bytes of guest memory, for
//! 32 flags or the name of a case, would become a dictionary or a string on the host.

use std::borrow::Cow;

use wasmtime::component::__internal::wasmtime_environ::component::{
    CanonicalAbiInfo, TypeFlagsIndex, TypeRecordIndex, TypeTupleIndex, VariantInfo,
};
use wasmtime::component::__internal::{ComponentTypes, InterfaceType, LiftContext};
use wasmtime::component::Lift;
use wasmtime::{Result, ValRaw, bail, format_err};

use super::data::{List, Value};
use super::layout::Fields;
use super::numbers::{Number, with_room};

/// The charge for an object or an array inside another value, in bytes: its size on the host besides
/// its parts, which also accounts for the time to create it.
const OBJECT_BYTES: usize = 128;

/// The charge for a list of numbers, in bytes.
const BUFFER_BYTES: usize = 256;

/// The number of core values that a function returns directly; a larger result is in memory.
const MAX_FLAT_RESULTS: usize = 1;

/// Lifts the result of a call, if its type has one, from the core value that was returned.
pub(super) fn result(
    cx: &mut LiftContext<'_>,
    results: TypeTupleIndex,
    [returned]: &[ValRaw; MAX_FLAT_RESULTS],
) -> Result<Option<Value<'static>>> {
    let types = cx.types;
    let results = &types[results];
    let ty = match *results.types {
        [] => return Ok(None),
        [ty] => ty,
        _ => bail!("a function with {} results", results.types.len()),
    };
    if results.abi.flat_count(MAX_FLAT_RESULTS).is_some() {
        let bits = returned.get_u64();
        return unflatten(cx, FlatValue { ty, bits }).map(Some);
    }
    let bytes = region(cx, returned.get_u32(), 1, &results.abi)?;
    load(cx, ty, bytes).map(Some)
}

/// A core value that a function returned, with its type.
pub(super) struct FlatValue {
    ty: InterfaceType,
    bits: u64,
}

/// The core value that was returned, if the function's type has a result.
///
/// # Errors
///
/// If the result takes more than one core value.
#[inline]
pub(super) fn core_value(
    cx: &LiftContext<'_>,
    results: TypeTupleIndex,
    [returned]: &[ValRaw; MAX_FLAT_RESULTS],
) -> Result<Option<FlatValue>> {
    let results = &cx.types[results];
    if results.abi.flat_count(MAX_FLAT_RESULTS).is_none() {
        bail!("a result in memory is not a scalar");
    }
    Ok(results.types.first().map(|ty| FlatValue {
        ty: *ty,
        bits: returned.get_u64(),
    }))
}

/// The scalar in a core value.
///
/// # Errors
///
/// If its type is not a scalar, or a `char` is invalid.
#[inline]
pub(super) fn scalar(returned: &FlatValue) -> Result<Value<'static>> {
    let bits = returned.bits;
    Ok(match returned.ty {
        InterfaceType::Bool => Value::Bool(bits as u32 != 0),
        // Bits beyond a number's width are ignored.
        InterfaceType::S8 => Value::S8(bits as i8),
        InterfaceType::U8 => Value::U8(bits as u8),
        InterfaceType::S16 => Value::S16(bits as i16),
        InterfaceType::U16 => Value::U16(bits as u16),
        InterfaceType::S32 => Value::S32(bits as i32),
        InterfaceType::U32 => Value::U32(bits as u32),
        InterfaceType::S64 => Value::S64(bits as i64),
        InterfaceType::U64 => Value::U64(bits),
        InterfaceType::Float32 => Value::F32(f32::from_bits(bits as u32)),
        InterfaceType::Float64 => Value::F64(f64::from_bits(bits)),
        InterfaceType::Char => Value::Char(char::try_from(bits as u32)?),
        _ => bail!("a result of this type is not supported"),
    })
}

/// The value in one core value: a scalar, flags, the case of a variant without payloads, or a record
/// or tuple of one of these.
fn unflatten(cx: &mut LiftContext<'_>, returned: FlatValue) -> Result<Value<'static>> {
    let types = cx.types;
    let FlatValue { ty, bits } = returned;
    Ok(match ty {
        InterfaceType::Record(record) => {
            let fields = types[record].fields.iter().map(|field| field.ty);
            Value::Record(unflatten_fields(cx, fields, bits)?)
        }
        InterfaceType::Tuple(tuple) => Value::Tuple(unflatten_fields(
            cx,
            types[tuple].types.iter().copied(),
            bits,
        )?),
        InterfaceType::Flags(flags) => lift_flags(cx, flags, bits as u32)?,
        InterfaceType::Variant(_)
        | InterfaceType::Enum(_)
        | InterfaceType::Option(_)
        | InterfaceType::Result(_) => match payload_type(types, ty, bits as u32)? {
            None => {
                charge_name(cx, ty, bits as u32)?;
                variant(ty, bits as u32, None)?
            }
            Some(_) => bail!("a case with a payload is more than one core value"),
        },
        _ => scalar(&returned)?,
    })
}

fn unflatten_fields(
    cx: &mut LiftContext<'_>,
    fields: impl ExactSizeIterator<Item = InterfaceType>,
    bits: u64,
) -> Result<Vec<Value<'static>>> {
    if fields.len() > MAX_FLAT_RESULTS {
        bail!("{} fields are more than one core value", fields.len());
    }
    let types = cx.types;
    fields
        .map(|ty| {
            cx.consume_fuel(part_bytes(types, ty))?;
            unflatten(cx, FlatValue { ty, bits })
        })
        .collect()
}

/// Reads a value of type `ty` from the start of `bytes`.
fn load(cx: &mut LiftContext<'_>, ty: InterfaceType, bytes: &[u8]) -> Result<Value<'static>> {
    load_to(cx, ty, bytes, |value| value)
}

/// Reads a value of type `ty` from the start of `bytes` and passes it to `place`.
///
/// Inlined with `place`, so that a number is written to its final location at once: moving a value
/// that was just written costs more than reading it.
#[inline(always)]
fn load_to<R>(
    cx: &mut LiftContext<'_>,
    ty: InterfaceType,
    bytes: &[u8],
    place: impl FnOnce(Value<'static>) -> R,
) -> Result<R> {
    let types = cx.types;
    Ok(match ty {
        InterfaceType::Bool => place(Value::Bool(u8::from_le_bytes(take(bytes)?) != 0)),
        InterfaceType::S8 => place(Value::S8(i8::from_le_bytes(take(bytes)?))),
        InterfaceType::U8 => place(Value::U8(u8::from_le_bytes(take(bytes)?))),
        InterfaceType::S16 => place(Value::S16(i16::from_le_bytes(take(bytes)?))),
        InterfaceType::U16 => place(Value::U16(u16::from_le_bytes(take(bytes)?))),
        InterfaceType::S32 => place(Value::S32(i32::from_le_bytes(take(bytes)?))),
        InterfaceType::U32 => place(Value::U32(u32::from_le_bytes(take(bytes)?))),
        InterfaceType::S64 => place(Value::S64(i64::from_le_bytes(take(bytes)?))),
        InterfaceType::U64 => place(Value::U64(u64::from_le_bytes(take(bytes)?))),
        InterfaceType::Float32 => place(Value::F32(f32::from_le_bytes(take(bytes)?))),
        InterfaceType::Float64 => place(Value::F64(f64::from_le_bytes(take(bytes)?))),
        InterfaceType::Char => place(Value::Char(char::try_from(u32::from_le_bytes(take(
            bytes,
        )?))?)),
        InterfaceType::String => {
            let pair = take::<8>(bytes)?;
            place(Value::String(Cow::Owned(String::linear_lift_from_memory(
                cx, ty, &pair,
            )?)))
        }
        InterfaceType::List(list) => {
            let at = u32::from_le_bytes(take(bytes)?);
            let len = u32::from_le_bytes(take(after(bytes, 4)?)?);
            place(Value::List(load_list(cx, types[list].element, at, len)?))
        }
        InterfaceType::Record(record) => place(Value::Record(load_record(cx, record, bytes)?)),
        InterfaceType::Tuple(tuple) => place(Value::Tuple(load_fields(
            cx,
            types[tuple].types.iter(),
            bytes,
        )?)),
        InterfaceType::Flags(flags) => {
            let bits = take_sized(bytes, types.canonical_abi(&ty).size32)?;
            place(lift_flags(cx, flags, bits)?)
        }
        _ => place(load_variant(cx, ty, bytes)?),
    })
}

fn load_record(
    cx: &mut LiftContext<'_>,
    record: TypeRecordIndex,
    bytes: &[u8],
) -> Result<Vec<Value<'static>>> {
    let fields = &cx.types[record].fields;
    load_fields(cx, fields.iter().map(|field| &field.ty), bytes)
}

fn load_variant(
    cx: &mut LiftContext<'_>,
    ty: InterfaceType,
    bytes: &[u8],
) -> Result<Value<'static>> {
    let types = cx.types;
    let info = variant_info(types, ty)?;
    let discriminant = take_sized(bytes, u32::from(info.size))?;
    let payload_type = payload_type(types, ty, discriminant)?;
    charge_name(cx, ty, discriminant)?;
    let payload = match payload_type {
        None => None,
        Some(ty) => {
            cx.consume_fuel(part_bytes(types, ty))?;
            let offset = usize::try_from(info.payload_offset32)?;
            Some(Box::new(load(cx, ty, after(bytes, offset)?)?))
        }
    };
    variant(ty, discriminant, payload)
}

fn load_fields<'t>(
    cx: &mut LiftContext<'_>,
    fields: impl ExactSizeIterator<Item = &'t InterfaceType>,
    bytes: &[u8],
) -> Result<Vec<Value<'static>>> {
    let types = cx.types;
    let mut layout = Fields::default();
    let mut values = Vec::with_capacity(fields.len());
    for ty in fields {
        let bytes = after(bytes, layout.next(types, ty))?;
        cx.consume_fuel(part_bytes(types, *ty))?;
        load_to(cx, *ty, bytes, |value| values.push(value))?;
    }
    Ok(values)
}

fn load_list(
    cx: &mut LiftContext<'_>,
    element: InterfaceType,
    at: u32,
    len: u32,
) -> Result<List<'static>> {
    let abi = cx.types.canonical_abi(&element);
    let bytes = region(cx, at, len, abi)?;
    Ok(match element {
        InterfaceType::S8 => List::S8(load_numbers(cx, bytes)?),
        InterfaceType::U8 => List::U8(load_numbers(cx, bytes)?),
        InterfaceType::S16 => List::S16(load_numbers(cx, bytes)?),
        InterfaceType::U16 => List::U16(load_numbers(cx, bytes)?),
        InterfaceType::S32 => List::S32(load_numbers(cx, bytes)?),
        InterfaceType::U32 => List::U32(load_numbers(cx, bytes)?),
        InterfaceType::S64 => List::S64(load_numbers(cx, bytes)?),
        InterfaceType::U64 => List::U64(load_numbers(cx, bytes)?),
        InterfaceType::Float32 => List::F32(load_numbers(cx, bytes)?),
        InterfaceType::Float64 => List::F64(load_numbers(cx, bytes)?),
        _ => List::Values(load_values(cx, element, bytes, len)?),
    })
}

fn load_numbers<N: Number>(cx: &mut LiftContext<'_>, bytes: &[u8]) -> Result<Cow<'static, [N]>> {
    cx.consume_fuel(bytes.len())?;
    N::read_all(bytes).map(Cow::Owned)
}

fn load_values(
    cx: &mut LiftContext<'_>,
    element: InterfaceType,
    bytes: &[u8],
    len: u32,
) -> Result<Vec<Value<'static>>> {
    let len = usize::try_from(len)?;
    cx.consume_fuel_array(len, part_bytes(cx.types, element))?;
    let stride = usize::try_from(cx.types.canonical_abi(&element).size32)?;
    let mut values = with_room(len)?;
    let mut rest = bytes;
    for _ in 0..len {
        load_to(cx, element, rest, |value| values.push(value))?;
        rest = after(rest, stride)?;
    }
    Ok(values)
}

/// The charge for a value of type `ty` inside another, besides its contents, in bytes.
fn part_bytes(types: &ComponentTypes, ty: InterfaceType) -> usize {
    let object = match ty {
        InterfaceType::List(list) if is_number(types[list].element) => BUFFER_BYTES,
        InterfaceType::List(_)
        | InterfaceType::Record(_)
        | InterfaceType::Tuple(_)
        | InterfaceType::Variant(_)
        | InterfaceType::Result(_)
        | InterfaceType::Flags(_) => OBJECT_BYTES,
        // An object is only needed to distinguish it from the option inside.
        InterfaceType::Option(option) => match types[option].ty {
            InterfaceType::Option(_) => OBJECT_BYTES,
            _ => 0,
        },
        _ => 0,
    };
    size_of::<Value<'_>>() + object
}

fn is_number(ty: InterfaceType) -> bool {
    matches!(
        ty,
        InterfaceType::S8
            | InterfaceType::U8
            | InterfaceType::S16
            | InterfaceType::U16
            | InterfaceType::S32
            | InterfaceType::U32
            | InterfaceType::S64
            | InterfaceType::U64
            | InterfaceType::Float32
            | InterfaceType::Float64
    )
}

/// Charges transfer for the case name, which the host allocates as a string.
fn charge_name(cx: &mut LiftContext<'_>, ty: InterfaceType, discriminant: u32) -> Result<()> {
    let types = cx.types;
    let index = usize::try_from(discriminant)?;
    let bytes = match ty {
        // `payload_type` has checked that there is such a case.
        InterfaceType::Enum(names) => types[names].names[index].len(),
        InterfaceType::Variant(variant) => {
            let case = types[variant].cases.get_index(index);
            case.map_or(0, |(name, _)| name.len())
        }
        _ => 0,
    };
    cx.consume_fuel(bytes)
}

/// The bytes of the `count` values at address `at`, which must be aligned and inside memory.
fn region<'m>(
    cx: &LiftContext<'m>,
    at: u32,
    count: u32,
    abi: &CanonicalAbiInfo,
) -> Result<&'m [u8]> {
    let start = usize::try_from(at)?;
    let bytes = usize::try_from(count)?.checked_mul(usize::try_from(abi.size32)?);
    let end = bytes.and_then(|bytes| start.checked_add(bytes));
    let region = end.and_then(|end| cx.memory().get(start..end));
    if !at.is_multiple_of(abi.align32) {
        bail!("address {at} is not aligned to {} bytes", abi.align32);
    }
    region.ok_or_else(|| {
        let size = abi.size32;
        format_err!("{count} values of {size} bytes at {at} lie beyond the end of memory")
    })
}

fn variant_info(types: &ComponentTypes, ty: InterfaceType) -> Result<&VariantInfo> {
    Ok(match ty {
        InterfaceType::Variant(variant) => &types[variant].info,
        InterfaceType::Enum(names) => &types[names].info,
        InterfaceType::Option(option) => &types[option].info,
        InterfaceType::Result(result) => &types[result].info,
        _ => bail!("a result of this type is not supported"),
    })
}

/// The type of the payload of case `discriminant`; an error if there is no such case.
fn payload_type(
    types: &ComponentTypes,
    ty: InterfaceType,
    discriminant: u32,
) -> Result<Option<InterfaceType>> {
    let index = usize::try_from(discriminant)?;
    let case = match ty {
        InterfaceType::Variant(variant) => types[variant].cases.get_index(index).map(|(_, ty)| *ty),
        InterfaceType::Enum(names) => (index < types[names].names.len()).then_some(None),
        InterfaceType::Option(option) => [None, Some(types[option].ty)].get(index).copied(),
        InterfaceType::Result(result) => [types[result].ok, types[result].err].get(index).copied(),
        _ => bail!("a result of this type is not supported"),
    };
    case.ok_or_else(|| format_err!("discriminant {discriminant} is out of range"))
}

fn variant(
    ty: InterfaceType,
    discriminant: u32,
    payload: Option<Box<Value<'static>>>,
) -> Result<Value<'static>> {
    Ok(match (ty, discriminant) {
        (InterfaceType::Variant(_), case) => Value::Variant(case, payload),
        (InterfaceType::Enum(_), case) => Value::Enum(case),
        (InterfaceType::Option(_), _) => Value::Option(payload),
        (InterfaceType::Result(_), 0) => Value::Result(Ok(payload)),
        (InterfaceType::Result(_), _) => Value::Result(Err(payload)),
        _ => bail!("a result of this type is not supported"),
    })
}

/// Lifts flags, and charges each, since a host creates a property for it.
fn lift_flags(
    cx: &mut LiftContext<'_>,
    flags: TypeFlagsIndex,
    bits: u32,
) -> Result<Value<'static>> {
    let count = cx.types[flags].names.len();
    cx.consume_fuel_array(count, size_of::<Value<'_>>())?;
    Ok(Value::Flags(bits & mask(count)))
}

/// The bits of the type's flags. A guest may set others, which are ignored.
fn mask(flags: usize) -> u32 {
    match flags {
        0..32 => (1 << flags) - 1,
        _ => u32::MAX,
    }
}

fn take<const N: usize>(bytes: &[u8]) -> Result<[u8; N]> {
    bytes.first_chunk().copied().ok_or_else(too_short)
}

/// A little-endian number of `size` bytes: 0, 1, 2 or 4.
fn take_sized(bytes: &[u8], size: u32) -> Result<u32> {
    Ok(match size {
        0 => 0,
        1 => u8::from_le_bytes(take(bytes)?).into(),
        2 => u16::from_le_bytes(take(bytes)?).into(),
        _ => u32::from_le_bytes(take(bytes)?),
    })
}

fn after(bytes: &[u8], offset: usize) -> Result<&[u8]> {
    bytes.get(offset..).ok_or_else(too_short)
}

#[cold]
fn too_short() -> wasmtime::Error {
    format_err!("fewer bytes than the type has")
}
