//! Where is compiled code kept between processes? In a directory that the caller names, by Wasmtime's own cache.
//!
//! Wasmtime bounds the directory's size and its number of files, and one thread of its own cleans up and packs files
//! that are used often. So there is one cache for a directory, however many engines use it.

use crate::error::{Error, Result, chain};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use wasmtime::{Cache, CacheConfig};

/// Those that are in use, until the process ends: their threads have no other end.
static OPEN: Mutex<Vec<(PathBuf, Cache)>> = Mutex::new(Vec::new());

fn open_caches() -> MutexGuard<'static, Vec<(PathBuf, Cache)>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Wasmtime's cache in this directory, which is made where it is absent, for its owner alone: who writes there has machine
/// code of theirs run.
///
/// # Errors
///
/// `BAD_OPTION` where the path is relative, or leads to no directory in which files can be written.
pub(crate) fn open(path: &Path) -> Result<Cache> {
    if !path.is_absolute() {
        return Err(refuse(path, "is relative; give an absolute path"));
    }
    create_private(path)
        .map_err(|error| refuse(path, &format!("cannot be made a directory: {error}")))?;
    try_to_write(path).map_err(|error| refuse(path, &format!("cannot be written to: {error}")))?;
    let canonical = path
        .canonicalize()
        .map_err(|error| refuse(path, &format!("cannot be resolved: {error}")))?;
    let mut open = open_caches();
    if let Some((_, cache)) = open.iter().find(|(known, _)| *known == canonical) {
        return Ok(cache.clone());
    }
    let mut config = CacheConfig::new();
    config.with_directory(&canonical);
    let cache = Cache::new(config).map_err(|error| refuse(path, &chain(&error)))?;
    open.push((canonical, cache.clone()));
    Ok(cache)
}

/// Sources whose code was read from any directory, by the whole process.
pub(crate) fn hits() -> u64 {
    let open = open_caches();
    open.iter()
        .map(|(_, cache)| cache.cache_hits() as u64)
        .sum()
}

fn create_private(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)
}

/// Wasmtime goes on in silence where it cannot write, so that is found out before.
fn try_to_write(directory: &Path) -> std::io::Result<()> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!(".airssys-wasm-{}-{count}", std::process::id());
    let file = directory.join(name);
    std::fs::write(&file, b"")?;
    std::fs::remove_file(&file)
}

fn refuse(path: &Path, why: &str) -> Error {
    Error::option("cacheDirectory", format!("'{}' {why}", path.display()))
}
