//! The layout of values in guest memory.
//!
//! Wasmtime's tables have it, but reading them is a call into another crate, which for a record of
//! numbers takes longer than reading the numbers. So the sizes of scalars are repeated here.

use wasmtime::component::__internal::{ComponentTypes, InterfaceType};

/// Size and alignment of a type, in bytes.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    pub size: u32,
    pub align: u32,
}

impl Layout {
    #[inline]
    pub fn of(types: &ComponentTypes, ty: &InterfaceType) -> Layout {
        let scalar = |bytes| Layout {
            size: bytes,
            align: bytes,
        };
        match ty {
            InterfaceType::Bool | InterfaceType::S8 | InterfaceType::U8 => scalar(1),
            InterfaceType::S16 | InterfaceType::U16 => scalar(2),
            InterfaceType::S32 | InterfaceType::U32 => scalar(4),
            InterfaceType::Float32 | InterfaceType::Char => scalar(4),
            InterfaceType::S64 | InterfaceType::U64 | InterfaceType::Float64 => scalar(8),
            InterfaceType::String | InterfaceType::List(_) => Layout { size: 8, align: 4 },
            _ => {
                let abi = types.canonical_abi(ty);
                Layout {
                    size: abi.size32,
                    align: abi.align32,
                }
            }
        }
    }
}

/// The fields of a record or tuple, laid out one after the other.
#[derive(Default)]
pub(super) struct Fields {
    end: u32,
}

impl Fields {
    /// The offset of the next field, which has type `ty`, from the start of the record.
    #[inline]
    pub fn next(&mut self, types: &ComponentTypes, ty: &InterfaceType) -> usize {
        let Layout { size, align } = Layout::of(types, ty);
        let offset = self.end.wrapping_add(align - 1) & !(align - 1);
        self.end = offset.wrapping_add(size);
        offset as usize
    }
}
