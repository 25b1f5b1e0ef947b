//! Lists of numbers in guest memory.
//!
//! Guest memory is little-endian on every host, and lists of numbers are copied in one piece: on
//! little-endian hosts the conversions below compile to a copy.

use wasmtime::{Result, format_err};

/// A number as guest memory holds it.
pub(super) trait Number: Copy {
    /// Overwrites `bytes`, which has room for exactly these `items`.
    fn write_all(items: &[Self], bytes: &mut [u8]);

    /// Reads as many numbers as `bytes` holds.
    ///
    /// # Errors
    ///
    /// If the host cannot allocate the list.
    fn read_all(bytes: &[u8]) -> Result<Vec<Self>>;
}

macro_rules! numbers {
    ($($number:ty)*) => ($(
        impl Number for $number {
            fn write_all(items: &[Self], bytes: &mut [u8]) {
                let (chunks, _) = bytes.as_chunks_mut::<{ size_of::<Self>() }>();
                for (chunk, item) in chunks.iter_mut().zip(items) {
                    *chunk = item.to_le_bytes();
                }
            }

            fn read_all(bytes: &[u8]) -> Result<Vec<Self>> {
                let (chunks, _) = bytes.as_chunks::<{ size_of::<Self>() }>();
                let mut items = with_room(chunks.len())?;
                items.extend(chunks.iter().map(|chunk| Self::from_le_bytes(*chunk)));
                Ok(items)
            }
        }
    )*)
}

numbers!(i8 i16 u16 i32 u32 i64 u64 f32 f64);

impl Number for u8 {
    fn write_all(items: &[Self], bytes: &mut [u8]) {
        bytes.copy_from_slice(items);
    }

    fn read_all(bytes: &[u8]) -> Result<Vec<Self>> {
        let mut items = with_room(bytes.len())?;
        items.extend_from_slice(bytes);
        Ok(items)
    }
}

/// An empty list with room for `len` items. Fails if the host cannot allocate it, where `Vec` would
/// abort the process.
pub(super) fn with_room<T>(len: usize) -> Result<Vec<T>> {
    let mut items = Vec::new();
    items.try_reserve_exact(len).map_err(|_| {
        let bytes = len.saturating_mul(size_of::<T>());
        format_err!("cannot allocate {bytes} bytes for a list of {len} elements")
    })?;
    Ok(items)
}
