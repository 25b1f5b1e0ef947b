//! A core instance's exported memory: its bytes are copied in and out.

use crate::cell::Cell;
use crate::error::guard;
use airssys_wasm_engine::{CoreInstance, Error, Memory};
use napi::Env;
use napi::bindgen_prelude::{Uint8Array, Uint8ArraySlice};
use napi_derive::napi;

/// A linear memory that a core instance exports.
#[napi]
pub struct NativeMemory {
    instance: Cell<CoreInstance>,
    memory: Memory,
}

impl NativeMemory {
    pub fn new(instance: Cell<CoreInstance>, memory: Memory) -> Self {
        Self { instance, memory }
    }
}

#[napi]
impl NativeMemory {
    /// Size now, in bytes.
    #[napi(getter)]
    pub fn byte_length(&self, env: Env) -> napi::Result<f64> {
        guard(env, || {
            self.instance
                .with(|instance| Ok(instance.memory_bytes(self.memory).len() as f64))
        })
    }

    /// A copy of `length` bytes from `offset` on.
    #[napi]
    pub fn read(&self, env: Env, offset: f64, length: f64) -> napi::Result<Uint8Array> {
        guard(env, || {
            self.instance.with(|instance| {
                let bytes = instance.memory_bytes(self.memory);
                let range = range(offset, length, bytes.len())?;
                Ok(Uint8Array::new(
                    bytes.get(range).unwrap_or_default().to_vec(),
                ))
            })
        })
    }

    /// Copies `source` to `offset`.
    #[napi]
    pub fn write(&self, env: Env, offset: f64, source: Uint8ArraySlice<'_>) -> napi::Result<()> {
        guard(env, || {
            self.instance.with(|instance| {
                let bytes = instance.memory_bytes(self.memory);
                let range = range(offset, source.len() as f64, bytes.len())?;
                if let Some(target) = bytes.get_mut(range) {
                    target.copy_from_slice(&source);
                }
                Ok(())
            })
        })
    }
}

fn range(offset: f64, length: f64, size: usize) -> Result<std::ops::Range<usize>, Error> {
    let (start, count) = (offset as usize, length as usize);
    let end = start.saturating_add(count);
    if start as f64 != offset || count as f64 != length || end > size {
        return Err(Error::BadValue(format!(
            "expected an offset and a length inside the memory of {size} bytes, got offset {offset} and length {length}"
        )));
    }
    Ok(start..end)
}
