//! Lookup of exported functions by path: a name, or in components the name of an interface and a name in it.

use crate::disposable::Disposable;
use crate::error::DISPOSED;
use crate::exports::Export;
use crate::exports::async_export::AsyncExport;
use crate::exports::component::ComponentExport;
use crate::exports::core::CoreExport;
use crate::function::ExportedFunction;
use crate::function::component::ComponentFunction;
use crate::handle::LiveInstance;
use airssys_wasm_engine::{AnyInstance, ComponentInstance, Error};
use std::sync::Arc;

/// The exported function at `path`; `name` is the path joined by `#`.
///
/// # Errors
///
/// `UNKNOWN_EXPORT`, `UNSUPPORTED`, `DISPOSED`; `REENTRANT` while a call is under way.
pub fn export(live: &LiveInstance, path: &[String], name: &str) -> Result<Export, Error> {
    Ok(match live {
        LiveInstance::Core(instance, host) => Export::Core(CoreExport {
            function: instance.with(|instance| instance.function(name))?,
            instance: instance.clone(),
            host: host.clone(),
        }),
        LiveInstance::Component(instance) => Export::Component(ComponentExport {
            function: component_function(instance, path, name.to_owned())?,
            instance: instance.clone(),
        }),
        LiveInstance::Async(instance) => Export::Async(AsyncExport {
            function: instance.function(name, |live| any_function(live, path, name))?,
            instance: instance.clone(),
        }),
        LiveInstance::Disposed => return Err(DISPOSED),
    })
}

fn component_function(
    instance: &Disposable<ComponentInstance>,
    path: &[String],
    name: String,
) -> Result<ComponentFunction, Error> {
    let function = instance.with(|instance| instance.function(&names(path)))?;
    Ok(ComponentFunction::new(function, name))
}

fn any_function(
    live: &mut AnyInstance,
    path: &[String],
    name: &str,
) -> Result<ExportedFunction, Error> {
    Ok(match live {
        AnyInstance::Core(instance) => ExportedFunction::Core(Arc::new(instance.function(name)?)),
        AnyInstance::Component(instance) => ExportedFunction::Component(ComponentFunction::new(
            instance.function(&names(path))?,
            name.to_owned(),
        )),
    })
}

fn names(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}
