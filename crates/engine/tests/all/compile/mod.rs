//! Compilation: caches, threads and artifacts.

mod artifact;
mod cache;
mod disk_cache;
mod thread_pool;
