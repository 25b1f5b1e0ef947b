//! Statistics of the process-wide cache of compiled code.

use napi_derive::napi;

/// Counts of the process-wide cache of compiled code.
#[napi(object, object_from_js = false)]
pub struct CacheStatistics {
    /// Sources found in the cache.
    pub hits: f64,
    /// Sources that were compiled.
    pub compilations: f64,
    /// Sources whose code was read from a cache directory.
    pub directory_hits: f64,
    /// Compiled code in the cache, in bytes.
    pub code_bytes: f64,
    /// Binaries in the cache.
    pub entries: f64,
}

/// The counts since the start of the process, and the current content of the cache.
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
