//! Linking of components. Host functions of components are not supported in this version.

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
        .map_err(|error| unsupported(component, &error))
}

fn unsupported(component: &Component, error: &wasmtime::Error) -> String {
    let ty = component.component_type();
    let imports = ty.imports(component.engine());
    let names: Vec<String> = imports.map(|(name, _)| format!("'{name}'")).collect();
    format!(
        "{}; the guest imports {}, but this version does not support host functions of components",
        chain(error),
        names.join(", ")
    )
}
