//! Native functions that JavaScript calls, and JavaScript functions that native code calls.

use super::{Env, PendingException, Value};
use napi::sys;
use std::ptr;

/// The arguments and the data of a callback under way.
pub struct CallbackInfo<'s, const N: usize> {
    /// The number of arguments; only the first `N` are kept.
    pub count: usize,
    pub args: [Value<'s>; N],
    /// The data with which the function was created.
    pub data: *mut std::ffi::c_void,
}

impl<'s> Env<'s> {
    #[inline]
    pub fn callback_info<const N: usize>(
        self,
        info: sys::napi_callback_info,
    ) -> Result<CallbackInfo<'s, N>, PendingException> {
        let mut args = [ptr::null_mut(); N];
        let (mut count, mut data) = (N, ptr::null_mut());
        check!(sys::napi_get_cb_info(
            self.raw(),
            info,
            &mut count,
            args.as_mut_ptr(),
            ptr::null_mut(),
            &mut data
        ))?;
        Ok(CallbackInfo {
            count,
            args: args.map(|arg| self.value(arg)),
            data,
        })
    }

    /// All `count` arguments of a call that has more than the inline ones.
    pub fn all_args(
        self,
        info: sys::napi_callback_info,
        count: usize,
    ) -> Result<Vec<Value<'s>>, PendingException> {
        let mut args = vec![ptr::null_mut(); count];
        let mut found = count;
        check!(sys::napi_get_cb_info(
            self.raw(),
            info,
            &mut found,
            args.as_mut_ptr(),
            ptr::null_mut(),
            ptr::null_mut()
        ))?;
        Ok(args.into_iter().map(|arg| self.value(arg)).collect())
    }

    /// Calls `function`; if it throws, its exception stays pending.
    pub fn call(
        self,
        function: Value<'_>,
        args: &[Value<'_>],
    ) -> Result<Value<'s>, PendingException> {
        let (receiver, mut result) = (self.undefined()?, ptr::null_mut());
        check!(sys::napi_call_function(
            self.raw(),
            receiver.raw(),
            function.raw(),
            args.len(),
            // `Value` is transparent over the handle.
            args.as_ptr().cast(),
            &mut result
        ))?;
        Ok(self.value(result))
    }

    /// A function that calls `callback` with `data`, which is dropped when the function is collected.
    ///
    /// # Safety
    ///
    /// `callback` must read its data as a `T`.
    pub unsafe fn function<T>(
        self,
        name: &str,
        callback: sys::napi_callback,
        data: Box<T>,
    ) -> Result<Value<'s>, PendingException> {
        let data = Box::into_raw(data);
        let mut function = ptr::null_mut();
        let created = check!(sys::napi_create_function(
            self.raw(),
            name.as_ptr().cast(),
            name.len() as isize,
            callback,
            data.cast(),
            &mut function
        ))
        .and_then(|()| {
            check!(sys::napi_add_finalizer(
                self.raw(),
                function,
                data.cast(),
                Some(drop_data::<T>),
                ptr::null_mut(),
                ptr::null_mut()
            ))
        });
        if created.is_err() {
            // SAFETY: no finalizer holds it, and the function that knows it is unreachable.
            drop(unsafe { Box::from_raw(data) });
        }
        created.map(|()| self.value(function))
    }
}

unsafe extern "C" fn drop_data<T>(
    _: sys::napi_env,
    data: *mut std::ffi::c_void,
    _: *mut std::ffi::c_void,
) {
    // SAFETY: `Env::function` leaked this box for this finalizer alone.
    let data = unsafe { Box::from_raw(data.cast::<T>()) };
    // A panic must not cross into N-API; the rest of the data then leaks.
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || drop(data)));
}
