//! Linking of components: in this version they may import nothing that a host would have to serve.

use crate::error::chain;

/// Why a component that imports something cannot be linked.
pub(crate) fn unlinked(error: &wasmtime::Error, imports: impl Iterator<Item = String>) -> String {
    let imports: Vec<String> = imports.map(|name| format!("'{name}'")).collect();
    format!(
        "{}; host functions of components are not served by this version, and the guest imports {}",
        chain(error),
        imports.join(", ")
    )
}
