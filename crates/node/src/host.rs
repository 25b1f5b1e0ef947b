//! Host functions: calls of JavaScript functions for a guest, on the JavaScript thread.

use crate::disposable::Disposable;
use crate::error::{make_error, throw};
use crate::hooks;
use crate::js::{Env, PendingException, Reference, Value as Js};
use crate::value::component::describe;
use crate::value::core::{from_slot, may_be_thenable, to_slot, to_slots};
use airssys_wasm_engine::{
    CoreFunctionType, CoreInstance, Error, Host, HostCall, HostFailed, PayloadMut, Slot,
};
use smallvec::SmallVec;
use std::cell::RefCell;
use std::rc::Rc;

/// The functions that serve one instance's imports, in the order of the binary. Cheap to clone.
///
/// The reference is weak, since the functions often close over the instance: TypeScript's objects keep them alive, and so
/// does a call under way ([`HostFunctions::keep_alive`]).
#[derive(Clone)]
pub struct HostFunctions(Rc<Inner>);

struct Inner {
    functions: Reference,
    /// By import, as far as they were called.
    imports: RefCell<Vec<ImportCache>>,
    /// The names of the imports in the binary.
    names: Rc<[String]>,
}

/// The calls of one import, and the function itself once it has been called often: a reference costs more than a lookup in
/// the array, and saves one in each further call.
#[derive(Default)]
struct ImportCache {
    calls: u32,
    function: Option<Reference>,
}

/// The number of calls of an import after which its function has a reference.
const CACHE_AFTER_CALLS: u32 = 16;

/// Keeps host functions alive until it is dropped.
pub struct KeepAlive(HostFunctions);

impl Drop for KeepAlive {
    fn drop(&mut self) {
        self.0.0.functions.release();
    }
}

/// The outcome of a call of a host function.
pub enum Served<'s> {
    /// The results are in the slots.
    Done,
    /// The function threw this, or returned a value that does not fit.
    Threw(Js<'s>),
    /// The function returned a value that may be thenable.
    Thenable(Js<'s>),
}

impl HostFunctions {
    /// The functions in `array`, which serve the imports with these names.
    pub fn new(env: Env<'_>, array: Js<'_>, names: Rc<[String]>) -> Result<Self, PendingException> {
        let functions = Reference::weak(env, array)?;
        Ok(Self(Rc::new(Inner {
            functions,
            imports: RefCell::default(),
            names,
        })))
    }

    /// Keeps the functions alive for as long as the result lives.
    pub fn keep_alive(&self) -> KeepAlive {
        self.0.functions.hold();
        KeepAlive(self.clone())
    }

    /// Calls the function of `import`. `run`, if given, is a function that calls another with its arguments in the async
    /// context of the call under way.
    ///
    /// # Errors
    ///
    /// What the function threw.
    fn call<'s>(
        &self,
        env: Env<'s>,
        import: usize,
        ty: &CoreFunctionType,
        slots: &[Slot],
        run: Option<Js<'s>>,
    ) -> Result<Js<'s>, Js<'s>> {
        let call = || {
            let function = self.function(env, import)?;
            let mut args: SmallVec<[Js<'_>; 8]> = SmallVec::new();
            args.extend(run.map(|_| function));
            for (slot, ty) in slots.iter().zip(&*ty.params) {
                args.push(from_slot(env, *slot, *ty)?);
            }
            env.call(run.unwrap_or(function), &args)
        };
        call().map_err(|PendingException| exception(env))
    }

    /// The function that serves `import`.
    fn function<'s>(&self, env: Env<'s>, import: usize) -> Result<Js<'s>, PendingException> {
        if let Some(cache) = self.0.imports.borrow().get(import)
            && let Some(function) = &cache.function
        {
            return function.get(env);
        }
        let function = env.element(self.0.functions.get(env)?, import as u32)?;
        let mut imports = self.0.imports.borrow_mut();
        if imports.len() <= import {
            imports.resize_with(import + 1, ImportCache::default);
        }
        if let Some(cache) = imports.get_mut(import) {
            cache.calls += 1;
            if cache.calls >= CACHE_AFTER_CALLS {
                cache.function = Reference::weak(env, function).ok();
            }
        }
        Ok(function)
    }

    /// The error of the host function of `import`, or what prevented its creation.
    fn error<'s>(&self, env: Env<'s>, import: usize, what: &str) -> Js<'s> {
        let name = self.0.names.get(import).map_or("", |name| name);
        let error = Error::BadValue(format!("the host function '{name}' {what}"));
        make_error(env, &error).unwrap_or_else(|PendingException| exception(env))
    }

    /// Writes `value`, which the function returned, into the slots.
    ///
    /// # Errors
    ///
    /// The error of a value that does not fit, or what a getter threw.
    pub fn accept<'s>(
        &self,
        env: Env<'s>,
        import: usize,
        payload: &mut PayloadMut<'_>,
        value: Js<'s>,
    ) -> Result<(), Js<'s>> {
        let PayloadMut::Core { ty, slots } = payload else {
            return Err(self.unsupported(env, import));
        };
        to_slots(env, value, &ty.results, slots).map_err(|unfit| match unfit {
            Some((value, expected)) => {
                let actual = describe(env, value);
                let what = format!("must return {expected}, it returned {actual}");
                self.error(env, import, &what)
            }
            None => exception(env),
        })
    }

    /// Calls the function and writes its results into the slots, unless it returned something that may be thenable.
    pub fn serve<'s>(
        &self,
        env: Env<'s>,
        import: usize,
        payload: &mut PayloadMut<'_>,
        run: Option<Js<'s>>,
    ) -> Served<'s> {
        let PayloadMut::Core { ty, slots } = payload else {
            return Served::Threw(self.unsupported(env, import));
        };
        let value = match self.call(env, import, ty, slots, run) {
            Ok(value) => value,
            Err(exception) => return Served::Threw(exception),
        };
        // The common case first: a number is not thenable.
        if let ([ty], [slot, ..]) = (&*ty.results, &mut **slots)
            && let Some(result) = to_slot(env, value, *ty)
        {
            *slot = result;
            return Served::Done;
        }
        let is_array_of_results = ty.results.len() > 1 && matches!(env.is_array(value), Ok(true));
        if may_be_thenable(env, value) && !is_array_of_results {
            return Served::Thenable(value);
        }
        match self.accept(env, import, payload, value) {
            Ok(()) => Served::Done,
            Err(exception) => Served::Threw(exception),
        }
    }

    /// The error of a component's import. The linker refuses components that import functions, so no guest sees it.
    fn unsupported<'s>(&self, env: Env<'s>, import: usize) -> Js<'s> {
        self.error(
            env,
            import,
            "belongs to a component, which is not supported",
        )
    }

    /// The error of a synchronous instance whose host function returned a promise.
    fn cannot_wait<'s>(&self, env: Env<'s>, import: usize, promise: Js<'s>) -> Js<'s> {
        hooks::ignore_rejection(env, promise);
        self.error(
            env,
            import,
            "returned a promise, and a synchronous instance cannot wait for it; use 'instantiate'",
        )
    }
}

