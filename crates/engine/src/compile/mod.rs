//! Compilation: threads, caches in memory and on disk, and the format of stored code.

pub(crate) mod artifact;
pub(crate) mod cache;
pub(crate) mod disk_cache;
pub(crate) mod target;
pub(crate) mod thread_pool;
