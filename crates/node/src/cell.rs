//! Native things that JavaScript shares, until one of their holders disposes of them.

use airssys_wasm_engine::{CallingGuest, Error};
use std::cell::RefCell;
use std::ptr::NonNull;
use std::rc::Rc;

/// Something shared by its class and by functions made for it.
pub struct Cell<T>(Rc<Inner<T>>);

struct Inner<T> {
    what: &'static str,
    content: RefCell<Option<T>>,
    /// The guest that waits for a host function, which is running on this stack.
    calling: std::cell::Cell<Option<NonNull<dyn CallingGuest>>>,
}

impl<T> Clone for Cell<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Cell<T> {
    /// A cell holding `content`, which errors call `what`.
    pub fn new(what: &'static str, content: T) -> Self {
        Self(Rc::new(Inner {
            what,
            content: RefCell::new(Some(content)),
            calling: std::cell::Cell::new(None),
        }))
    }

    /// Runs `work` on the content.
    ///
    /// # Errors
    ///
    /// `DISPOSED`, or `REENTRANT` where the content is in use.
    #[inline]
    pub fn with<R>(&self, work: impl FnOnce(&mut T) -> Result<R, Error>) -> Result<R, Error> {
        match self.0.content.try_borrow_mut().as_deref_mut() {
            Ok(Some(content)) => work(content),
            Ok(None) => Err(Error::Disposed { what: self.0.what }),
            Err(_) => Err(Error::Reentrant),
        }
    }

    /// Says which guest waits for a host function from now on, and returns which did before.
    ///
    /// The pointer must be taken back before the guest is gone.
    pub fn set_calling(
        &self,
        guest: Option<NonNull<dyn CallingGuest>>,
    ) -> Option<NonNull<dyn CallingGuest>> {
        self.0.calling.replace(guest)
    }

    /// Runs `work` on the guest that waits for a host function, if one does. Meanwhile nobody else can.
    #[inline]
    pub fn with_calling<R>(&self, work: impl FnOnce(&mut dyn CallingGuest) -> R) -> Option<R> {
        let mut guest = self.0.calling.take()?;
        // SAFETY: whoever set it takes it back before the guest is gone, and it is used by one at a time: it was taken out.
        let result = work(unsafe { guest.as_mut() });
        self.0.calling.set(Some(guest));
        Some(result)
    }

    /// Takes the content, if it is still there.
    ///
    /// # Errors
    ///
    /// `REENTRANT` where it is in use.
    pub fn dispose(&self) -> Result<Option<T>, Error> {
        match self.0.content.try_borrow_mut() {
            Ok(mut content) => Ok(content.take()),
            Err(_) => Err(Error::Reentrant),
        }
    }
}
