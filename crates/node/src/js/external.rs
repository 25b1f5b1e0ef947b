//! Externals: opaque values that own something native.

use super::{Env, PendingException, Value, ValueType};
use napi::sys;
use std::ptr;

/// The content of an external, with the tag that identifies it.
#[repr(C)]
struct Tagged<T> {
    tag: u64,
    data: T,
}

/// The content of an external.
pub trait ExternalData {
    /// Marks the externals of this type: any 64 bits that the content of others is unlikely to begin with.
    const TAG: u64;

    /// Called when the external is collected, before the value is dropped.
    fn finalize(&self, env: Env<'_>);
}

impl<'s> Env<'s> {
    /// An opaque value that owns `data`.
    pub fn external<T: ExternalData>(self, data: T) -> Result<Value<'s>, PendingException> {
        let data = Box::into_raw(Box::new(Tagged { tag: T::TAG, data }));
        let mut external = ptr::null_mut();
        let created = check!(sys::napi_create_external(
            self.raw(),
            data.cast(),
            Some(drop_external::<T>),
            ptr::null_mut(),
            &mut external
        ));
        if created.is_err() {
            // SAFETY: no external owns it.
            drop(unsafe { Box::from_raw(data) });
        }
        created.map(|()| self.value(external))
    }

    /// The content of an external, or `None` if the value is not one with a `T`. The value keeps it alive.
    pub fn external_data<'a, T: ExternalData>(self, external: Value<'a>) -> Option<&'a T> {
        if self.value_type(external).ok()? != ValueType::Other {
            return None;
        }
        let mut data = ptr::null_mut();
        check!(sys::napi_get_value_external(
            self.raw(),
            external.raw(),
            &mut data
        ))
        .ok()?;
        let tagged = data.cast::<Tagged<T>>();
        if tagged.is_null() || !tagged.is_aligned() {
            return None;
        }
        // SAFETY: it is an external, whose content is at least as long as a tag; the tag is that of a `T`.
        let tagged = unsafe { &*tagged };
        (tagged.tag == T::TAG).then_some(&tagged.data)
    }
}

unsafe extern "C" fn drop_external<T: ExternalData>(
    env: sys::napi_env,
    data: *mut std::ffi::c_void,
    _: *mut std::ffi::c_void,
) {
    // SAFETY: `Env::external` leaked this box for this finalizer alone.
    let tagged = unsafe { Box::from_raw(data.cast::<Tagged<T>>()) };
    // A panic must not cross into N-API; the rest then leaks.
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        // SAFETY: N-API passes the environment to its finalizer, which does not keep it.
        tagged.data.finalize(unsafe { Env::current(&env) });
        drop(tagged);
    }));
}
