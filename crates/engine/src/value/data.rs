//! Component values: owned, or borrowed from the caller.

use std::borrow::Cow;

/// A component value.
///
/// Each type has one variant: a list of numbers is the [`List`] of that number, every other list is
/// [`List::Values`]. Fields, cases and flags are identified by their position in the type. Values
/// from a guest own their contents (`Value<'static>`); arguments may borrow.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// `bool`.
    Bool(bool),
    /// `s8`.
    S8(i8),
    /// `u8`.
    U8(u8),
    /// `s16`.
    S16(i16),
    /// `u16`.
    U16(u16),
    /// `s32`.
    S32(i32),
    /// `u32`.
    U32(u32),
    /// `s64`.
    S64(i64),
    /// `u64`.
    U64(u64),
    /// `f32`; a NaN keeps its payload.
    F32(f32),
    /// `f64`; a NaN keeps its payload.
    F64(f64),
    /// `char`.
    Char(char),
    /// `string`.
    String(Cow<'a, str>),
    /// `list<T>`.
    List(List<'a>),
    /// `record`: one value per field, in the order of the type.
    Record(Vec<Value<'a>>),
    /// `tuple`: one value per element.
    Tuple(Vec<Value<'a>>),
    /// `variant`: the case's position and its payload, if that case has one.
    Variant(u32, Option<Box<Value<'a>>>),
    /// `enum`: the case's position.
    Enum(u32),
    /// `option<T>`.
    Option(Option<Box<Value<'a>>>),
    /// `result<T, E>`; the type decides which side has a payload.
    Result(Result<Option<Box<Value<'a>>>, Option<Box<Value<'a>>>>),
    /// `flags`: bit `n` is the type's flag `n`; at most 32.
    Flags(u32),
}

/// The elements of a `list<T>`: packed numbers, or values.
#[derive(Debug, Clone, PartialEq)]
pub enum List<'a> {
    /// `list<s8>`.
    S8(Cow<'a, [i8]>),
    /// `list<u8>`.
    U8(Cow<'a, [u8]>),
    /// `list<s16>`.
    S16(Cow<'a, [i16]>),
    /// `list<u16>`.
    U16(Cow<'a, [u16]>),
    /// `list<s32>`.
    S32(Cow<'a, [i32]>),
    /// `list<u32>`.
    U32(Cow<'a, [u32]>),
    /// `list<s64>`.
    S64(Cow<'a, [i64]>),
    /// `list<u64>`.
    U64(Cow<'a, [u64]>),
    /// `list<f32>`.
    F32(Cow<'a, [f32]>),
    /// `list<f64>`.
    F64(Cow<'a, [f64]>),
    /// A list of any other type.
    Values(Vec<Value<'a>>),
}

impl Value<'_> {
    /// The value with a copy of everything that it borrowed.
    ///
    /// For calls that outlive the caller's buffers: an asynchronous call copies its arguments before
    /// it is first polled.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Bool(v) => Value::Bool(v),
            Value::S8(v) => Value::S8(v),
            Value::U8(v) => Value::U8(v),
            Value::S16(v) => Value::S16(v),
            Value::U16(v) => Value::U16(v),
            Value::S32(v) => Value::S32(v),
            Value::U32(v) => Value::U32(v),
            Value::S64(v) => Value::S64(v),
            Value::U64(v) => Value::U64(v),
            Value::F32(v) => Value::F32(v),
            Value::F64(v) => Value::F64(v),
            Value::Char(v) => Value::Char(v),
            Value::Enum(v) => Value::Enum(v),
            Value::Flags(v) => Value::Flags(v),
            Value::String(v) => Value::String(Cow::Owned(v.into_owned())),
            Value::List(v) => Value::List(v.into_owned()),
            Value::Record(v) => Value::Record(all_owned(v)),
            Value::Tuple(v) => Value::Tuple(all_owned(v)),
            Value::Variant(case, v) => Value::Variant(case, payload_owned(v)),
            Value::Option(v) => Value::Option(payload_owned(v)),
            Value::Result(v) => Value::Result(v.map(payload_owned).map_err(payload_owned)),
        }
    }

    /// The kind of the value in one word, as in error messages: `"s32"`, `"list<u8>"`, `"record"`.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Bool(_) => "bool",
            Value::S8(_) => "s8",
            Value::U8(_) => "u8",
            Value::S16(_) => "s16",
            Value::U16(_) => "u16",
            Value::S32(_) => "s32",
            Value::U32(_) => "u32",
            Value::S64(_) => "s64",
            Value::U64(_) => "u64",
            Value::F32(_) => "f32",
            Value::F64(_) => "f64",
            Value::Char(_) => "char",
            Value::String(_) => "string",
            Value::List(list) => list.kind(),
            Value::Record(_) => "record",
            Value::Tuple(_) => "tuple",
            Value::Variant(..) => "variant",
            Value::Enum(_) => "enum",
            Value::Option(_) => "option",
            Value::Result(_) => "result",
            Value::Flags(_) => "flags",
        }
    }
}

impl List<'_> {
    /// The number of elements.
    pub fn len(&self) -> usize {
        match self {
            List::S8(v) => v.len(),
            List::U8(v) => v.len(),
            List::S16(v) => v.len(),
            List::U16(v) => v.len(),
            List::S32(v) => v.len(),
            List::U32(v) => v.len(),
            List::S64(v) => v.len(),
            List::U64(v) => v.len(),
            List::F32(v) => v.len(),
            List::F64(v) => v.len(),
            List::Values(v) => v.len(),
        }
    }

    /// Whether the list has no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The list with a copy of everything that it borrowed.
    pub fn into_owned(self) -> List<'static> {
        match self {
            List::S8(v) => List::S8(Cow::Owned(v.into_owned())),
            List::U8(v) => List::U8(Cow::Owned(v.into_owned())),
            List::S16(v) => List::S16(Cow::Owned(v.into_owned())),
            List::U16(v) => List::U16(Cow::Owned(v.into_owned())),
            List::S32(v) => List::S32(Cow::Owned(v.into_owned())),
            List::U32(v) => List::U32(Cow::Owned(v.into_owned())),
            List::S64(v) => List::S64(Cow::Owned(v.into_owned())),
            List::U64(v) => List::U64(Cow::Owned(v.into_owned())),
            List::F32(v) => List::F32(Cow::Owned(v.into_owned())),
            List::F64(v) => List::F64(Cow::Owned(v.into_owned())),
            List::Values(v) => List::Values(all_owned(v)),
        }
    }

    /// The kind of the list in one word, as in error messages.
    pub fn kind(&self) -> &'static str {
        match self {
            List::S8(_) => "list<s8>",
            List::U8(_) => "list<u8>",
            List::S16(_) => "list<s16>",
            List::U16(_) => "list<u16>",
            List::S32(_) => "list<s32>",
            List::U32(_) => "list<u32>",
            List::S64(_) => "list<s64>",
            List::U64(_) => "list<u64>",
            List::F32(_) => "list<f32>",
            List::F64(_) => "list<f64>",
            List::Values(_) => "list",
        }
    }
}

fn all_owned(values: Vec<Value<'_>>) -> Vec<Value<'static>> {
    values.into_iter().map(Value::into_owned).collect()
}

fn payload_owned(payload: Option<Box<Value<'_>>>) -> Option<Box<Value<'static>>> {
    payload.map(|value| Box::new(value.into_owned()))
}
