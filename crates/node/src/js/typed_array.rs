//! Typed arrays: elements copied, or borrowed in place.

use super::{Env, PendingException, Value};
use napi::sys;
use std::ptr;

/// The element type of a typed array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    F32,
    F64,
    I64,
    U64,
    Other,
}

/// The elements of a typed array, in place.
#[derive(Debug, Clone, Copy)]
pub struct TypedArray {
    pub element: Element,
    pub length: usize,
    /// Whether other threads may write to it.
    pub is_shared: bool,
    /// Whether its buffer was transferred.
    pub is_detached: bool,
    data: *const u8,
}

impl<'s> Env<'s> {
    /// The elements of a typed array, or `None` if the value is not one.
    pub fn typed_array(self, value: Value<'_>) -> Option<TypedArray> {
        let mut is = false;
        check!(sys::napi_is_typedarray(self.raw(), value.raw(), &mut is)).ok()?;
        if !is {
            return None;
        }
        // Node leaves the kind unset if it does not know it.
        let (mut kind, mut length, mut data, mut buffer, mut offset) =
            (-1, 0, ptr::null_mut(), ptr::null_mut(), 0);
        check!(sys::napi_get_typedarray_info(
            self.raw(),
            value.raw(),
            &mut kind,
            &mut length,
            &mut data,
            &mut buffer,
            &mut offset
        ))
        .ok()?;
        let mut is_plain = false;
        check!(sys::napi_is_arraybuffer(self.raw(), buffer, &mut is_plain)).ok()?;
        let mut is_detached = false;
        if is_plain {
            check!(sys::napi_is_detached_arraybuffer(
                self.raw(),
                buffer,
                &mut is_detached
            ))
            .ok()?;
        }
        Some(TypedArray {
            is_detached,
            element: Element::new(kind),
            // An empty or detached array has no address.
            length: if data.is_null() { 0 } else { length },
            is_shared: !is_plain,
            data: data.cast(),
        })
    }

    /// A new typed array holding a copy of `elements`.
    pub fn typed_array_of<T: TypedArrayElement>(
        self,
        elements: &[T],
    ) -> Result<Value<'s>, PendingException> {
        let (mut data, mut buffer, mut array) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        check!(sys::napi_create_arraybuffer(
            self.raw(),
            size_of_val(elements),
            &mut data,
            &mut buffer
        ))?;
        if !elements.is_empty() {
            // SAFETY: the new buffer has exactly this many bytes, and nothing else refers to it yet.
            unsafe {
                ptr::copy_nonoverlapping(elements.as_ptr(), data.cast::<T>(), elements.len())
            };
        }
        check!(sys::napi_create_typedarray(
            self.raw(),
            T::KIND,
            elements.len(),
            buffer,
            0,
            &mut array
        ))?;
        Ok(self.value(array))
    }
}

impl TypedArray {
    /// A copy of the elements, or `None` if they are not of type `T`.
    pub fn copy<T: TypedArrayElement>(&self) -> Option<Vec<T>> {
        if self.element != T::ELEMENT {
            return None;
        }
        let mut copy = Vec::<T>::with_capacity(self.length);
        if self.length > 0 {
            // SAFETY: N-API returned the address and the length; the vector has the capacity, and its bytes need no
            // alignment of the source when copied as bytes. In a shared array a torn element is still an element.
            unsafe {
                ptr::copy_nonoverlapping(
                    self.data,
                    copy.as_mut_ptr().cast::<u8>(),
                    self.length * size_of::<T>(),
                );
                copy.set_len(self.length);
            }
        }
        Some(copy)
    }

    /// The elements in place, or `None` if they are not of type `T`, not aligned, or shared with other threads.
    ///
    /// # Safety
    ///
    /// No JavaScript may run while the slice lives: it could detach, shrink or write the buffer.
    pub unsafe fn borrow<'a, T: TypedArrayElement>(&self) -> Option<&'a [T]> {
        let data = self.data.cast::<T>();
        if self.element != T::ELEMENT || self.is_shared || !data.is_aligned() {
            return None;
        }
        if self.length == 0 {
            return Some(&[]);
        }
        // SAFETY: N-API returned the address and the length, the alignment was just checked, any bits are an element,
        // and the caller guarantees that nothing changes.
        Some(unsafe { std::slice::from_raw_parts(data, self.length) })
    }
}

impl Element {
    fn new(kind: sys::napi_typedarray_type) -> Self {
        match kind {
            sys::TypedarrayType::int8_array => Self::I8,
            sys::TypedarrayType::uint8_array | sys::TypedarrayType::uint8_clamped_array => Self::U8,
            sys::TypedarrayType::int16_array => Self::I16,
            sys::TypedarrayType::uint16_array => Self::U16,
            sys::TypedarrayType::int32_array => Self::I32,
            sys::TypedarrayType::uint32_array => Self::U32,
            sys::TypedarrayType::float32_array => Self::F32,
            sys::TypedarrayType::float64_array => Self::F64,
            sys::TypedarrayType::bigint64_array => Self::I64,
            sys::TypedarrayType::biguint64_array => Self::U64,
            _ => Self::Other,
        }
    }
}

impl Element {
    /// The name of such an array, with its article.
    pub fn array_name(self) -> &'static str {
        match self {
            Self::I8 => "an Int8Array",
            Self::U8 => "a Uint8Array",
            Self::I16 => "an Int16Array",
            Self::U16 => "a Uint16Array",
            Self::I32 => "an Int32Array",
            Self::U32 => "a Uint32Array",
            Self::F32 => "a Float32Array",
            Self::F64 => "a Float64Array",
            Self::I64 => "a BigInt64Array",
            Self::U64 => "a BigUint64Array",
            Self::Other => "a typed array of another kind",
        }
    }
}

/// A number type of typed arrays, for which any bits are valid.
pub trait TypedArrayElement: Copy {
    const ELEMENT: Element;
    const KIND: sys::napi_typedarray_type;
}

macro_rules! plain {
    ($($ty:ty: $element:ident $kind:ident),*) => {
        $(impl TypedArrayElement for $ty {
            const ELEMENT: Element = Element::$element;
            const KIND: sys::napi_typedarray_type = sys::TypedarrayType::$kind;
        })*
    };
}

plain!(
    i8: I8 int8_array, u8: U8 uint8_array, i16: I16 int16_array, u16: U16 uint16_array, i32: I32 int32_array,
    u32: U32 uint32_array, f32: F32 float32_array, f64: F64 float64_array, i64: I64 bigint64_array,
    u64: U64 biguint64_array
);
