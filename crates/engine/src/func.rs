//! Core functions: their types, and the one place where they are called without Wasmtime's checks.

use crate::error::{Error, Result};
use smallvec::SmallVec;
use std::fmt;
use std::sync::Arc;
use wasmtime::{AsContextMut, Func, FuncType, Val, ValRaw, ValType};

/// The type of a parameter or result of a core function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after its value type")]
pub enum CoreType {
    I32,
    I64,
    F32,
    F64,
    V128,
    /// Any reference.
    Reference,
}

impl CoreType {
    pub(crate) fn new(ty: &ValType) -> Self {
        match ty {
            ValType::I32 => Self::I32,
            ValType::I64 => Self::I64,
            ValType::F32 => Self::F32,
            ValType::F64 => Self::F64,
            ValType::V128 => Self::V128,
            ValType::Ref(_) => Self::Reference,
        }
    }

    fn is_number(self) -> bool {
        !matches!(self, Self::V128 | Self::Reference)
    }
}

impl fmt::Display for CoreType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::V128 => "v128",
            Self::Reference => "reference",
        })
    }
}

/// The type of a core function. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoreFunctionType {
    /// The types of the parameters, in order.
    pub params: Arc<[CoreType]>,
    /// The types of the results, in order.
    pub results: Arc<[CoreType]>,
}

impl CoreFunctionType {
    pub(crate) fn new(ty: &FuncType) -> Self {
        Self {
            params: ty.params().map(|ty| CoreType::new(&ty)).collect(),
            results: ty.results().map(|ty| CoreType::new(&ty)).collect(),
        }
    }

    /// The number of slots that a call needs: results replace parameters in the same slots.
    #[inline]
    pub fn slots(&self) -> usize {
        self.params.len().max(self.results.len())
    }

    /// Slots with these arguments, and room for the results.
    pub(crate) fn slots_of(&self, args: &[Val]) -> Slots {
        let mut slots: Slots = args.iter().map(Slot::from_val).collect();
        slots.resize(self.slots(), Slot::default());
        slots
    }

    /// Checks that all parameters and results are numbers.
    ///
    /// # Errors
    ///
    /// `UNSUPPORTED` naming a type that is not a number.
    pub fn check_numbers(&self) -> Result<()> {
        match self
            .params
            .iter()
            .chain(self.results.iter())
            .find(|ty| !ty.is_number())
        {
            Some(ty) => Err(Error::Unsupported(format!(
                "a function of type {self} cannot be called from the host: it has a parameter or result of type {ty}"
            ))),
            None => Ok(()),
        }
    }
}

impl fmt::Display for CoreFunctionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |types: &[CoreType]| {
            types
                .iter()
                .map(CoreType::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        };
        write!(
            f,
            "func({}) -> ({})",
            list(&self.params),
            list(&self.results)
        )
    }
}

/// The slots of one call; up to four need no allocation.
pub type Slots = SmallVec<[Slot; 4]>;

/// One argument or result of a core function.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Slot(ValRaw);

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.as_i64())
    }
}

impl Default for Slot {
    fn default() -> Self {
        Self::i64(0)
    }
}

impl Slot {
    /// The slot of an argument of this number type.
    ///
    /// It is read with the width of its type, as the guest wrote it: the processor cannot forward a value that was just
    /// stored to a wider load, and waits for the store instead.
    #[inline]
    pub(crate) fn from_raw(raw: &ValRaw, ty: CoreType) -> Self {
        Self(match ty {
            CoreType::I32 => ValRaw::i32(raw.get_i32()),
            CoreType::F32 => ValRaw::f32(raw.get_f32()),
            CoreType::F64 => ValRaw::f64(raw.get_f64()),
            CoreType::I64 | CoreType::V128 | CoreType::Reference => ValRaw::i64(raw.get_i64()),
        })
    }

    /// The result of this number type, read like [`Slot::from_raw`].
    #[inline]
    pub(crate) fn to_raw(self, ty: CoreType) -> ValRaw {
        Self::from_raw(&self.0, ty).0
    }

