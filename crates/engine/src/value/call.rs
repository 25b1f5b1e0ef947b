//! How is a component's function called whose type is known at run time only?

use std::sync::Arc;

use wasmtime::component::Func;
use wasmtime::{AsContext, AsContextMut, Result};

use super::abi::{self, AnyResult, Arguments, ScalarResult};
use super::data::Value;
use super::lift;
use super::types::{FunctionType, Type, UnsupportedType};

/// A function of a component instance, called with [`Value`]s.
///
/// As fast as a function of Wasmtime's that is typed at compile time, and cheap to clone. A call
/// allocates nothing on the host when arguments and result are scalars, and copies the bytes of
/// strings and lists of numbers once on their way in and once on their way out.
#[derive(Clone)]
pub struct DynamicFunc {
    func: Func,
    ty: Arc<FunctionType>,
    gives_scalar: bool,
}

impl DynamicFunc {
    /// Prepares `func`, an export of an instance in `store`.
    ///
    /// # Errors
    ///
    /// When a parameter or the result has a type that values cannot have.
    ///
    /// # Panics
    ///
    /// When `func` does not belong to `store`.
    pub fn new(func: Func, store: impl AsContext) -> Result<Self, UnsupportedType> {
        let ty = FunctionType::new(&func.ty(store));
        ty.is_supported()?;
        Ok(DynamicFunc::with_type(func, Arc::new(ty)))
    }

    /// The same with the type that a component of many instances described once.
    ///
    /// `ty` decides which arguments are accepted. If it is not the function's own, calls fail while
    /// they lower their arguments, which leaves the instance unusable.
    pub fn with_type(func: Func, ty: Arc<FunctionType>) -> Self {
        DynamicFunc {
            func,
            gives_scalar: ty.result.as_ref().is_none_or(is_scalar),
            ty,
        }
    }

    /// The function's type.
    pub fn ty(&self) -> &Arc<FunctionType> {
        &self.ty
    }

    /// Calls the function and its `post-return`, and gives its result if it has one.
    ///
    /// Borrowed arguments are read while they are copied into the guest, which may run the guest's
    /// `realloc` in between (but none of its imports), and not after that.
    ///
    /// # Errors
    ///
    /// A [`Mismatch`](super::Mismatch) (by `downcast_ref`) when the arguments do not fit: then the
    /// guest has not been entered. Everything else is a trap, or a value of the guest's that breaks
    /// the canonical ABI; both leave the instance unusable.
    ///
    /// # Panics
    ///
    /// When the function does not belong to `store`.
    pub fn call(
        &self,
        store: impl AsContextMut,
        args: &[Value<'_>],
    ) -> Result<Option<Value<'static>>> {
        self.ty.check(args)?;
        if self.gives_scalar {
            let func = abi::typed_scalar(self.func);
            let ScalarResult(result) = func.call(store, Arguments(args))?;
            return result.as_ref().map(lift::scalar).transpose();
        }
        let AnyResult(result) = abi::typed(self.func).call(store, Arguments(args))?;
        Ok(result)
    }

    /// The same on a fiber, for stores whose guests yield or whose host functions are asynchronous.
    ///
    /// `args` stay borrowed until the future ends; see [`Value::into_owned`].
    ///
    /// # Errors
    ///
    /// As [`DynamicFunc::call`].
    ///
    /// # Panics
    ///
    /// When the function does not belong to `store`.
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
