//! Compilation: caches, threads and stored code.

mod artifact;
mod cache;
mod disk_cache;
mod thread_pool;
