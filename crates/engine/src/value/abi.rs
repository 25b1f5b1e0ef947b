//! The bridge to Wasmtime's canonical ABI: implements its traits with our lowering and lifting, in
//! `unsafe` code.
//!
//! `TypedFunc<Params, Return>` calls the traits below with the function's type at run time.
//! Wasmtime's own parameter types fit one signature each. [`Arguments`] fits every signature, by
//! claiming room for the 16 core values that a synchronous function can have at most, and
//! [`AnyResult`] by claiming the one that it can return. Both read the type to decide whether the
//! value is in them or behind an address.
//!
//! Wasmtime documents the traits' items as internal: they may change with any release, so its
//! version is pinned exactly.

use std::mem::MaybeUninit;

use wasmtime::component::__internal::wasmtime_environ::component::TypeTupleIndex;
use wasmtime::component::__internal::{
    CanonicalAbiInfo, InstanceType, InterfaceType, LiftContext, LowerContext,
};
use wasmtime::component::{ComponentNamedList, ComponentType, Func, Lift, Lower, TypedFunc};
use wasmtime::{Result, ValRaw, bail};

use super::data::Value;
use super::lower::MAX_FLAT_PARAMS;
use super::{lift, lower};

/// The arguments of a call.
pub(super) struct Arguments<'a>(pub &'a [Value<'a>]);

/// The result of a call of any type, if the function has one.
pub(super) struct AnyResult(pub Option<Value<'static>>);

/// The result of a call that returns a scalar or nothing. Wasmtime moves results several times, so
/// a whole [`Value`] takes longer.
pub(super) struct ScalarResult(pub Option<lift::FlatValue>);

/// `func` as a function that takes values and returns one of any type.
pub(super) fn typed<'a>(func: Func) -> TypedFunc<Arguments<'a>, AnyResult> {
    // SAFETY: the two types must fit the function's signature, and they fit every signature. A core
    // function behind a synchronous export reads at most 16 values, the size of
    // `Arguments::Lower`, all of which `lower::arguments` writes after the types of this very
    // function; it returns at most one, the size of `AnyResult::Lower`.
    unsafe { TypedFunc::new_unchecked(func) }
}

/// `func` as a function that takes values and returns a scalar or nothing.
pub(super) fn typed_scalar<'a>(func: Func) -> TypedFunc<Arguments<'a>, ScalarResult> {
    // SAFETY: as in `typed`; other results than scalars are rejected when they are read.
    unsafe { TypedFunc::new_unchecked(func) }
}

/// Copies `text` into the guest, in the encoding that the function's options declare; returns the
/// address and the length, in the units and with the tag of that encoding.
pub(super) fn lower_string<T: 'static>(
    cx: &mut LowerContext<'_, T>,
    text: &str,
) -> Result<(u32, u32)> {
    let mut pair = MaybeUninit::new([ValRaw::i64(0); 2]);
    text.linear_lower_to_flat(cx, InterfaceType::String, &mut pair)?;
    // SAFETY: `pair` was initialized with two values.
    let [at, len] = unsafe { pair.assume_init() };
    Ok((at.get_u32(), len.get_u32()))
}

// SAFETY: the type represents a whole parameter list, as tuples do.
unsafe impl ComponentNamedList for Arguments<'_> {}

// SAFETY: `Lower` is an array of `ValRaw`. `ABI` is read for parameters of more than 16 core
// values only, which the type does not claim to have.
unsafe impl ComponentType for Arguments<'_> {
    type Lower = [ValRaw; MAX_FLAT_PARAMS];
    const ABI: CanonicalAbiInfo = CanonicalAbiInfo::ZERO;

    fn typecheck(_: &InterfaceType, _: &InstanceType<'_>) -> Result<()> {
        bail!("arguments are checked for each call")
    }
}

// SAFETY: `lower::arguments` writes every slot that the core function reads, or fails.
unsafe impl Lower for Arguments<'_> {
    fn linear_lower_to_flat<T>(
        &self,
        cx: &mut LowerContext<'_, T>,
        ty: InterfaceType,
        dst: &mut MaybeUninit<Self::Lower>,
    ) -> Result<()> {
        lower::arguments(cx, tuple(ty)?, self.0, dst.as_mut())
    }

    fn linear_lower_to_memory<T>(
        &self,
        _: &mut LowerContext<'_, T>,
        _: InterfaceType,
        _: usize,
    ) -> Result<()> {
        bail!("linear_lower_to_flat handles parameters in memory")
    }
}

macro_rules! results {
    ($($result:ident by $lift:path,)*) => ($(
        // SAFETY: the type represents a whole result list, as tuples do.
        unsafe impl ComponentNamedList for $result {}

        // SAFETY: `Lower` is an array of `ValRaw`. `ABI` is read for results of more than one core
        // value only, which the type does not claim to have.
        unsafe impl ComponentType for $result {
            type Lower = [ValRaw; 1];
            const ABI: CanonicalAbiInfo = CanonicalAbiInfo::ZERO;

            fn typecheck(_: &InterfaceType, _: &InstanceType<'_>) -> Result<()> {
                bail!("results are read by the function's own type")
            }
        }

        // SAFETY: the functions of `lift` assume nothing about what they read.
        unsafe impl Lift for $result {
            #[inline]
            fn linear_lift_from_flat(
                cx: &mut LiftContext<'_>,
                ty: InterfaceType,
                src: &Self::Lower,
            ) -> Result<Self> {
                $lift(cx, tuple(ty)?, src).map($result)
            }

            fn linear_lift_from_memory(
                _: &mut LiftContext<'_>,
                _: InterfaceType,
                _: &[u8],
            ) -> Result<Self> {
                bail!("linear_lift_from_flat handles results in memory")
            }
        }
    )*)
}

results! {
    AnyResult by lift::result,
    ScalarResult by lift::core_value,
}

/// Wasmtime passes a function's parameters and results as tuples.
#[inline]
fn tuple(ty: InterfaceType) -> Result<TypeTupleIndex> {
    match ty {
        InterfaceType::Tuple(tuple) => Ok(tuple),
        _ => bail!("expected the tuple of a function's parameters or results"),
    }
}
