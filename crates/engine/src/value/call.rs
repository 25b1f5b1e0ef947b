//! Calls of component functions whose types are known only at run time.

use std::sync::Arc;

use wasmtime::component::Func;
use wasmtime::{AsContext, AsContextMut, Result};

use super::abi::{self, AnyResult, Arguments, ScalarResult};
use super::data::Value;
use super::lift;
use super::types::{FunctionType, Type, UnsupportedType};

/// A function of a component instance, called with [`Value`]s.
///
/// It is as fast as Wasmtime's functions that are typed at compile time, and cheap to clone. A call
/// with scalars allocates nothing on the host. The bytes of strings and lists of numbers are copied
/// once on the way in and once on the way out.
#[derive(Clone)]
pub struct DynamicFunc {
    func: Func,
    ty: Arc<FunctionType>,
    returns_scalar: bool,
}

impl DynamicFunc {
    /// Prepares `func`, an export of an instance in `store`.
    ///
    /// # Errors
    ///
    /// If a parameter or the result has a type that no value can have.
    ///
    /// # Panics
    ///
    /// If `func` does not belong to `store`.
    pub fn new(func: Func, store: impl AsContext) -> Result<Self, UnsupportedType> {
        let ty = FunctionType::new(&func.ty(store));
        ty.is_supported()?;
        Ok(DynamicFunc::with_type(func, Arc::new(ty)))
    }

    /// As [`DynamicFunc::new`], with a type that has been described before.
    ///
    /// `ty` decides which arguments are accepted. If it is not the function's type, calls fail while
    /// they lower their arguments, which leaves the instance unusable.
    pub fn with_type(func: Func, ty: Arc<FunctionType>) -> Self {
        DynamicFunc {
            func,
            returns_scalar: ty.result.as_ref().is_none_or(is_scalar),
            ty,
        }
    }

    /// The function's type.
    pub fn ty(&self) -> &Arc<FunctionType> {
        &self.ty
    }

    /// Calls the function and its `post-return`, and returns its result if it has one.
    ///
    /// Borrowed arguments are read while they are copied into the guest, and not after that.
    /// Meanwhile the guest's `realloc` may run, but none of its imports.
    ///
    /// # Errors
    ///
    /// A [`Mismatch`](super::Mismatch) (by `downcast_ref`) if the arguments do not fit: the guest has
    /// not been entered. Everything else is a trap, or a value of the guest's that violates the
    /// canonical ABI; both leave the instance unusable.
    ///
    /// # Panics
    ///
    /// If the function does not belong to `store`.
    pub fn call(
        &self,
        store: impl AsContextMut,
        args: &[Value<'_>],
    ) -> Result<Option<Value<'static>>> {
        self.ty.check(args)?;
        if self.returns_scalar {
            let func = abi::typed_scalar(self.func);
            let ScalarResult(result) = func.call(store, Arguments(args))?;
            return result.as_ref().map(lift::scalar).transpose();
        }
        let AnyResult(result) = abi::typed(self.func).call(store, Arguments(args))?;
        Ok(result)
    }

    /// As [`DynamicFunc::call`], on a fiber: for stores whose guests yield or whose host functions are
    /// asynchronous.
    ///
    /// `args` stay borrowed until the future ends; see [`Value::into_owned`].
    ///
    /// # Errors
    ///
    /// As [`DynamicFunc::call`].
    ///
    /// # Panics
    ///
    /// If the function does not belong to `store`.
    pub async fn call_async(
        &self,
        store: impl AsContextMut<Data: Send>,
        args: &[Value<'_>],
    ) -> Result<Option<Value<'static>>> {
        self.ty.check(args)?;
        let func = abi::typed(self.func);
        let AnyResult(result) = func.call_async(store, Arguments(args)).await?;
        Ok(result)
    }
}

fn is_scalar(ty: &Type) -> bool {
    matches!(ty, Type::Bool | Type::Char) || ty.is_number()
}
