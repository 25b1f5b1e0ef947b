//! Lowering: writes values into a guest.
//!
//! The canonical ABI passes up to 16 core values "flat" and everything else in memory that the
//! guest's `realloc` allocates. The function's type in Wasmtime's tables decides what is written
//! where, never the value: a value that does not fit is an error. Allocations have the same order
//! and size as Wasmtime's for `component::Val`.

use std::mem::MaybeUninit;

use wasmtime::component::__internal::wasmtime_environ::component::TypeTupleIndex;
use wasmtime::component::__internal::{ComponentTypes, InterfaceType, LowerContext};
use wasmtime::{Result, ValRaw, bail, format_err};

use super::abi;
use super::data::{List, Value};
use super::layout::Fields;
use super::numbers::Number;

/// The number of core values that a function takes directly; more are passed in memory.
pub(super) const MAX_FLAT_PARAMS: usize = 16;

/// The number of parts of a list's element type that are searched for pointers.
const MAX_PARTS_SEARCHED: usize = 64;

/// Guest memory that values are stored in.
trait Heap {
    /// The `len` bytes at address `at`.
    fn bytes(&mut self, at: usize, len: usize) -> Result<&mut [u8]>;

    /// The address of `len` new bytes, aligned to `align`.
    fn allocate(&mut self, align: u32, len: usize) -> Result<usize>;

    /// Copies a string; returns its address and its length in the guest's encoding.
    fn string(&mut self, text: &str) -> Result<(u32, u32)>;
}

impl<T: 'static> Heap for LowerContext<'_, T> {
    #[inline]
    fn bytes(&mut self, at: usize, len: usize) -> Result<&mut [u8]> {
        slice(self.as_slice_mut(), at, len)
    }

    fn allocate(&mut self, align: u32, len: usize) -> Result<usize> {
        self.realloc(0, 0, align, len)
    }

    fn string(&mut self, text: &str) -> Result<(u32, u32)> {
        abi::lower_string(self, text)
    }
}

/// An allocation for values without pointers, addressed from its start. Looking up the guest's memory
/// costs as much as storing a number, so it is done once for all elements of a list.
struct Allocated<'m>(&'m mut [u8]);

impl Heap for Allocated<'_> {
    #[inline]
    fn bytes(&mut self, at: usize, len: usize) -> Result<&mut [u8]> {
        slice(self.0, at, len)
    }

    fn allocate(&mut self, _: u32, _: usize) -> Result<usize> {
        bail!("a value without pointers needs no allocation")
    }

    fn string(&mut self, _: &str) -> Result<(u32, u32)> {
        bail!("a string is not a value without pointers")
    }
}

/// Lowers the arguments of a call: flat if they fit, otherwise as one tuple in memory.
///
/// Every slot that the core function reads is written, and at least the first.
pub(super) fn arguments<T: 'static>(
    cx: &mut LowerContext<'_, T>,
    params: TypeTupleIndex,
    args: &[Value<'_>],
    slots: &mut [MaybeUninit<ValRaw>; MAX_FLAT_PARAMS],
) -> Result<()> {
    let types = cx.types;
    let params = &types[params];
    let mut slots = FlatArguments { slots, used: 0 };
    let Some(flat) = params.abi.flat_count(MAX_FLAT_PARAMS) else {
        let at = cx.allocate(params.abi.align32, size(params.abi.size32)?)?;
        store_fields(cx, types, params.types.iter(), args, at)?;
        return slots.push(address(at));
    };
    flatten_fields(cx, params.types.iter(), args, &mut slots)?;
    if slots.used != flat {
        bail!("lowered {} core values, expected {flat}", slots.used);
    }
    match flat {
        0 => slots.push(ValRaw::i64(0)),
        _ => Ok(()),
    }
}

/// The core values of a call, written in order.
struct FlatArguments<'s> {
    slots: &'s mut [MaybeUninit<ValRaw>],
    used: usize,
}

