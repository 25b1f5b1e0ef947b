//! Host functions in JavaScript: how one is called for a guest, on the thread of JavaScript.

use crate::call;
use crate::cell::Cell;
use crate::error::{make_error, throw};
use crate::js::{self, Env, Pending, Reference, Value as Js};
use crate::slot::{from_slot, may_be_thenable, to_slots};
use crate::value::describe;
use airssys_wasm_engine::{
    CoreFunctionType, CoreInstance, Error, Host, HostCall, HostFailed, PayloadMut, Slot,
};
use smallvec::SmallVec;
use std::ptr::NonNull;
use std::rc::Rc;

thread_local! {
    /// Whether references may still be given back: not once the environment ends, which takes all of them along.
    static ENDING: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// The environment of this thread ends.
pub fn environment_ends() {
    ENDING.set(true);
}

/// The functions that serve one instance's imports, in the order of the binary.
///
/// The reference does not keep them alive, since they often close over the instance: TypeScript's objects do, and a call
/// on its way does ([`HostFunctions::hold`]).
#[derive(Clone)]
pub struct HostFunctions(Rc<Inner>);

struct Inner {
    env: Env,
    functions: Reference,
    /// What the binary calls them.
    names: Rc<[String]>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        if !ENDING.get() {
            self.env.forget(self.functions);
        }
    }
}

/// What came of calling a host function.
pub enum Served {
    /// The results are in the slots.
    Done,
    /// It threw this, or returned what does not fit.
    Threw(Js),
    /// It returned something that may be a promise.
    Later(Js),
}

impl HostFunctions {
    /// The functions in `array`, for the imports of these names.
    pub fn new(env: Env, array: Js, names: Rc<[String]>) -> Result<Self, Pending> {
        let functions = env.remember_weakly(array)?;
        Ok(Self(Rc::new(Inner {
            env,
            functions,
            names,
        })))
    }

    /// Keeps the functions alive until [`HostFunctions::release`].
    pub fn hold(&self, env: Env) {
        env.hold(self.0.functions);
    }

    pub fn release(&self, env: Env) {
        env.release(self.0.functions);
    }

    /// Calls the function for this import, by way of `run` where there is one: a function that runs another with its
    /// arguments, in the context of the call under way.
    fn call(
        &self,
        env: Env,
        import: usize,
        ty: &CoreFunctionType,
        slots: &[Slot],
        run: Option<Js>,
    ) -> Result<Js, Js> {
        let call = || {
            let functions = env.recall(self.0.functions)?;
            let function = env.element(functions, import as u32)?;
            let mut args: SmallVec<[Js; 8]> = SmallVec::new();
            args.extend(run.map(|_| function));
            for (slot, ty) in slots.iter().zip(&*ty.params) {
                args.push(from_slot(env, *slot, *ty)?);
            }
            env.call(run.unwrap_or(function), &args)
        };
        call().map_err(|Pending| self.exception(env))
    }

    /// What was thrown, no longer pending.
    fn exception(&self, env: Env) -> Js {
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
            .unwrap_or(std::ptr::null_mut())
    }

    /// The error of the host function for this import, or what kept it from being made.
    fn error(&self, env: Env, import: usize, what: &str) -> Js {
        let name = self.0.names.get(import).map_or("", |name| name);
        let error = Error::BadValue(format!("the host function '{name}' {what}"));
        make_error(env, &error).unwrap_or_else(|Pending| self.exception(env))
    }

    /// Takes what the function returned as the results.
    pub fn take(
        &self,
        env: Env,
        import: usize,
        payload: &mut PayloadMut<'_>,
        value: Js,
    ) -> Result<(), Js> {
        let PayloadMut::Core { ty, slots } = payload else {
            return Err(self.unsupported(env, import));
        };
        to_slots(env, value, &ty.results, slots).map_err(|unfit| match unfit {
            Some((value, expected)) => self.unfit(env, import, value, &expected),
            None => self.exception(env),
        })
    }

    /// The linker refuses components that import functions.
    fn unsupported(&self, env: Env, import: usize) -> Js {
        self.error(env, import, "is one of a component")
    }

    fn unfit(&self, env: Env, import: usize, value: Js, expected: &str) -> Js {
        let got = describe(env, value);
        let what = format!("must return {expected}, it returned {got}");
        self.error(env, import, &what)
    }

    /// Calls the function and takes its results; where it may have returned a promise, gives that.
    pub fn serve(
        &self,
        env: Env,
        import: usize,
        payload: &mut PayloadMut<'_>,
        run: Option<Js>,
    ) -> Served {
        let PayloadMut::Core { ty, slots } = payload else {
            return Served::Threw(self.unsupported(env, import));
        };
        let value = match self.call(env, import, ty, slots, run) {
            Ok(value) => value,
            Err(exception) => return Served::Threw(exception),
        };
        let is_several = ty.results.len() > 1 && matches!(env.is_array(value), Ok(true));
        if may_be_thenable(env, value) && !is_several {
            return Served::Later(value);
        }
        match self.take(env, import, payload, value) {
            Ok(()) => Served::Done,
            Err(exception) => Served::Threw(exception),
        }
    }

    /// The error of a synchronous instance whose host function returned a promise.
    fn cannot_wait(&self, env: Env, import: usize, promise: Js) -> Js {
        call::ignore(env, promise);
        self.error(
            env,
            import,
            "returned a promise, and a synchronous instance cannot wait for it; use 'instantiate'",
        )
    }
}

/// Serves the host functions of a synchronous instance, for the length of one call.
pub struct Serving<'a> {
    pub env: Env,
    pub functions: &'a HostFunctions,
    /// The instance that calls; none while it is made.
    pub instance: Option<&'a Cell<CoreInstance>>,
}

impl Serving<'_> {
    fn serve(&self, import: usize, payload: &mut PayloadMut<'_>) -> Result<(), Js> {
        let Self { env, functions, .. } = *self;
        match functions.serve(env, import, payload, None) {
            Served::Done => Ok(()),
            Served::Threw(exception) => Err(exception),
            Served::Later(value) if env.is_promise(value) => {
                Err(functions.cannot_wait(env, import, value))
            }
            Served::Later(value) => functions.take(env, import, payload, value),
        }
    }
}

impl Host for Serving<'_> {
    /// What the function threw is left pending: no JavaScript runs until the guest is unwound and the exception passes
    /// on to whoever called it.
    fn call(&self, mut call: HostCall<'_>) -> Result<(), HostFailed> {
        let before = self.instance.map(|instance| {
            // SAFETY: the guest outlives this function, at whose end the pointer is taken back.
            let guest = unsafe {
                std::mem::transmute::<
                    NonNull<dyn airssys_wasm_engine::CallingGuest + '_>,
                    NonNull<dyn airssys_wasm_engine::CallingGuest + 'static>,
                >(NonNull::from(&mut *call.guest))
            };
            instance.set_calling(Some(guest))
        });
        let env = self.env;
        let served = env.scoped(|| {
            let served = self.serve(call.import, &mut call.payload);
            if let Err(exception) = served {
                env.throw(exception);
            }
            served.map_err(|_| HostFailed)
        });
        if let (Some(instance), Some(before)) = (self.instance, before) {
            instance.set_calling(before);
        }
        served.unwrap_or_else(|js::Pending| {
            throw(
                env,
                &Error::Internal {
                    message: "no scope for a host function".to_owned(),
                },
            );
            Err(HostFailed)
        })
    }
}
