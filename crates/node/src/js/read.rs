//! Reading primitive values.

use super::{Env, PendingException, Value};
use napi::sys;
use std::ptr;

impl Env<'_> {
    pub fn is_array(self, value: Value<'_>) -> Result<bool, PendingException> {
        let mut is = false;
        check!(sys::napi_is_array(self.raw(), value.raw(), &mut is))?;
        Ok(is)
    }

    /// The number, or `None` if the value is not one.
    #[inline]
    pub fn as_f64(self, value: Value<'_>) -> Option<f64> {
        let mut number = 0.0;
        check!(sys::napi_get_value_double(
            self.raw(),
            value.raw(),
            &mut number
        ))
        .ok()?;
        Some(number)
    }

    /// The boolean, or `None` if the value is not one.
    #[inline]
    pub fn as_bool(self, value: Value<'_>) -> Option<bool> {
        let mut is = false;
        check!(sys::napi_get_value_bool(self.raw(), value.raw(), &mut is)).ok()?;
        Some(is)
    }

    /// The BigInt and whether it fits, or `None` if the value is not one.
    #[inline]
    pub fn as_i64(self, value: Value<'_>) -> Option<(i64, bool)> {
        let (mut number, mut is_lossless) = (0, false);
        check!(sys::napi_get_value_bigint_int64(
            self.raw(),
            value.raw(),
            &mut number,
            &mut is_lossless
        ))
        .ok()?;
        Some((number, is_lossless))
    }

    /// The BigInt and whether it fits, or `None` if the value is not one.
    #[inline]
    pub fn as_u64(self, value: Value<'_>) -> Option<(u64, bool)> {
        let (mut number, mut is_lossless) = (0, false);
        check!(sys::napi_get_value_bigint_uint64(
            self.raw(),
            value.raw(),
            &mut number,
            &mut is_lossless
        ))
        .ok()?;
        Some((number, is_lossless))
    }

    /// The string as UTF-8, lone surrogates replaced, or `None` if the value is not one.
    pub fn as_string(self, value: Value<'_>) -> Option<String> {
        let mut length = 0;
        check!(sys::napi_get_value_string_utf8(
            self.raw(),
            value.raw(),
            ptr::null_mut(),
            0,
            &mut length
        ))
        .ok()?;
        // One more for the terminator that N-API writes.
        let mut bytes = vec![0_u8; length + 1];
        check!(sys::napi_get_value_string_utf8(
            self.raw(),
            value.raw(),
            bytes.as_mut_ptr().cast(),
            bytes.len(),
            &mut length
        ))
        .ok()?;
        bytes.truncate(length);
        Some(
            String::from_utf8(bytes)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
        )
    }

    /// The one Unicode scalar value of a string of length one, else `None`.
    pub fn as_char(self, value: Value<'_>) -> Option<char> {
        // Two units for the character, one more to detect another, and N-API's terminator.
        let (mut units, mut length) = ([0_u16; 4], 0);
        check!(sys::napi_get_value_string_utf16(
            self.raw(),
            value.raw(),
            units.as_mut_ptr(),
            units.len(),
            &mut length
        ))
        .ok()?;
        let mut chars = char::decode_utf16(units.into_iter().take(length));
        match (chars.next(), chars.next()) {
            (Some(Ok(c)), None) => Some(c),
            _ => None,
        }
    }

    /// The result of `String(value)`, or `fallback` if that throws.
    pub fn display(self, value: Value<'_>, fallback: &str) -> String {
        let mut text = ptr::null_mut();
        if check!(sys::napi_coerce_to_string(
            self.raw(),
            value.raw(),
            &mut text
        ))
        .is_err()
        {
            self.clear_exception();
            return fallback.to_owned();
        }
        self.as_string(self.value(text))
            .unwrap_or_else(|| fallback.to_owned())
    }
}