impl FlatArguments<'_> {
    // Inlined so that a number is stored once, in its eight bytes. Passed as a `ValRaw` it is copied
    // in sixteen, and reading those right after writing eight stalls the processor.
    #[inline(always)]
    fn push(&mut self, value: ValRaw) -> Result<()> {
        let Some(slot) = self.slots.get_mut(self.used) else {
            bail!("more than {} core values", self.slots.len());
        };
        slot.write(value);
        self.used += 1;
        Ok(())
    }

    /// Fills up to `used` with zeros: the part of a variant that its case does not use.
    fn pad(&mut self, used: usize) -> Result<()> {
        while self.used < used {
            self.push(ValRaw::i64(0))?;
        }
        Ok(())
    }
}

#[inline(always)]
fn flatten<T: 'static>(
    cx: &mut LowerContext<'_, T>,
    ty: InterfaceType,
    value: &Value<'_>,
    slots: &mut FlatArguments<'_>,
) -> Result<()> {
    match (ty, value) {
        // `ValRaw` extends everything to 64 bits with zeros, as the canonical ABI requires if the
        // cases of a variant share a slot.
        (InterfaceType::Bool, Value::Bool(v)) => slots.push(ValRaw::u32(u32::from(*v))),
        (InterfaceType::S8, Value::S8(v)) => slots.push(ValRaw::i32(i32::from(*v))),
        (InterfaceType::U8, Value::U8(v)) => slots.push(ValRaw::u32(u32::from(*v))),
        (InterfaceType::S16, Value::S16(v)) => slots.push(ValRaw::i32(i32::from(*v))),
        (InterfaceType::U16, Value::U16(v)) => slots.push(ValRaw::u32(u32::from(*v))),
        (InterfaceType::S32, Value::S32(v)) => slots.push(ValRaw::i32(*v)),
        (InterfaceType::U32, Value::U32(v)) => slots.push(ValRaw::u32(*v)),
        (InterfaceType::S64, Value::S64(v)) => slots.push(ValRaw::i64(*v)),
        (InterfaceType::U64, Value::U64(v)) => slots.push(ValRaw::u64(*v)),
        (InterfaceType::Float32, Value::F32(v)) => slots.push(ValRaw::f32(v.to_bits())),
        (InterfaceType::Float64, Value::F64(v)) => slots.push(ValRaw::f64(v.to_bits())),
        (InterfaceType::Char, Value::Char(v)) => slots.push(ValRaw::u32(u32::from(*v))),
        (InterfaceType::Flags(_), Value::Flags(bits)) => slots.push(ValRaw::u32(*bits)),
        _ => flatten_compound(cx, ty, value, slots),
    }
}

fn flatten_compound<T: 'static>(
    cx: &mut LowerContext<'_, T>,
    ty: InterfaceType,
    value: &Value<'_>,
    slots: &mut FlatArguments<'_>,
) -> Result<()> {
    let types = cx.types;
    match (ty, value) {
        (InterfaceType::String, Value::String(text)) => {
            let (at, len) = abi::lower_string(cx, text)?;
            slots.push(ValRaw::u32(at))?;
            slots.push(ValRaw::u32(len))
        }
        (InterfaceType::List(list), Value::List(items)) => {
            let (at, len) = store_list(cx, types, types[list].element, items)?;
            slots.push(address(at))?;
            slots.push(address(len))
        }
        (InterfaceType::Record(record), Value::Record(values)) => {
            let fields = types[record].fields.iter().map(|field| &field.ty);
            flatten_fields(cx, fields, values, slots)
        }
        (InterfaceType::Tuple(tuple), Value::Tuple(values)) => {
            flatten_fields(cx, types[tuple].types.iter(), values, slots)
        }
        _ => {
            let start = slots.used;
            let case = ChosenCase::of(types, ty, value)?;
            slots.push(ValRaw::u32(case.discriminant))?;
            if let Some((ty, value)) = case.payload {
                flatten(cx, ty, value, slots)?;
            }
            let flat = types.canonical_abi(&ty).flat_count(MAX_FLAT_PARAMS);
            slots.pad(start + flat.unwrap_or(0))
        }
    }
}