/// The exception that JavaScript threw, no longer pending.
fn exception(env: Env<'_>) -> Js<'_> {
    let exception = match env.has_exception() {
        true => env.take_exception(),
        false => make_error(
            env,
            &Error::Internal {
                message: "JavaScript could not be called".to_owned(),
            },
        ),
    };
    exception
        .or_else(|_| env.undefined())
        .unwrap_or_else(|PendingException| env.no_value())
}

/// Serves the host functions of a synchronous instance, for the length of one call.
pub struct SyncHost<'a> {
    pub env: Env<'a>,
    pub functions: &'a HostFunctions,
    /// The instance that calls; `None` during instantiation.
    pub instance: Option<&'a Disposable<CoreInstance>>,
}

impl SyncHost<'_> {
    fn serve<'s>(
        &self,
        env: Env<'s>,
        import: usize,
        payload: &mut PayloadMut<'_>,
    ) -> Result<(), Js<'s>> {
        let functions = self.functions;
        match functions.serve(env, import, payload, None) {
            Served::Done => Ok(()),
            Served::Threw(exception) => Err(exception),
            Served::Thenable(value) if env.is_promise(value) => {
                Err(functions.cannot_wait(env, import, value))
            }
            Served::Thenable(value) => functions.accept(env, import, payload, value),
        }
    }
}

impl Host for SyncHost<'_> {
    /// Leaves what the function threw pending: no JavaScript runs until the guest is unwound and the exception reaches
    /// the caller.
    fn call(&self, mut call: HostCall<'_>) -> Result<(), HostFailed> {
        let caller = self.instance.map(|instance| {
            // SAFETY: dropped at the end of this function, which the guest outlives.
            unsafe { instance.set_caller(&mut *call.caller) }
        });
        let work = |env: Env<'_>| {
            let served = self.serve(env, call.import, &mut call.payload);
            if let Err(exception) = served {
                env.throw(exception);
            }
            served.map_err(|_| HostFailed)
        };
        // SAFETY: `serve` creates values through the environment of the scope alone.
        let served = unsafe { self.env.scoped(work) };
        drop(caller);
        served.unwrap_or_else(|PendingException| {
            throw(
                self.env,
                &Error::Internal {
                    message: "no scope for a host function".to_owned(),
                },
            );
            Err(HostFailed)
        })
    }
}
