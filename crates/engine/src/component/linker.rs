//! Linking of components. In this version they may not import anything that a host would have to serve.

use crate::error::chain;
use crate::store::State;
use crate::store::metrics::Execution;
use wasmtime::component::{Component, InstancePre, Linker};

/// Links the imports of `component` for one execution.
///
/// # Errors
///
/// The message of `LINK`, naming the imports.
pub(super) fn link(
    component: &Component,
    _execution: Execution,
) -> Result<InstancePre<State>, String> {
    let linker = Linker::new(component.engine());
    linker
        .instantiate_pre(component)
        .map_err(|error| unserved(component, &error))
}

fn unserved(component: &Component, error: &wasmtime::Error) -> String {
    let ty = component.component_type();
    let imports = ty.imports(component.engine());
    let names: Vec<String> = imports.map(|(name, _)| format!("'{name}'")).collect();
    format!(
        "{}; host functions of components are not served by this version, and the guest imports {}",
        chain(error),
        names.join(", ")
    )
}