    /// A slot with an `i32`.
    pub fn i32(value: i32) -> Self {
        Self(ValRaw::i32(value))
    }

    /// A slot with an `i64`.
    pub fn i64(value: i64) -> Self {
        Self(ValRaw::i64(value))
    }

    /// A slot with an `f32`.
    pub fn f32(value: f32) -> Self {
        Self(ValRaw::f32(value.to_bits()))
    }

    /// A slot with an `f64`.
    pub fn f64(value: f64) -> Self {
        Self(ValRaw::f64(value.to_bits()))
    }

    /// The slot read as an `i32`.
    pub fn as_i32(self) -> i32 {
        self.0.get_i32()
    }

    /// The slot read as an `i64`.
    pub fn as_i64(self) -> i64 {
        self.0.get_i64()
    }

    /// The slot read as an `f32`.
    pub fn as_f32(self) -> f32 {
        f32::from_bits(self.0.get_f32())
    }

    /// The slot read as an `f64`.
    pub fn as_f64(self) -> f64 {
        f64::from_bits(self.0.get_f64())
    }
}

/// An exported function of a core instance whose parameters and results are all numbers.
#[derive(Debug, Clone)]
pub struct CoreFunction {
    func: Func,
    ty: CoreFunctionType,
}

impl CoreFunction {
    pub(crate) fn new(func: Func, ty: CoreFunctionType) -> Result<Self> {
        ty.check_numbers()?;
        Ok(Self { func, ty })
    }

    /// The type of the function.
    pub fn ty(&self) -> &CoreFunctionType {
        &self.ty
    }

    /// Calls on the caller's stack. `slots` holds the arguments, and then the results.
    pub(crate) fn call(
        &self,
        mut store: impl AsContextMut,
        slots: &mut [Slot],
    ) -> wasmtime::Result<()> {
        if slots.len() < self.ty.slots() {
            return Err(wasmtime::Error::msg("too few slots"));
        }
        let raw: *mut [Slot] = slots;
        // SAFETY: `Slot` is transparent over `ValRaw`; there are as many as the type needs (checked above); every
        // parameter is a number, for which any bits are a value; the function belongs to this store, or Wasmtime panics.
        unsafe {
            self.func
                .call_unchecked(store.as_context_mut(), raw as *mut [ValRaw])
        }
    }

    /// Calls on a fiber. `slots` holds the arguments, and then the results.
    pub(crate) async fn call_async(
        &self,
        store: impl AsContextMut<Data: Send>,
        slots: &mut [Slot],
    ) -> wasmtime::Result<()> {
        let params = self.ty.params.iter().zip(&*slots);
        let params: SmallVec<[Val; 4]> = params.map(|(ty, slot)| slot.to_val(*ty)).collect();
        let mut results: SmallVec<[Val; 1]> = self.ty.results.iter().map(|_| Val::I32(0)).collect();
        self.func.call_async(store, &params, &mut results).await?;
        for (slot, value) in slots.iter_mut().zip(&results) {
            *slot = Slot::from_val(value);
        }
        Ok(())
    }
}

impl Slot {
    /// The value of a number type. [`CoreFunction::new`] rejects functions with slots of other types.
    pub(crate) fn to_val(self, ty: CoreType) -> Val {
        match ty {
            CoreType::I32 => Val::I32(self.as_i32()),
            CoreType::F32 => Val::F32(self.0.get_f32()),
            CoreType::F64 => Val::F64(self.0.get_f64()),
            CoreType::I64 | CoreType::V128 | CoreType::Reference => Val::I64(self.as_i64()),
        }
    }

    pub(crate) fn from_val(value: &Val) -> Self {
        match value {
            Val::I32(value) => Self::i32(*value),
            Val::I64(value) => Self::i64(*value),
            Val::F32(bits) => Self(ValRaw::f32(*bits)),
            Val::F64(bits) => Self(ValRaw::f64(*bits)),
            _ => Self::default(),
        }
    }
}
