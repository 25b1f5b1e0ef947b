//! Raw N-API, wrapped thinly: the hot paths call it directly, since each value that napi-rs converts costs more than
//! the guest's call itself.
//!
//! Every function here is safe to call while its [`Env`] is current, which it is for the length of a callback from
//! JavaScript: an [`Env`] and the values made with it never outlive that callback.

macro_rules! check {
    ($call:expr) => {
        // SAFETY: the environment is current (see the head of this file), the values belong to it, and every pointer
        // is to a local or to a slice that outlives the call.
        match unsafe { $call } {
            sys::Status::napi_ok => Ok(()),
            _ => Err(Pending),
        }
    };
}

mod external;
mod mailbox;
mod promise;
mod terminate;
mod typed_array;

pub use external::Held;
pub use mailbox::{Mailbox, Recipient};
pub use promise::Deferred;
pub use typed_array::{Plain, TypedArray};

use napi::sys;
use std::ffi::CStr;
use std::ptr;

/// A JavaScript value, valid until the current callback or handle scope ends.
pub type Value = sys::napi_value;

/// An exception is pending, or the environment is going away: return to JavaScript at once.
#[derive(Debug, Clone, Copy)]
pub struct Pending;

/// The environment of the current callback.
#[derive(Clone, Copy)]
pub struct Env(sys::napi_env);

/// A value that is kept beyond the current callback.
#[derive(Debug, Clone, Copy)]
pub struct Reference(sys::napi_ref);

/// What `typeof` says, with arrays told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
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

impl Env {
    /// The environment that N-API passed to the callback under way.
    ///
    /// # Safety
    ///
    /// It must be that one, and the result must not outlive the callback.
    pub unsafe fn current(raw: sys::napi_env) -> Self {
        Self(raw)
    }

    pub fn raw(self) -> sys::napi_env {
        self.0
    }

    pub fn kind(self, value: Value) -> Result<Kind, Pending> {
        let mut kind = 0;
        check!(sys::napi_typeof(self.0, value, &mut kind))?;
        Ok(match kind {
            sys::ValueType::napi_undefined => Kind::Undefined,
            sys::ValueType::napi_null => Kind::Null,
            sys::ValueType::napi_boolean => Kind::Boolean,
            sys::ValueType::napi_number => Kind::Number,
            sys::ValueType::napi_string => Kind::String,
            sys::ValueType::napi_symbol => Kind::Symbol,
            sys::ValueType::napi_object => Kind::Object,
            sys::ValueType::napi_function => Kind::Function,
            sys::ValueType::napi_bigint => Kind::BigInt,
            _ => Kind::Other,
        })
    }

    pub fn is_array(self, value: Value) -> Result<bool, Pending> {
        let mut is = false;
        check!(sys::napi_is_array(self.0, value, &mut is))?;
        Ok(is)
    }

    /// The number, or none where the value is not one.
    #[inline]
    pub fn as_f64(self, value: Value) -> Option<f64> {
        let mut number = 0.0;
        check!(sys::napi_get_value_double(self.0, value, &mut number)).ok()?;
        Some(number)
    }

    #[inline]
    pub fn as_bool(self, value: Value) -> Option<bool> {
        let mut is = false;
        check!(sys::napi_get_value_bool(self.0, value, &mut is)).ok()?;
        Some(is)
    }

    /// The BigInt and whether it fits, or none where the value is not one.
    #[inline]
    pub fn as_i64(self, value: Value) -> Option<(i64, bool)> {
        let (mut number, mut is_lossless) = (0, false);
        check!(sys::napi_get_value_bigint_int64(
            self.0,
            value,
            &mut number,
            &mut is_lossless
        ))
        .ok()?;
        Some((number, is_lossless))
    }

    /// The BigInt and whether it fits, or none where the value is not one.
    #[inline]
    pub fn as_u64(self, value: Value) -> Option<(u64, bool)> {
        let (mut number, mut is_lossless) = (0, false);
        check!(sys::napi_get_value_bigint_uint64(
            self.0,
            value,
            &mut number,
            &mut is_lossless
        ))
        .ok()?;
        Some((number, is_lossless))
    }

