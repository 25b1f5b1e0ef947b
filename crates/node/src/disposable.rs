//! Native objects that several holders share until one of them disposes of the content.

use airssys_wasm_engine::{CallingGuest, Error};
use std::cell::{Cell, RefCell};
use std::ptr::NonNull;
use std::rc::Rc;

/// A native object shared by its class and by the functions created for it.
pub struct Disposable<T>(Rc<Inner<T>>);

struct Inner<T> {
    what: &'static str,
    content: RefCell<Option<T>>,
    /// The guest that waits for the host function running on this stack.
    calling: Cell<Option<NonNull<dyn CallingGuest>>>,
}

impl<T> Clone for Disposable<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Disposable<T> {
    /// Holds `content`, which errors name `what`.
    pub fn new(what: &'static str, content: T) -> Self {
        Self(Rc::new(Inner {
            what,
            content: RefCell::new(Some(content)),
            calling: Cell::new(None),
        }))
    }

    /// Runs `work` on the content.
    ///
    /// # Errors
    ///
    /// `DISPOSED`, or `REENTRANT` while the content is in use.
    #[inline]
    pub fn with<R>(&self, work: impl FnOnce(&mut T) -> Result<R, Error>) -> Result<R, Error> {
        match self.0.content.try_borrow_mut().as_deref_mut() {
            Ok(Some(content)) => work(content),
            Ok(None) => Err(Error::Disposed { what: self.0.what }),
            Err(_) => Err(Error::Reentrant),
        }
    }

    /// Sets the guest that waits for a host function, until the result is dropped.
    ///
    /// # Safety
    ///
    /// The result must be dropped before the guest.
    pub unsafe fn set_calling(&self, guest: &mut dyn CallingGuest) -> Calling<'_> {
        // SAFETY: the caller drops the result, which resets the pointer, before the guest.
        let guest = unsafe {
            std::mem::transmute::<NonNull<dyn CallingGuest + '_>, NonNull<dyn CallingGuest>>(
                NonNull::from(guest),
            )
        };
        Calling {
            slot: &self.0.calling,
            before: self.0.calling.replace(Some(guest)),
        }
    }

    /// Runs `work` on the guest that waits for a host function; `None` if there is no such guest, or if it is in use.
    #[inline]
    pub fn with_calling<R>(&self, work: impl FnOnce(&mut dyn CallingGuest) -> R) -> Option<R> {
        let mut guest = self.0.calling.take()?;
        // SAFETY: `Calling` resets the pointer before the guest is dropped. It is taken out while it is used, so that one
        // user at a time has it.
        let result = work(unsafe { guest.as_mut() });
        self.0.calling.set(Some(guest));
        Some(result)
    }

    /// Takes the content; `None` if it was disposed of before.
    ///
    /// # Errors
    ///
    /// `REENTRANT` while it is in use.
    pub fn dispose(&self) -> Result<Option<T>, Error> {
        match self.0.content.try_borrow_mut() {
            Ok(mut content) => Ok(content.take()),
            Err(_) => Err(Error::Reentrant),
        }
    }
}

/// A guest that waits for a host function, until this is dropped: also if the host function panics.
pub struct Calling<'a> {
    slot: &'a Cell<Option<NonNull<dyn CallingGuest>>>,
    before: Option<NonNull<dyn CallingGuest>>,
}

impl Drop for Calling<'_> {
    fn drop(&mut self) {
        self.slot.set(self.before);
    }
}
