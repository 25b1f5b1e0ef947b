//! Numbers and lists of numbers. Integers convert exactly or are refused; floats are rounded to their type.

use crate::js::{Env, TypedArray, TypedArrayElement, Value as Js};
use crate::value::component::{ConvertError, Converted, describe, elements};
use airssys_wasm_engine::value::{List, Mismatch, Type, Value};
use std::borrow::Cow;

/// A component's number type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    S8,
    U8,
    S16,
    U16,
    S32,
    U32,
    S64,
    U64,
    F32,
    F64,
}

impl Number {
    pub fn of(ty: &Type) -> Option<Self> {
        Some(match ty {
            Type::S8 => Self::S8,
            Type::U8 => Self::U8,
            Type::S16 => Self::S16,
            Type::U16 => Self::U16,
            Type::S32 => Self::S32,
            Type::U32 => Self::U32,
            Type::S64 => Self::S64,
            Type::U64 => Self::U64,
            Type::F32 => Self::F32,
            Type::F64 => Self::F64,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::S8 => "s8",
            Self::U8 => "u8",
            Self::S16 => "s16",
            Self::U16 => "u16",
            Self::S32 => "s32",
            Self::U32 => "u32",
            Self::S64 => "s64",
            Self::U64 => "u64",
            Self::F32 => "f32",
            Self::F64 => "f64",
        }
    }

    pub fn expected(self) -> &'static str {
        match self {
            Self::S64 => "s64 as a bigint",
            Self::U64 => "u64 as a bigint",
            number => number.name(),
        }
    }

    pub fn array_name(self) -> &'static str {
        match self {
            Self::S8 => "an Int8Array",
            Self::U8 => "a Uint8Array",
            Self::S16 => "an Int16Array",
            Self::U16 => "a Uint16Array",
            Self::S32 => "an Int32Array",
            Self::U32 => "a Uint32Array",
            Self::S64 => "a BigInt64Array",
            Self::U64 => "a BigUint64Array",
            Self::F32 => "a Float32Array",
            Self::F64 => "a Float64Array",
        }
    }

    pub fn to_value(self, env: Env<'_>, js: Js<'_>) -> Converted<Value<'static>> {
        Ok(match self {
            Self::S8 => Value::S8(self.integer(env, js)?),
            Self::U8 => Value::U8(self.integer(env, js)?),
            Self::S16 => Value::S16(self.integer(env, js)?),
            Self::U16 => Value::U16(self.integer(env, js)?),
            Self::S32 => Value::S32(self.integer(env, js)?),
            Self::U32 => Value::U32(self.integer(env, js)?),
            Self::S64 => Value::S64(self.s64(env, js)?),
            Self::U64 => Value::U64(self.u64(env, js)?),
            Self::F32 => Value::F32(self.float(env, js)? as f32),
            Self::F64 => Value::F64(self.float(env, js)?),
        })
    }

    fn integer<T: Integer>(self, env: Env<'_>, js: Js<'_>) -> Converted<T> {
        env.as_f64(js)
            .and_then(T::exactly)
            .ok_or_else(|| self.mismatch(env, js))
    }

    fn float(self, env: Env<'_>, js: Js<'_>) -> Converted<f64> {
        env.as_f64(js).ok_or_else(|| self.mismatch(env, js))
    }

    fn s64(self, env: Env<'_>, js: Js<'_>) -> Converted<i64> {
        match env.as_i64(js) {
            Some((number, true)) => Ok(number),
            _ => Err(self.mismatch(env, js)),
        }
    }

    fn u64(self, env: Env<'_>, js: Js<'_>) -> Converted<u64> {
        match env.as_u64(js) {
            Some((number, true)) => Ok(number),
            _ => Err(self.mismatch(env, js)),
        }
    }

    fn mismatch(self, env: Env<'_>, js: Js<'_>) -> ConvertError {
        Mismatch::new(self.expected(), describe(env, js)).into()
    }

    pub fn elements(self, env: Env<'_>, js: Js<'_>) -> Converted<List<'static>> {
        Ok(match self {
            Self::S8 => List::S8(elements(env, js, |env, js| self.integer(env, js))?.into()),
            Self::U8 => List::U8(elements(env, js, |env, js| self.integer(env, js))?.into()),
            Self::S16 => List::S16(elements(env, js, |env, js| self.integer(env, js))?.into()),
            Self::U16 => List::U16(elements(env, js, |env, js| self.integer(env, js))?.into()),
            Self::S32 => List::S32(elements(env, js, |env, js| self.integer(env, js))?.into()),
            Self::U32 => List::U32(elements(env, js, |env, js| self.integer(env, js))?.into()),
            Self::S64 => List::S64(elements(env, js, |env, js| self.s64(env, js))?.into()),
            Self::U64 => List::U64(elements(env, js, |env, js| self.u64(env, js))?.into()),
            Self::F32 => {
                List::F32(elements(env, js, |env, js| Ok(self.float(env, js)? as f32))?.into())
            }
            Self::F64 => List::F64(elements(env, js, |env, js| self.float(env, js))?.into()),
        })
    }

    pub fn copy(self, array: &TypedArray) -> Option<List<'static>> {
        Some(match self {
            Self::S8 => List::S8(array.copy()?.into()),
            Self::U8 => List::U8(array.copy()?.into()),
            Self::S16 => List::S16(array.copy()?.into()),
            Self::U16 => List::U16(array.copy()?.into()),
            Self::S32 => List::S32(array.copy()?.into()),
            Self::U32 => List::U32(array.copy()?.into()),
            Self::S64 => List::S64(array.copy()?.into()),
            Self::U64 => List::U64(array.copy()?.into()),
            Self::F32 => List::F32(array.copy()?.into()),
            Self::F64 => List::F64(array.copy()?.into()),
        })
    }

    /// # Safety
    ///
    /// As [`TypedArray::borrow`].
    pub unsafe fn borrow<'a>(self, array: &TypedArray) -> Option<List<'a>> {
        // SAFETY: the caller guarantees it.
        unsafe fn slice<'a, T: TypedArrayElement>(array: &TypedArray) -> Option<Cow<'a, [T]>> {
            // SAFETY: as above.
            unsafe { array.borrow() }.map(Cow::Borrowed)
        }
        // SAFETY: the caller guarantees it.
        unsafe {
            Some(match self {
                Self::S8 => List::S8(slice(array)?),
                Self::U8 => List::U8(slice(array)?),
                Self::S16 => List::S16(slice(array)?),
                Self::U16 => List::U16(slice(array)?),
                Self::S32 => List::S32(slice(array)?),
                Self::U32 => List::U32(slice(array)?),
                Self::S64 => List::S64(slice(array)?),
                Self::U64 => List::U64(slice(array)?),
                Self::F32 => List::F32(slice(array)?),
                Self::F64 => List::F64(slice(array)?),
            })
        }
    }
}

/// An integer that a JavaScript number may stand for exactly.
pub trait Integer: Sized {
    fn exactly(number: f64) -> Option<Self>;
}

macro_rules! integer {
    ($($ty:ty),*) => {
        $(impl Integer for $ty {
            #[inline]
            fn exactly(number: f64) -> Option<Self> {
                // Saturates, and makes 0 of NaN: neither equals the number then.
                let integer = number as $ty;
                (f64::from(integer) == number).then_some(integer)
            }
        })*
    };
}

integer!(i8, u8, i16, u16, i32, u32);
