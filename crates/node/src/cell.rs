//! Native things that JavaScript shares, until one of their holders disposes of them.

use airssys_wasm_engine::Error;
use std::cell::RefCell;
use std::rc::Rc;

/// Something shared by its class and by functions made for it.
pub struct Cell<T>(Rc<Inner<T>>);

struct Inner<T> {
    what: &'static str,
    content: RefCell<Option<T>>,
}

impl<T> Clone for Cell<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Cell<T> {
    /// A cell holding `content`, which errors call `what`.
    pub fn new(what: &'static str, content: T) -> Self {
        let content = RefCell::new(Some(content));
        Self(Rc::new(Inner { what, content }))
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
