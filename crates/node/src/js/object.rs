//! Properties of objects and elements of arrays.

use super::{Env, PendingException, Value};
use napi::sys;
use std::ffi::CStr;
use std::ptr;

impl<'s> Env<'s> {
    pub fn property(self, object: Value<'_>, name: &CStr) -> Result<Value<'s>, PendingException> {
        let mut value = ptr::null_mut();
        check!(sys::napi_get_named_property(
            self.raw(),
            object.raw(),
            name.as_ptr(),
            &mut value
        ))?;
        Ok(self.value(value))
    }

    pub fn set_property(
        self,
        object: Value<'_>,
        name: &CStr,
        value: Value<'_>,
    ) -> Result<(), PendingException> {
        check!(sys::napi_set_named_property(
            self.raw(),
            object.raw(),
            name.as_ptr(),
            value.raw()
        ))
    }

    /// The names of an object's own enumerable properties.
    pub fn own_names(self, object: Value<'_>) -> Result<Vec<String>, PendingException> {
        let mut names = ptr::null_mut();
        check!(sys::napi_get_all_property_names(
            self.raw(),
            object.raw(),
            sys::KeyCollectionMode::own_only,
            sys::KeyFilter::enumerable | sys::KeyFilter::skip_symbols,
            sys::KeyConversion::numbers_to_strings,
            &mut names
        ))?;
        let names = self.value(names);
        let length = self.length(names)?;
        (0..length)
            .map(|index| {
                Ok(self
                    .as_string(self.element(names, index)?)
                    .unwrap_or_default())
            })
            .collect()
    }

    pub fn length(self, array: Value<'_>) -> Result<u32, PendingException> {
        let mut length = 0;
        check!(sys::napi_get_array_length(
            self.raw(),
            array.raw(),
            &mut length
        ))?;
        Ok(length)
    }

    pub fn element(self, array: Value<'_>, index: u32) -> Result<Value<'s>, PendingException> {
        let mut value = ptr::null_mut();
        check!(sys::napi_get_element(
            self.raw(),
            array.raw(),
            index,
            &mut value
        ))?;
        Ok(self.value(value))
    }

    pub fn set_element(
        self,
        array: Value<'_>,
        index: u32,
        value: Value<'_>,
    ) -> Result<(), PendingException> {
        check!(sys::napi_set_element(
            self.raw(),
            array.raw(),
            index,
            value.raw()
        ))
    }
}