    /// The string as UTF-8, lone surrogates replaced, or none where the value is not one.
    pub fn as_string(self, value: Value) -> Option<String> {
        let mut length = 0;
        check!(sys::napi_get_value_string_utf8(
            self.0,
            value,
            ptr::null_mut(),
            0,
            &mut length
        ))
        .ok()?;
        // One more for the terminator that N-API writes.
        let mut bytes = vec![0_u8; length + 1];
        check!(sys::napi_get_value_string_utf8(
            self.0,
            value,
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

    /// The one Unicode scalar value that the string consists of, or none.
    pub fn as_char(self, value: Value) -> Option<char> {
        // Two units for the character, one more to see that there is no other, and N-API's terminator.
        let (mut units, mut length) = ([0_u16; 4], 0);
        check!(sys::napi_get_value_string_utf16(
            self.0,
            value,
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

    /// What `String(value)` gives; `fallback` where that throws.
    pub fn display(self, value: Value, fallback: &str) -> String {
        let mut text = ptr::null_mut();
        if check!(sys::napi_coerce_to_string(self.0, value, &mut text)).is_err() {
            self.clear_exception();
            return fallback.to_owned();
        }
        self.as_string(text).unwrap_or_else(|| fallback.to_owned())
    }

    pub fn clear_exception(self) {
        let mut exception = ptr::null_mut();
        let _ = check!(sys::napi_get_and_clear_last_exception(
            self.0,
            &mut exception
        ));
    }

    pub fn property(self, object: Value, name: &CStr) -> Result<Value, Pending> {
        let mut value = ptr::null_mut();
        check!(sys::napi_get_named_property(
            self.0,
            object,
            name.as_ptr(),
            &mut value
        ))?;
        Ok(value)
    }

    pub fn set_property(self, object: Value, name: &CStr, value: Value) -> Result<(), Pending> {
        check!(sys::napi_set_named_property(
            self.0,
            object,
            name.as_ptr(),
            value
        ))
    }

    /// The names of an object's own enumerable properties.
    pub fn own_names(self, object: Value) -> Result<Vec<String>, Pending> {
        let mut names = ptr::null_mut();
        check!(sys::napi_get_all_property_names(
            self.0,
            object,
            sys::KeyCollectionMode::own_only,
            sys::KeyFilter::enumerable | sys::KeyFilter::skip_symbols,
            sys::KeyConversion::numbers_to_strings,
            &mut names
        ))?;
        let length = self.length(names)?;
        (0..length)
            .map(|index| {
                Ok(self
                    .as_string(self.element(names, index)?)
                    .unwrap_or_default())
            })
            .collect()
    }

    pub fn length(self, array: Value) -> Result<u32, Pending> {
        let mut length = 0;
        check!(sys::napi_get_array_length(self.0, array, &mut length))?;
        Ok(length)
    }

    pub fn element(self, array: Value, index: u32) -> Result<Value, Pending> {
        let mut value = ptr::null_mut();
        check!(sys::napi_get_element(self.0, array, index, &mut value))?;
        Ok(value)
    }

    pub fn set_element(self, array: Value, index: u32, value: Value) -> Result<(), Pending> {
        check!(sys::napi_set_element(self.0, array, index, value))
    }

    pub fn undefined(self) -> Result<Value, Pending> {
        let mut value = ptr::null_mut();
        check!(sys::napi_get_undefined(self.0, &mut value))?;
        Ok(value)
    }

    pub fn boolean(self, is: bool) -> Result<Value, Pending> {
        let mut value = ptr::null_mut();
        check!(sys::napi_get_boolean(self.0, is, &mut value))?;
        Ok(value)
    }

    #[inline]
    pub fn int32(self, number: i32) -> Result<Value, Pending> {
        let mut value = ptr::null_mut();
        check!(sys::napi_create_int32(self.0, number, &mut value))?;
        Ok(value)
    }

    #[inline]
    pub fn double(self, number: f64) -> Result<Value, Pending> {
        let mut value = ptr::null_mut();
        check!(sys::napi_create_double(self.0, number, &mut value))?;
        Ok(value)
    }

    pub fn bigint_i64(self, number: i64) -> Result<Value, Pending> {
        let mut value = ptr::null_mut();
        check!(sys::napi_create_bigint_int64(self.0, number, &mut value))?;
        Ok(value)
    }

    pub fn bigint_u64(self, number: u64) -> Result<Value, Pending> {
        let mut value = ptr::null_mut();
        check!(sys::napi_create_bigint_uint64(self.0, number, &mut value))?;
        Ok(value)
    }

    pub fn string(self, text: &str) -> Result<Value, Pending> {
        let mut value = ptr::null_mut();
        check!(sys::napi_create_string_utf8(
            self.0,
            text.as_ptr().cast(),
            text.len() as isize,
            &mut value
        ))?;
        Ok(value)
    }

    pub fn object(self) -> Result<Value, Pending> {
        let mut value = ptr::null_mut();
        check!(sys::napi_create_object(self.0, &mut value))?;
        Ok(value)
    }

    pub fn array(self, length: usize) -> Result<Value, Pending> {
        let mut value = ptr::null_mut();
        check!(sys::napi_create_array_with_length(
            self.0, length, &mut value
        ))?;
        Ok(value)
    }

    /// Tells V8 of native memory that came or went; it paces the garbage collector by it.
    pub fn account(self, bytes: i64) {
        let mut total = 0;
        // A hint whose failure costs nothing but pace.
        let _ = check!(sys::napi_adjust_external_memory(self.0, bytes, &mut total));
    }

    /// Calls `function`; where that throws, its exception stays pending.
    pub fn call(self, function: Value, args: &[Value]) -> Result<Value, Pending> {
        let (receiver, mut result) = (self.undefined()?, ptr::null_mut());
        check!(sys::napi_call_function(
            self.0,
            receiver,
            function,
            args.len(),
            args.as_ptr(),
            &mut result
        ))?;
        Ok(result)
    }

    /// Keeps `value` until [`Env::forget`]. The reference must not outlive the environment.
    pub fn remember(self, value: Value) -> Result<Reference, Pending> {
        let mut reference = ptr::null_mut();
        check!(sys::napi_create_reference(self.0, value, 1, &mut reference))?;
        Ok(Reference(reference))
    }

    /// What was remembered.
    pub fn recall(self, reference: Reference) -> Result<Value, Pending> {
        let mut value = ptr::null_mut();
        check!(sys::napi_get_reference_value(
            self.0,
            reference.0,
            &mut value
        ))?;
        Ok(value)
    }

    /// Lets go of what was remembered.
    pub fn forget(self, reference: Reference) {
        let _ = check!(sys::napi_delete_reference(self.0, reference.0));
    }

    pub fn throw(self, error: Value) {
        // SAFETY: as in `check!`.
        let status = unsafe { sys::napi_throw(self.0, error) };
        terminate::if_refused(self, status);
    }

    /// Throws a plain error, where no other can be made.
    pub fn throw_text(self, code: &CStr, message: &CStr) {
        // SAFETY: as in `check!`.
        let status = unsafe { sys::napi_throw_error(self.0, code.as_ptr(), message.as_ptr()) };
        terminate::if_refused(self, status);
    }

    pub fn has_exception(self) -> bool {
        let mut is = false;
        check!(sys::napi_is_exception_pending(self.0, &mut is)).is_ok() && is
    }

    /// Runs `work` in a handle scope of its own, so that what it makes does not pile up. No value made in it may leave it.
    pub fn scoped<T>(self, work: impl FnOnce() -> T) -> Result<T, Pending> {
        let mut scope = ptr::null_mut();
        check!(sys::napi_open_handle_scope(self.0, &mut scope))?;
        // Closed also where `work` panics: Node ends the process over a scope that a callback left open.
        let scope = Scope { env: self, scope };
        let result = work();
        drop(scope);
        Ok(result)
    }
}

/// A handle scope, closed when dropped.
struct Scope {
    env: Env,
    scope: sys::napi_handle_scope,
}

impl Drop for Scope {
    fn drop(&mut self) {
        let _ = check!(sys::napi_close_handle_scope(self.env.0, self.scope));
    }
}

/// What a callback was called with.
pub struct Call<const N: usize> {
    /// How many arguments there were; only the first `N` are kept.
    pub count: usize,
    pub args: [Value; N],
    /// What the function was made with.
    pub data: *mut std::ffi::c_void,
}

impl Env {
    #[inline]
    pub fn call_info<const N: usize>(
        self,
        info: sys::napi_callback_info,
    ) -> Result<Call<N>, Pending> {
        let mut call = Call {
            count: N,
            args: [ptr::null_mut(); N],
            data: ptr::null_mut(),
        };
        check!(sys::napi_get_cb_info(
            self.0,
            info,
            &mut call.count,
            call.args.as_mut_ptr(),
            ptr::null_mut(),
            &mut call.data
        ))?;
        Ok(call)
    }

    /// All arguments of a call that has more than the inline ones.
    pub fn all_args(
        self,
        info: sys::napi_callback_info,
        count: usize,
    ) -> Result<Vec<Value>, Pending> {
        let mut args = vec![ptr::null_mut(); count];
        let mut found = count;
        check!(sys::napi_get_cb_info(
            self.0,
            info,
            &mut found,
            args.as_mut_ptr(),
            ptr::null_mut(),
            ptr::null_mut()
        ))?;
        Ok(args)
    }

    /// A function that calls `callback` with `data`, which is dropped when the function is collected.
    ///
    /// # Safety
    ///
    /// `callback` must take its data for a `T`.
    pub unsafe fn function<T>(
        self,
        name: &str,
        callback: sys::napi_callback,
        data: Box<T>,
    ) -> Result<Value, Pending> {
        let data = Box::into_raw(data);
        let mut function = ptr::null_mut();
        let made = check!(sys::napi_create_function(
            self.0,
            name.as_ptr().cast(),
            name.len() as isize,
            callback,
            data.cast(),
            &mut function
        ))
        .and_then(|()| {
            check!(sys::napi_add_finalizer(
                self.0,
                function,
                data.cast(),
                Some(drop_data::<T>),
                ptr::null_mut(),
                ptr::null_mut()
            ))
        });
        if made.is_err() {
            // SAFETY: no finalizer holds it, and the function that knows it is unreachable.
            drop(unsafe { Box::from_raw(data) });
        }
        made.map(|()| function)
    }
}

unsafe extern "C" fn drop_data<T>(
    _: sys::napi_env,
    data: *mut std::ffi::c_void,
    _: *mut std::ffi::c_void,
) {
    // SAFETY: `Env::function` leaked this box for this finalizer alone.
    let data = unsafe { Box::from_raw(data.cast::<T>()) };
    // A panic must not cross into N-API; what is left then leaks.
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || drop(data)));
}
