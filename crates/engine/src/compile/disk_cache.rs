//! The cache of compiled code on disk: Wasmtime's, in a directory that the caller names.
//!
//! Wasmtime bounds the directory's size and number of files; a thread cleans up and compresses files that are used often.
//! So all engines that name the same directory share one cache.

use crate::error::{Error, Result, chain};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use wasmtime::{Cache, CacheConfig};

/// The open caches. They stay open until the process ends, since their threads cannot be stopped.
static OPEN: Mutex<Vec<(PathBuf, Cache)>> = Mutex::new(Vec::new());

fn open_caches() -> MutexGuard<'static, Vec<(PathBuf, Cache)>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Opens Wasmtime's cache in a directory. A missing directory is created for its owner alone, since anyone who can write
/// there runs machine code here.
///
/// # Errors
///
/// `BAD_OPTION` if the path is relative, or not a directory that can be written to.
pub(crate) fn open(path: &Path) -> Result<Cache> {
    if !path.is_absolute() {
        return Err(refuse(path, "is relative; give an absolute path"));
    }
    create_private(path)
        .map_err(|error| refuse(path, &format!("cannot be created as a directory: {error}")))?;
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

/// The number of sources whose code was read from any directory, over the whole process.
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

/// Checks that files can be written: Wasmtime itself would silently continue without a cache.
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
