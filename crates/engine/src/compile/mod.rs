//! Compilation: what is compiled anew and what is known, on which threads, and how compiled code is kept.

pub(crate) mod artifact;
pub(crate) mod cache;
pub(crate) mod disk_cache;
pub(crate) mod target;
pub(crate) mod thread_pool;
