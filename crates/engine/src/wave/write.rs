//! Writing: adapts our values to the writer of the crate `wasm-wave`.

use crate::func::{CoreType, Slot};
use crate::value::{List, Type, Value};
use std::borrow::Cow;
use std::fmt;
use wasm_wave::wasm::{WasmTypeKind, WasmValue};
use wasm_wave::writer::Writer;

/// The maximum length of the text of a value, in bytes: people read it.
const MAX_BYTES: usize = 1_000;

/// `value`, of type `ty`, in WAVE, truncated to [`MAX_BYTES`].
pub fn text(ty: &Type, value: &Value<'_>) -> String {
    let mut text = Bounded(String::new());
    let shown = Shown {
        ty,
        value: Cow::Borrowed(value),
    };
    if Writer::new(&mut text).write_value(&shown).is_err() {
        text.0.push('…');
    }
    text.0
}

/// A core number in WAVE.
pub fn number(ty: CoreType, slot: Slot) -> String {
    match ty {
        CoreType::I32 => text(&Type::S32, &Value::S32(slot.as_i32())),
        CoreType::F32 => text(&Type::F32, &Value::F32(slot.as_f32())),
        CoreType::F64 => text(&Type::F64, &Value::F64(slot.as_f64())),
        CoreType::I64 | CoreType::V128 | CoreType::Reference => {
            text(&Type::S64, &Value::S64(slot.as_i64()))
        }
    }
}

/// Text that fails to grow beyond [`MAX_BYTES`], which also ends the writing.
struct Bounded(String);

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > MAX_BYTES {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

/// A value with its type. Only the elements of packed lists are owned: they are numbers.
#[derive(Clone)]
struct Shown<'a> {
    ty: &'a Type,
    value: Cow<'a, Value<'a>>,
}

type Items<'s, T> = Box<dyn Iterator<Item = T> + 's>;

impl<'a> Shown<'a> {
    fn new<'s>(ty: &'a Type, value: &'a Value<'a>) -> Cow<'s, Self> {
        Cow::Owned(Self {
            ty,
            value: Cow::Borrowed(value),
        })
    }

    /// The value and its type, if it may have parts.
    fn parts(&self) -> Option<(&'a Type, &'a Value<'a>)> {
        match self.value {
            Cow::Borrowed(value) => Some((self.ty, value)),
            Cow::Owned(_) => None,
        }
    }

    fn packed<'s, T: Copy>(
        ty: &'a Type,
        numbers: &'a [T],
        value: fn(T) -> Value<'a>,
    ) -> Items<'s, Cow<'s, Self>>
    where
        'a: 's,
    {
        Box::new(numbers.iter().map(move |number| {
            Cow::Owned(Self {
                ty,
                value: Cow::Owned(value(*number)),
            })
        }))
    }
}

/// The accessors of plain values. The writer calls only the one of the value's kind.
macro_rules! plain {
    ($($accessor:ident: $variant:ident as $ty:ty),* $(,)?) => {
        $(fn $accessor(&self) -> $ty {
            match *self.value {
                Value::$variant(value) => value,
                _ => Default::default(),
            }
        })*
    };
}

impl<'a> WasmValue for Shown<'a> {
    type Type = wasm_wave::value::Type;

    fn kind(&self) -> WasmTypeKind {
        match self.ty {
            Type::Bool => WasmTypeKind::Bool,
            Type::S8 => WasmTypeKind::S8,
            Type::U8 => WasmTypeKind::U8,
            Type::S16 => WasmTypeKind::S16,
            Type::U16 => WasmTypeKind::U16,
            Type::S32 => WasmTypeKind::S32,
            Type::U32 => WasmTypeKind::U32,
            Type::S64 => WasmTypeKind::S64,
            Type::U64 => WasmTypeKind::U64,
            Type::F32 => WasmTypeKind::F32,
            Type::F64 => WasmTypeKind::F64,
            Type::Char => WasmTypeKind::Char,
            Type::String => WasmTypeKind::String,
            Type::List(_) => WasmTypeKind::List,
            Type::Record(_) => WasmTypeKind::Record,
            Type::Tuple(_) => WasmTypeKind::Tuple,
            Type::Variant(_) => WasmTypeKind::Variant,
            Type::Enum(_) => WasmTypeKind::Enum,
            Type::Option(_) => WasmTypeKind::Option,
            Type::Result(_) => WasmTypeKind::Result,
            Type::Flags(_) => WasmTypeKind::Flags,
            Type::Unsupported(_) => WasmTypeKind::Unsupported,
        }
    }

