//! Creating primitive values, objects and arrays.

use super::{Env, PendingException, Value};
use napi::sys;
use std::ptr;

impl<'s> Env<'s> {
    pub fn undefined(self) -> Result<Value<'s>, PendingException> {
        let mut value = ptr::null_mut();
        check!(sys::napi_get_undefined(self.raw(), &mut value))?;
        Ok(self.value(value))
    }

    pub fn boolean(self, is: bool) -> Result<Value<'s>, PendingException> {
        let mut value = ptr::null_mut();
        check!(sys::napi_get_boolean(self.raw(), is, &mut value))?;
        Ok(self.value(value))
    }

    #[inline]
    pub fn int32(self, number: i32) -> Result<Value<'s>, PendingException> {
        let mut value = ptr::null_mut();
        check!(sys::napi_create_int32(self.raw(), number, &mut value))?;
        Ok(self.value(value))
    }

    #[inline]
    pub fn double(self, number: f64) -> Result<Value<'s>, PendingException> {
        let mut value = ptr::null_mut();
        check!(sys::napi_create_double(self.raw(), number, &mut value))?;
        Ok(self.value(value))
    }

    pub fn bigint_i64(self, number: i64) -> Result<Value<'s>, PendingException> {
        let mut value = ptr::null_mut();
        check!(sys::napi_create_bigint_int64(
            self.raw(),
            number,
            &mut value
        ))?;
        Ok(self.value(value))
    }

    pub fn bigint_u64(self, number: u64) -> Result<Value<'s>, PendingException> {
        let mut value = ptr::null_mut();
        check!(sys::napi_create_bigint_uint64(
            self.raw(),
            number,
            &mut value
        ))?;
        Ok(self.value(value))
    }

    pub fn string(self, text: &str) -> Result<Value<'s>, PendingException> {
        let mut value = ptr::null_mut();
        check!(sys::napi_create_string_utf8(
            self.raw(),
            text.as_ptr().cast(),
            text.len() as isize,
            &mut value
        ))?;
        Ok(self.value(value))
    }

    pub fn object(self) -> Result<Value<'s>, PendingException> {
        let mut value = ptr::null_mut();
        check!(sys::napi_create_object(self.raw(), &mut value))?;
        Ok(self.value(value))
    }

    pub fn array(self, length: usize) -> Result<Value<'s>, PendingException> {
        let mut value = ptr::null_mut();
        check!(sys::napi_create_array_with_length(
            self.raw(),
            length,
            &mut value
        ))?;
        Ok(self.value(value))
    }
}