fn flatten_fields<'t, T: 'static>(
    cx: &mut LowerContext<'_, T>,
    fields: impl ExactSizeIterator<Item = &'t InterfaceType>,
    values: &[Value<'_>],
    slots: &mut FlatArguments<'_>,
) -> Result<()> {
    same_length(fields.len(), values.len())?;
    for (ty, value) in fields.zip(values) {
        flatten(cx, *ty, value, slots)?;
    }
    Ok(())
}

fn store<H: Heap>(
    heap: &mut H,
    types: &ComponentTypes,
    ty: InterfaceType,
    value: &Value<'_>,
    at: usize,
) -> Result<()> {
    match (ty, value) {
        (InterfaceType::Bool, Value::Bool(v)) => put(heap, at, [u8::from(*v)]),
        (InterfaceType::S8, Value::S8(v)) => put(heap, at, v.to_le_bytes()),
        (InterfaceType::U8, Value::U8(v)) => put(heap, at, [*v]),
        (InterfaceType::S16, Value::S16(v)) => put(heap, at, v.to_le_bytes()),
        (InterfaceType::U16, Value::U16(v)) => put(heap, at, v.to_le_bytes()),
        (InterfaceType::S32, Value::S32(v)) => put(heap, at, v.to_le_bytes()),
        (InterfaceType::U32, Value::U32(v)) => put(heap, at, v.to_le_bytes()),
        (InterfaceType::S64, Value::S64(v)) => put(heap, at, v.to_le_bytes()),
        (InterfaceType::U64, Value::U64(v)) => put(heap, at, v.to_le_bytes()),
        (InterfaceType::Float32, Value::F32(v)) => put(heap, at, v.to_le_bytes()),
        (InterfaceType::Float64, Value::F64(v)) => put(heap, at, v.to_le_bytes()),
        (InterfaceType::Char, Value::Char(v)) => put(heap, at, u32::from(*v).to_le_bytes()),
        (InterfaceType::Flags(_), Value::Flags(bits)) => {
            put_sized(heap, at, types.canonical_abi(&ty).size32, *bits)
        }
        (InterfaceType::String, Value::String(text)) => {
            let (start, len) = heap.string(text)?;
            put(heap, at, pair(start, len))
        }
        (InterfaceType::List(list), Value::List(items)) => {
            let (start, len) = store_list(heap, types, types[list].element, items)?;
            put(heap, at, pair(u32::try_from(start)?, u32::try_from(len)?))
        }
        (InterfaceType::Record(record), Value::Record(values)) => {
            let fields = types[record].fields.iter().map(|field| &field.ty);
            store_fields(heap, types, fields, values, at)
        }
        (InterfaceType::Tuple(tuple), Value::Tuple(values)) => {
            store_fields(heap, types, types[tuple].types.iter(), values, at)
        }
        _ => {
            let case = ChosenCase::of(types, ty, value)?;
            put_sized(heap, at, case.discriminant_size, case.discriminant)?;
            match case.payload {
                None => Ok(()),
                Some((ty, value)) => store(heap, types, ty, value, at + size(case.payload_offset)?),
            }
        }
    }
}

fn store_fields<'t, H: Heap>(
    heap: &mut H,
    types: &ComponentTypes,
    fields: impl ExactSizeIterator<Item = &'t InterfaceType>,
    values: &[Value<'_>],
    at: usize,
) -> Result<()> {
    same_length(fields.len(), values.len())?;
    let mut layout = Fields::default();
    for (ty, value) in fields.zip(values) {
        store(heap, types, *ty, value, at + layout.next(types, ty))?;
    }
    Ok(())
}

/// Copies a list into the guest; returns its address and its number of elements.
fn store_list<H: Heap>(
    heap: &mut H,
    types: &ComponentTypes,
    element: InterfaceType,
    list: &List<'_>,
) -> Result<(usize, usize)> {
    match (element, list) {
        (InterfaceType::S8, List::S8(items)) => store_numbers(heap, items),
        (InterfaceType::U8, List::U8(items)) => store_numbers(heap, items),
        (InterfaceType::S16, List::S16(items)) => store_numbers(heap, items),
        (InterfaceType::U16, List::U16(items)) => store_numbers(heap, items),
        (InterfaceType::S32, List::S32(items)) => store_numbers(heap, items),
        (InterfaceType::U32, List::U32(items)) => store_numbers(heap, items),
        (InterfaceType::S64, List::S64(items)) => store_numbers(heap, items),
        (InterfaceType::U64, List::U64(items)) => store_numbers(heap, items),
        (InterfaceType::Float32, List::F32(items)) => store_numbers(heap, items),
        (InterfaceType::Float64, List::F64(items)) => store_numbers(heap, items),
        (_, List::Values(items)) => store_values(heap, types, element, items),
        _ => bail!("a list of these elements cannot be a {}", list.kind()),
    }
}

fn store_numbers<N: Number>(heap: &mut impl Heap, items: &[N]) -> Result<(usize, usize)> {
    let bytes = size_of_val(items);
    // A number's alignment in a guest is its size, unlike on some hosts.
    let at = heap.allocate(u32::try_from(size_of::<N>())?, bytes)?;
    N::write_all(items, heap.bytes(at, bytes)?);
    Ok((at, items.len()))
}

fn store_values<H: Heap>(
    heap: &mut H,
    types: &ComponentTypes,
    element: InterfaceType,
    items: &[Value<'_>],
) -> Result<(usize, usize)> {
    let abi = types.canonical_abi(&element);
    let stride = size(abi.size32)?;
    let bytes = items.len().checked_mul(stride);
    let bytes = bytes.ok_or_else(|| format_err!("a list of {} elements overflows", items.len()))?;
    let at = heap.allocate(abi.align32, bytes)?;
    if is_plain(types, element, &mut MAX_PARTS_SEARCHED.clone()) {
        let mut allocated = Allocated(heap.bytes(at, bytes)?);
        store_elements(&mut allocated, types, element, items, 0)?;
    } else {
        store_elements(heap, types, element, items, at)?;
    }
    Ok((at, items.len()))
}

fn store_elements<H: Heap>(
    heap: &mut H,
    types: &ComponentTypes,
    element: InterfaceType,
    items: &[Value<'_>],
    mut at: usize,
) -> Result<()> {
    let stride = size(types.canonical_abi(&element).size32)?;
    for item in items {
        store(heap, types, element, item, at)?;
        at += stride;
    }
    Ok(())
}

/// Whether values of type `ty` are contiguous, without pointers to strings and lists. Deducts the
/// parts that it searches from `parts`, and returns false if none are left.
fn is_plain(types: &ComponentTypes, ty: InterfaceType, parts: &mut usize) -> bool {
    let Some(left) = parts.checked_sub(1) else {
        return false;
    };
    *parts = left;
    let mut plain = |ty: &InterfaceType| is_plain(types, *ty, parts);
    match ty {
        InterfaceType::String | InterfaceType::List(_) => false,
        InterfaceType::Record(record) => types[record].fields.iter().all(|f| plain(&f.ty)),
        InterfaceType::Tuple(tuple) => types[tuple].types.iter().all(plain),
        InterfaceType::Variant(variant) => types[variant].cases.values().flatten().all(plain),
        InterfaceType::Option(option) => plain(&types[option].ty),
        InterfaceType::Result(sides) => {
            let sides = &types[sides];
            sides.ok.iter().chain(&sides.err).all(plain)
        }
        _ => true,
    }
}

/// The case that a value of a variant type chooses. Enums, options and results are variants too.
struct ChosenCase<'v> {
    discriminant: u32,
    /// The size of the discriminant in memory, in bytes.
    discriminant_size: u32,
    /// The offset of the payload from the start of the variant, in bytes.
    payload_offset: u32,
    payload: Option<(InterfaceType, &'v Value<'v>)>,
}

impl<'v> ChosenCase<'v> {
    fn of(types: &ComponentTypes, ty: InterfaceType, value: &'v Value<'v>) -> Result<Self> {
        let (info, discriminant, payload_type, payload) = match (ty, value) {
            (InterfaceType::Variant(variant), Value::Variant(case, payload)) => {
                let variant = &types[variant];
                let ty = variant.cases.get_index(size(*case)?).map(|(_, ty)| *ty);
                let ty = ty.ok_or_else(|| format_err!("the variant has no case {case}"))?;
                (&variant.info, *case, ty, payload.as_deref())
            }
            (InterfaceType::Enum(names), Value::Enum(case)) => {
                let names = &types[names];
                if size(*case)? >= names.names.len() {
                    bail!("the enum has no case {case}");
                }
                (&names.info, *case, None, None)
            }
            (InterfaceType::Option(option), Value::Option(payload)) => {
                let option = &types[option];
                match payload {
                    None => (&option.info, 0, None, None),
                    Some(value) => (&option.info, 1, Some(option.ty), Some(&**value)),
                }
            }
            (InterfaceType::Result(result), Value::Result(payload)) => {
                let result = &types[result];
                match payload {
                    Ok(value) => (&result.info, 0, result.ok, value.as_deref()),
                    Err(value) => (&result.info, 1, result.err, value.as_deref()),
                }
            }
            _ => bail!("a {} does not have the type of its place", value.kind()),
        };
        Ok(ChosenCase {
            discriminant,
            discriminant_size: u32::from(info.size),
            payload_offset: info.payload_offset32,
            payload: match (payload_type, payload) {
                (Some(ty), Some(value)) => Some((ty, value)),
                (None, None) => None,
                _ => bail!("case {discriminant} differs from its type in having a payload"),
            },
        })
    }
}

#[inline]
fn put<const N: usize>(heap: &mut impl Heap, at: usize, bytes: [u8; N]) -> Result<()> {
    heap.bytes(at, N)?.copy_from_slice(&bytes);
    Ok(())
}

/// Writes the lowest `bytes` bytes (1, 2 or 4) of `value`.
fn put_sized(heap: &mut impl Heap, at: usize, bytes: u32, value: u32) -> Result<()> {
    let [b0, b1, b2, b3] = value.to_le_bytes();
    match bytes {
        0 => Ok(()),
        1 => put(heap, at, [b0]),
        2 => put(heap, at, [b0, b1]),
        _ => put(heap, at, [b0, b1, b2, b3]),
    }
}

#[inline]
fn slice(memory: &mut [u8], at: usize, len: usize) -> Result<&mut [u8]> {
    let end = at.checked_add(len);
    end.and_then(|end| memory.get_mut(at..end))
        .ok_or_else(|| beyond_end(at, len))
}

#[cold]
fn beyond_end(at: usize, len: usize) -> wasmtime::Error {
    format_err!("{len} bytes at {at} lie beyond the end of memory")
}

fn pair(at: u32, len: u32) -> [u8; 8] {
    (u64::from(at) | u64::from(len) << 32).to_le_bytes()
}

/// A memory address or length as a core value, which the guest reads as 32 or 64 bits.
fn address(at: usize) -> ValRaw {
    ValRaw::u64(at as u64)
}

fn size(size32: u32) -> Result<usize> {
    Ok(usize::try_from(size32)?)
}

#[inline]
fn same_length(expected: usize, got: usize) -> Result<()> {
    if expected == got {
        Ok(())
    } else {
        Err(other_length(expected, got))
    }
}

#[cold]
fn other_length(expected: usize, got: usize) -> wasmtime::Error {
    format_err!("expected {expected} values, got {got}")
}