    plain! {
        unwrap_bool: Bool as bool,
        unwrap_s8: S8 as i8,
        unwrap_u8: U8 as u8,
        unwrap_s16: S16 as i16,
        unwrap_u16: U16 as u16,
        unwrap_s32: S32 as i32,
        unwrap_u32: U32 as u32,
        unwrap_s64: S64 as i64,
        unwrap_u64: U64 as u64,
        unwrap_f32: F32 as f32,
        unwrap_f64: F64 as f64,
        unwrap_char: Char as char,
    }

    fn unwrap_string(&self) -> Cow<'_, str> {
        match &*self.value {
            Value::String(text) => Cow::Borrowed(text),
            _ => Cow::Borrowed(""),
        }
    }

    fn unwrap_list(&self) -> Items<'_, Cow<'_, Self>> {
        let Some((Type::List(element), Value::List(list))) = self.parts() else {
            return Box::new(std::iter::empty());
        };
        match list {
            List::S8(numbers) => Self::packed(element, numbers, Value::S8),
            List::U8(numbers) => Self::packed(element, numbers, Value::U8),
            List::S16(numbers) => Self::packed(element, numbers, Value::S16),
            List::U16(numbers) => Self::packed(element, numbers, Value::U16),
            List::S32(numbers) => Self::packed(element, numbers, Value::S32),
            List::U32(numbers) => Self::packed(element, numbers, Value::U32),
            List::S64(numbers) => Self::packed(element, numbers, Value::S64),
            List::U64(numbers) => Self::packed(element, numbers, Value::U64),
            List::F32(numbers) => Self::packed(element, numbers, Value::F32),
            List::F64(numbers) => Self::packed(element, numbers, Value::F64),
            List::Values(values) => Box::new(values.iter().map(|value| Self::new(element, value))),
        }
    }

    fn unwrap_record(&self) -> Items<'_, (Cow<'_, str>, Cow<'_, Self>)> {
        let Some((Type::Record(fields), Value::Record(values))) = self.parts() else {
            return Box::new(std::iter::empty());
        };
        let fields = fields.iter().zip(values);
        Box::new(
            fields.map(|(field, value)| (Cow::Borrowed(&*field.name), Self::new(&field.ty, value))),
        )
    }

    fn unwrap_tuple(&self) -> Items<'_, Cow<'_, Self>> {
        let Some((Type::Tuple(types), Value::Tuple(values))) = self.parts() else {
            return Box::new(std::iter::empty());
        };
        Box::new(
            types
                .iter()
                .zip(values)
                .map(|(ty, value)| Self::new(ty, value)),
        )
    }

    fn unwrap_variant(&self) -> (Cow<'_, str>, Option<Cow<'_, Self>>) {
        let Some((Type::Variant(cases), Value::Variant(index, payload))) = self.parts() else {
            return Default::default();
        };
        match cases.get(*index as usize) {
            Some(case) => (Cow::Borrowed(&*case.name), side(case.ty.as_ref(), payload)),
            None => Default::default(),
        }
    }

    fn unwrap_enum(&self) -> Cow<'_, str> {
        match self.parts() {
            Some((Type::Enum(names), Value::Enum(index))) => {
                Cow::Borrowed(names.get(*index as usize).map_or("", |name| &**name))
            }
            _ => Cow::Borrowed(""),
        }
    }

    fn unwrap_option(&self) -> Option<Cow<'_, Self>> {
        match self.parts() {
            Some((Type::Option(some), Value::Option(payload))) => side(Some(some), payload),
            _ => None,
        }
    }

    fn unwrap_result(&self) -> Result<Option<Cow<'_, Self>>, Option<Cow<'_, Self>>> {
        match self.parts() {
            Some((Type::Result(sides), Value::Result(Ok(payload)))) => {
                Ok(side(sides.ok.as_ref(), payload))
            }
            Some((Type::Result(sides), Value::Result(Err(payload)))) => {
                Err(side(sides.err.as_ref(), payload))
            }
            _ => Ok(None),
        }
    }

    fn unwrap_flags(&self) -> Items<'_, Cow<'_, str>> {
        let Some((Type::Flags(names), Value::Flags(bits))) = self.parts() else {
            return Box::new(std::iter::empty());
        };
        let names = names.iter().enumerate();
        Box::new(names.filter_map(move |(bit, name)| {
            (bits >> bit & 1 == 1).then_some(Cow::Borrowed(&**name))
        }))
    }
}

fn side<'s, 'a>(
    ty: Option<&'a Type>,
    payload: &'a Option<Box<Value<'a>>>,
) -> Option<Cow<'s, Shown<'a>>> {
    Some(Shown::new(ty?, payload.as_deref()?))
}
