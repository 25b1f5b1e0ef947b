//! What the process-wide cache of compiled code has done, as JavaScript sees it.

use napi_derive::napi;

/// What the process has compiled, and what it did not have to.
#[napi(object, object_from_js = false)]
pub struct CacheStatistics {
    /// Sources that were known.
    pub hits: f64,
    /// Sources that were compiled.
    pub compilations: f64,
    /// Sources whose code was read from a directory instead.
    pub directory_hits: f64,
    /// Compiled code that the cache keeps alive, in bytes.
    pub code_bytes: f64,
    /// Binaries that the cache knows.
    pub entries: f64,
}

/// The counts of the whole process since its start, and what the cache holds now.
#[napi]
pub fn cache_statistics() -> CacheStatistics {
    let statistics = airssys_wasm_engine::cache_statistics();
    CacheStatistics {
        hits: statistics.hits as f64,
        compilations: statistics.compilations as f64,
        directory_hits: statistics.directory_hits as f64,
        code_bytes: statistics.code_bytes as f64,
        entries: statistics.entries as f64,
    }
}
