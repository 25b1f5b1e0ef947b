//! Exported memories of core instances: bytes are copied in and out.

use crate::call::AsyncInstance;
use crate::disposable::Disposable;
use crate::error::guard;
use airssys_wasm_engine::{Access, CoreInstance, Error, Memory};
use napi::Env;
use napi::bindgen_prelude::{Uint8Array, Uint8ArraySlice};
use napi_derive::napi;

/// The instance that has the memory.
pub enum MemoryOwner {
    Sync(Disposable<CoreInstance>),
    Async(AsyncInstance),
}

impl MemoryOwner {
    /// Reads or writes, while the instance is idle or waits for a host function.
    fn access(&self, memory: Memory, access: Access) -> Result<Vec<u8>, Error> {
        let instance = match self {
            Self::Async(instance) => return instance.access(memory, access),
            Self::Sync(instance) => instance,
        };
        let mut access = Some(access);
        let accessed = instance.with_calling(|guest| {
            let access = access.take().ok_or(Error::Reentrant)?;
            guest.access(memory, access)
        });
        match (accessed, access) {
            (Some(result), _) => result,
            (None, Some(access)) => {
                instance.with(|instance| access.run(instance.memory_bytes(memory)))
            }
            (None, None) => Err(Error::Reentrant),
        }
    }

    fn byte_length(&self, memory: Memory) -> Result<usize, Error> {
        match self {
            Self::Async(instance) => instance.byte_length(memory),
            Self::Sync(instance) => instance
                .with_calling(|guest| guest.byte_length(memory))
                .unwrap_or_else(|| {
                    instance.with(|instance| Ok(instance.memory_bytes(memory).len()))
                }),
        }
    }
}

/// A linear memory that a core instance exports.
#[napi]
pub struct NativeMemory {
    owner: MemoryOwner,
    memory: Memory,
}

impl NativeMemory {
    pub fn new(owner: MemoryOwner, memory: Memory) -> Self {
        Self { owner, memory }
    }

    /// The error for numbers that are not whole, or negative.
    #[cold]
    fn outside(&self, offset: f64, length: f64) -> Error {
        match self.owner.byte_length(self.memory) {
            Ok(size) => Error::BadValue(format!(
                "expected an offset and a length inside the memory of {size} bytes, got offset {} and length {}",
                shown(offset),
                shown(length)
            )),
            Err(error) => error,
        }
    }
}

#[napi]
impl NativeMemory {
    /// The current size, in bytes.
    #[napi(getter)]
    pub fn byte_length(&self, env: Env) -> napi::Result<f64> {
        guard(env, || Ok(self.owner.byte_length(self.memory)? as f64))
    }

    /// A copy of `length` bytes, starting at `offset`.
    #[napi]
    pub fn read(&self, env: Env, offset: f64, length: f64) -> napi::Result<Uint8Array> {
        guard(env, || {
            let (Some(offset), Some(length)) = (whole(offset), whole(length)) else {
                return Err(self.outside(offset, length));
            };
            let access = Access::Read { offset, length };
            self.owner.access(self.memory, access).map(Uint8Array::new)
        })
    }

    /// Copies `source` to `offset`.
    #[napi]
    pub fn write(&self, env: Env, offset: f64, source: Uint8ArraySlice<'_>) -> napi::Result<()> {
        guard(env, || {
            let bytes = source.to_vec();
            let Some(offset) = whole(offset) else {
                return Err(self.outside(offset, bytes.len() as f64));
            };
            let access = Access::Write { offset, bytes };
            self.owner.access(self.memory, access).map(drop)
        })
    }
}

fn whole(number: f64) -> Option<usize> {
    let integer = number as usize;
    (integer as f64 == number).then_some(integer)
}

/// A number as JavaScript writes it.
fn shown(number: f64) -> String {
    number.to_string().replace("inf", "Infinity")
}
