//! The environment, its values and their types.

use napi::sys;
use std::marker::PhantomData;

/// The environment of the callback or handle scope under way, valid for `'s`. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Env<'s> {
    raw: sys::napi_env,
    scope: PhantomData<&'s ()>,
}

/// A JavaScript value, valid for the scope `'s` in which it was created.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Value<'s> {
    raw: sys::napi_value,
    scope: PhantomData<&'s ()>,
}

/// A JavaScript exception is pending_exception, or the environment is shutting down: return to JavaScript at once.
#[derive(Debug, Clone, Copy)]
pub struct PendingException;

/// The type of a value, as `typeof` names it, with `null` and the rest told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    Undefined,
    Null,
    Boolean,
    Number,
    String,
    Symbol,
    Object,
    Function,
    BigInt,
    Other,
}

impl<'s> Env<'s> {
    /// The environment that N-API passed to the callback under way. The borrow of the callback's own variable bounds its
    /// lifetime.
    ///
    /// # Safety
    ///
    /// `raw` must be the parameter of a callback under way, or a copy of it in a variable that the callback drops.
    #[inline]
    pub unsafe fn current(raw: &'s sys::napi_env) -> Self {
        Self {
            raw: *raw,
            scope: PhantomData,
        }
    }

    /// # Safety
    ///
    /// As for [`Env::current`], and the caller must bound the lifetime by the callback.
    pub(super) unsafe fn unbounded(raw: sys::napi_env) -> Self {
        Self {
            raw,
            scope: PhantomData,
        }
    }

    #[inline]
    pub fn raw(self) -> sys::napi_env {
        self.raw
    }

    /// The value behind a handle that N-API returned in this scope.
    #[inline]
    pub(super) fn value(self, raw: sys::napi_value) -> Value<'s> {
        Value {
            raw,
            scope: PhantomData,
        }
    }

    /// The value behind a handle of this callback that napi-rs holds.
    ///
    /// # Safety
    ///
    /// The handle must be valid for `'s`.
    pub unsafe fn value_from_raw(self, raw: sys::napi_value) -> Value<'s> {
        self.value(raw)
    }

    /// The null handle, which N-API reads as "no value".
    pub fn no_value(self) -> Value<'s> {
        self.value(std::ptr::null_mut())
    }

    pub fn value_type(self, value: Value<'_>) -> Result<ValueType, PendingException> {
        let mut kind = 0;
        check!(sys::napi_typeof(self.raw, value.raw, &mut kind))?;
        Ok(match kind {
            sys::ValueType::napi_undefined => ValueType::Undefined,
            sys::ValueType::napi_null => ValueType::Null,
            sys::ValueType::napi_boolean => ValueType::Boolean,
            sys::ValueType::napi_number => ValueType::Number,
            sys::ValueType::napi_string => ValueType::String,
            sys::ValueType::napi_symbol => ValueType::Symbol,
            sys::ValueType::napi_object => ValueType::Object,
            sys::ValueType::napi_function => ValueType::Function,
            sys::ValueType::napi_bigint => ValueType::BigInt,
            _ => ValueType::Other,
        })
    }

    /// Reports native memory that was allocated (positive) or freed (negative); V8 paces garbage collection by it.
    pub fn adjust_external_memory(self, bytes: i64) {
        let mut total = 0;
        // A hint: if it fails, garbage collection is only less well paced.
        let _ = check!(sys::napi_adjust_external_memory(
            self.raw, bytes, &mut total
        ));
    }
}

impl Value<'_> {
    /// The handle itself, for N-API to return or read.
    #[inline]
    pub fn raw(self) -> sys::napi_value {
        self.raw
    }
}
