//! How does a guest that imports functions become something to instantiate, ahead of its instances?
//!
//! A linked guest knows its imports by their index only; who serves them is said at instantiation ([`Host`]), so that
//! one linking serves all instances. The two paths need one each: on the direct path a host function is called at once,
//! on the driver's path the guest is suspended.
//!
//! [`Host`]: crate::host::Host

use crate::error::{Error, Result, chain};
use crate::externs::ExternType;
use crate::func::{CoreFunctionType, Slot, Slots};
use crate::host::channel::HostRequest;
use crate::host::{HostCall, HostFailed};
use crate::store::State;
use crate::store::host_call::{Direct, serve};
use crate::store::metrics::Execution;
use std::mem::MaybeUninit;
use std::sync::OnceLock;
use wasmtime::{AsContextMut, Caller, FuncType, InstancePre, Linker, Module, Val, ValRaw};

/// An import that a host can serve, of whatever kind: each kind says how a linker comes to know it on either path.
pub(crate) trait Import {
    /// What knows the imports of this kind of store.
    type Linker;

    /// Defines it for guests on the caller's stack.
    ///
    /// # Errors
    ///
    /// Wasmtime's, where the import cannot be defined.
    fn link_direct(self, linker: &mut Self::Linker) -> wasmtime::Result<()>;

    /// Defines it for guests on a stack of their own.
    ///
    /// # Errors
    ///
    /// As [`Import::link_direct`].
    fn link_async(self, linker: &mut Self::Linker) -> wasmtime::Result<()>;
}

/// A function of numbers that a core module imports.
struct CoreImport<'a> {
    index: usize,
    module: &'a str,
    name: &'a str,
    ty: FuncType,
    core: CoreFunctionType,
}

impl Import for CoreImport<'_> {
    type Linker = Linker<State>;

    fn link_direct(self, linker: &mut Self::Linker) -> wasmtime::Result<()> {
        let (index, core) = (self.index, self.core);
        let serve = move |caller: Caller<'_, State>, raw: &mut [MaybeUninit<ValRaw>]| {
            serve_direct(caller, index, &core, raw)
        };
        // SAFETY: `serve_direct` reads as many values as the type has parameters and writes as many as it has results,
        // all of which are numbers, for which any bits are a value.
        unsafe { linker.func_new_unchecked(self.module, self.name, self.ty, serve) }.map(drop)
    }

    fn link_async(self, linker: &mut Self::Linker) -> wasmtime::Result<()> {
        let (index, core) = (self.index, self.core);
        let serve = as_host(move |caller, params, results| {
            let request = HostRequest {
                import: index,
                ty: core.clone(),
                slots: core.slots_of(params),
                deadline: caller.data().deadline,
            };
            Box::new(serve_async(caller, request, results))
        });
        let defined = linker.func_new_async(self.module, self.name, self.ty, serve);
        defined.map(drop)
    }
}

type Serving<'a> = Box<dyn Future<Output = wasmtime::Result<()>> + Send + 'a>;

/// Tells the compiler that the closure serves calls of any lifetime.
fn as_host<F>(serve: F) -> F
where
    F: for<'a> Fn(Caller<'a, State>, &'a [Val], &'a mut [Val]) -> Serving<'a>,
{
    serve
}

fn serve_direct(
    mut caller: Caller<'_, State>,
    import: usize,
    ty: &CoreFunctionType,
    raw: &mut [MaybeUninit<ValRaw>],
) -> wasmtime::Result<()> {
    let host = caller.data().host.ok_or(HostFailed)?;
    let mut slots: Slots = raw
        .iter()
        .take(ty.params.len())
        // SAFETY: Wasmtime passes that many arguments, and all are numbers.
        .map(|raw| Slot::from_raw(unsafe { raw.assume_init() }))
        .collect();
    slots.resize(ty.slots(), Slot::default());
    host.get().call(HostCall {
        import,
        ty,
        slots: &mut slots,
        guest: &mut Direct(caller.as_context_mut()),
    })?;
    for (raw, slot) in raw.iter_mut().zip(slots).take(ty.results.len()) {
        raw.write(slot.to_raw());
    }
    Ok(())
}

async fn serve_async(
    caller: Caller<'_, State>,
    request: HostRequest,
    results: &mut [Val],
) -> wasmtime::Result<()> {
    let types = request.ty.results.clone();
    let slots = serve(caller, request).await?;
    for ((result, slot), ty) in results.iter_mut().zip(slots).zip(&*types) {
        *result = slot.to_val(*ty);
    }
    Ok(())
}

/// A core module, linked for either path when an instance first takes it.
pub(crate) struct LinkedModule {
    direct: OnceLock<Result<InstancePre<State>, String>>,
    fiber: OnceLock<Result<InstancePre<State>, String>>,
    has_imports: bool,
}

impl LinkedModule {
    pub fn new(module: &Module) -> Self {
        Self {
            direct: OnceLock::new(),
            fiber: OnceLock::new(),
            has_imports: module.imports().len() > 0,
        }
    }

    pub fn has_imports(&self) -> bool {
        self.has_imports
    }

    /// # Errors
    ///
    /// `LINK` naming the imports that no host can serve.
    pub fn for_execution(
        &self,
        module: &Module,
        execution: Execution,
    ) -> Result<&InstancePre<State>> {
        let linked = match execution {
            Execution::Fiber if self.has_imports => &self.fiber,
            _ => &self.direct,
        };
        let linked = linked.get_or_init(|| link_module(module, execution));
        linked.as_ref().map_err(|message| Error::Link {
            message: message.clone(),
        })
    }
}

fn link_module(module: &Module, execution: Execution) -> Result<InstancePre<State>, String> {
    let mut linker = Linker::new(module.engine());
    // A module may import one function twice; the last stands for both.
    linker.allow_shadowing(true);
    let mut unserved = Vec::new();
    for (index, import) in module.imports().enumerate() {
        let served = match import.ty() {
            wasmtime::ExternType::Func(ty) => Some((CoreFunctionType::new(&ty), ty))
                .filter(|(core, _)| core.check_numbers().is_ok()),
            _ => None,
        };
        let Some((core, ty)) = served else {
            let ty = ExternType::core(&import.ty()).text();
            unserved.push(format!("'{}.{}' ({ty})", import.module(), import.name()));
            continue;
        };
        let import = CoreImport {
            index,
            module: import.module(),
            name: import.name(),
            ty,
            core,
        };
        let defined = match execution {
            Execution::Direct => import.link_direct(&mut linker),
            Execution::Fiber => import.link_async(&mut linker),
        };
        defined.map_err(|error| chain(&error))?;
    }
    if !unserved.is_empty() {
        return Err(format!(
            "hosts serve functions of numbers only in this version, and the guest imports {}",
            unserved.join(", ")
        ));
    }
    linker
        .instantiate_pre(module)
        .map_err(|error| chain(&error))
}
