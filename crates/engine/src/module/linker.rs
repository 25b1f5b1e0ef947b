//! Linking of core modules: their imported functions, defined for either execution.
//!
//! A linked module knows its imports by index only; the [`Host`](crate::host::Host) of an instance implements them. So
//! all instances share one linking. Each execution needs its own: on the direct path a host function is called at once,
//! on a fiber it suspends the guest.

use crate::error::chain;
use crate::externs::ExternDescriptor;
use crate::func::{CoreFunctionType, Slot, Slots};
use crate::host::channel::HostRequest;
use crate::host::payload::{Payload, PayloadMut};
use crate::store::State;
use crate::store::host_call::call_host_async;
use crate::store::host_state::HostPointer;
use crate::store::metrics::Execution;
use std::mem::MaybeUninit;
use wasmtime::{
    AsContextMut, ExternType, FuncType, ImportType, InstancePre, Linker, Module, Val, ValRaw,
};

/// Links the imports of `module` for one execution.
///
/// # Errors
///
/// The message of `LINK`, naming the imports that are not supported.
pub(super) fn link(module: &Module, execution: Execution) -> Result<InstancePre<State>, String> {
    let mut linker = Linker::new(module.engine());
    // A module may import one function twice; the last definition is used for both.
    linker.allow_shadowing(true);
    let mut unsupported = Vec::new();
    for (index, import) in module.imports().enumerate() {
        let Some(function) = NumericFunction::new(&import.ty()) else {
            unsupported.push(ExternDescriptor::core_import(&import).quoted());
            continue;
        };
        let defined = match execution {
            Execution::Direct => define_direct(&mut linker, &import, index, function),
            Execution::Fiber => define_async(&mut linker, &import, index, function),
        };
        defined.map_err(|error| chain(&error))?;
    }
    if !unsupported.is_empty() {
        return Err(format!(
            "the guest imports {}, which this version does not support: host functions take and return numbers only",
            unsupported.join(", ")
        ));
    }
    linker
        .instantiate_pre(module)
        .map_err(|error| chain(&error))
}

/// The type of an imported function whose parameters and results are all numbers.
struct NumericFunction {
    wasmtime: FuncType,
    core: CoreFunctionType,
}

impl NumericFunction {
    fn new(ty: &ExternType) -> Option<Self> {
        let wasmtime = ty.func()?.clone();
        let core = CoreFunctionType::new(&wasmtime);
        core.check_numbers().ok()?;
        Some(Self { wasmtime, core })
    }
}

fn define_direct(
    linker: &mut Linker<State>,
    import: &ImportType<'_>,
    index: usize,
    function: NumericFunction,
) -> wasmtime::Result<()> {
    let NumericFunction { wasmtime, core } = function;
    let serve = move |caller: wasmtime::Caller<'_, State>, raw: &mut [MaybeUninit<ValRaw>]| {
        serve_direct(caller, index, &core, raw)
    };
    // SAFETY: `serve_direct` reads as many values as the type has parameters and writes as many as it has results, all of
    // which are numbers, for which any bits are a value.
    unsafe { linker.func_new_unchecked(import.module(), import.name(), wasmtime, serve) }.map(drop)
}

fn serve_direct(
    mut caller: wasmtime::Caller<'_, State>,
    import: usize,
    ty: &CoreFunctionType,
    raw: &mut [MaybeUninit<ValRaw>],
) -> wasmtime::Result<()> {
    let host = HostPointer::of(&caller)?;
    let mut slots: Slots = raw
        .iter()
        .zip(&*ty.params)
        // SAFETY: Wasmtime passes that many arguments, and all are numbers.
        .map(|(raw, ty)| Slot::from_raw(unsafe { raw.assume_init_ref() }, *ty))
        .collect();
    slots.resize(ty.slots(), Slot::default());
    let payload = PayloadMut::Core {
        ty,
        slots: &mut slots,
    };
    host.call(caller.as_context_mut(), import, payload)?;
    for ((raw, slot), ty) in raw.iter_mut().zip(&slots).zip(&*ty.results) {
        raw.write(slot.to_raw(*ty));
    }
    Ok(())
}

fn define_async(
    linker: &mut Linker<State>,
    import: &ImportType<'_>,
    index: usize,
    function: NumericFunction,
) -> wasmtime::Result<()> {
    let NumericFunction { wasmtime, core } = function;
    let serve = for_any_lifetime(move |caller, params, results| {
        let request = HostRequest {
            import: index,
            payload: Payload::Core {
                ty: core.clone(),
                slots: core.slots_of(params),
            },
            deadline: caller.data().deadline,
        };
        Box::new(serve_async(caller, request, results))
    });
    let defined = linker.func_new_async(import.module(), import.name(), wasmtime, serve);
    defined.map(drop)
}

type Serving<'a> = Box<dyn Future<Output = wasmtime::Result<()>> + Send + 'a>;

/// Lets the compiler infer a closure that takes calls of any lifetime.
fn for_any_lifetime<F>(serve: F) -> F
where
    F: for<'a> Fn(wasmtime::Caller<'a, State>, &'a [Val], &'a mut [Val]) -> Serving<'a>,
{
    serve
}

async fn serve_async(
    mut caller: wasmtime::Caller<'_, State>,
    request: HostRequest,
    results: &mut [Val],
) -> wasmtime::Result<()> {
    let Payload::Core { ty, slots } = call_host_async(caller.as_context_mut(), request).await?
    else {
        wasmtime::bail!("a core function was answered with the values of a component");
    };
    for ((result, slot), ty) in results.iter_mut().zip(slots).zip(&*ty.results) {
        *result = slot.to_val(*ty);
    }
    Ok(())
}
