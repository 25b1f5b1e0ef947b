//! Components, compiled.

pub(crate) mod instance;
pub(crate) mod linker;

use crate::compiled::{Compiled, GuestKind};
use crate::component::instance::ComponentInstance;
use crate::engine::source::Encoding;
use crate::error::{Error, Result};
use crate::externs::{ExternDescriptor, ExternType, Externs};
use crate::host::Host;
use crate::store::State;
use crate::store::instance_store::InstanceStore;
use crate::store::metrics::Execution;
use crate::value::{DescriptionBudget, FunctionType};
use std::ops::Range;
use std::sync::Arc;
use wasmtime::component::{ComponentExportIndex, InstancePre};

/// A compiled component. Cheap to clone.
pub type Component = Compiled<ComponentKind>;

/// The kind of components.
pub struct ComponentKind;

impl GuestKind for ComponentKind {
    type Code = wasmtime::component::Component;
    type Linked = InstancePre<State>;
    /// Its exports are where functions are looked up.
    type Retained = Component;
    type Instance = ComponentInstance;

    const ENCODING: Encoding = Encoding::Component;

    fn compile(engine: &wasmtime::Engine, binary: &[u8]) -> wasmtime::Result<Self::Code> {
        wasmtime::component::Component::from_binary(engine, binary)
    }

    fn serialize(code: &Self::Code) -> wasmtime::Result<Vec<u8>> {
        code.serialize()
    }

    unsafe fn deserialize(engine: &wasmtime::Engine, bytes: &[u8]) -> wasmtime::Result<Self::Code> {
        // SAFETY: the caller vouches for the bytes.
        unsafe { wasmtime::component::Component::deserialize(engine, bytes) }
    }

    fn engine(code: &Self::Code) -> &wasmtime::Engine {
        code.engine()
    }

    fn image(code: &Self::Code) -> Range<*const u8> {
        code.image_range()
    }

    fn text(code: &Self::Code) -> &[u8] {
        code.text()
    }

    fn memories(code: &Self::Code) -> u32 {
        code.resources_required()
            .map_or(1, |required| required.num_memories)
    }

    /// The linker rejects imports that would need a host.
    fn needs_host(_code: &Self::Code) -> bool {
        false
    }

    fn imports(code: &Self::Code) -> Vec<ExternDescriptor> {
        let (ty, engine) = (code.component_type(), code.engine());
        let mut budget = DescriptionBudget::default();
        ty.imports(engine)
            .map(|(name, item)| ExternDescriptor::component(name, &item.ty, engine, &mut budget))
            .collect()
    }

    fn exports(code: &Self::Code) -> Externs {
        let (ty, engine) = (code.component_type(), code.engine());
        let mut budget = DescriptionBudget::default();
        ty.exports(engine)
            .map(|(name, item)| ExternDescriptor::component(name, &item.ty, engine, &mut budget))
            .collect()
    }

    fn link(code: &Self::Code, execution: Execution) -> Result<Self::Linked, String> {
        linker::link(code, execution)
    }

    fn retain(compiled: &Component) -> Component {
        compiled.clone()
    }

    fn instantiate(
        component: Component,
        linked: &Self::Linked,
        mut store: InstanceStore,
        host: Option<&dyn Host>,
    ) -> Result<ComponentInstance> {
        let instance = store.instantiate(linked, host)?;
        Ok(ComponentInstance::new(store, component, instance))
    }

    async fn instantiate_async(
        component: Component,
        linked: Self::Linked,
        mut store: InstanceStore,
    ) -> Result<ComponentInstance> {
        let instance = store.instantiate_async(&linked).await?;
        Ok(ComponentInstance::new(store, component, instance))
    }
}

impl Component {
    /// The type of the exported function at `path`: a name, or an interface's name and a name in it.
    ///
    /// # Errors
    ///
    /// `UNKNOWN_EXPORT` naming the exports there are; `UNSUPPORTED` if its type has what this version does not support.
    pub fn function_type(&self, path: &[&str]) -> Result<&Arc<FunctionType>> {
        let (_, ty) = self.function(path)?;
        ty.is_supported()
            .map_err(|error| Error::Unsupported(error.to_string()))?;
        Ok(ty)
    }

    /// The index and type of the exported function at `path`.
    ///
    /// # Errors
    ///
    /// `UNKNOWN_EXPORT` naming the exports there are.
    pub(crate) fn function(
        &self,
        path: &[&str],
    ) -> Result<(ComponentExportIndex, &Arc<FunctionType>)> {
        let mut exports = self.exports();
        let mut index = None;
        for (depth, name) in path.iter().enumerate() {
            let Some(export) = exports.find(name) else {
                return Err(no_function(path, exports));
            };
            index = self.code().get_export_index(index.as_ref(), name);
            match (&export.ty, index) {
                (ExternType::Instance(inner), Some(_)) => exports = inner,
                (ExternType::Function(ty), Some(index)) if depth + 1 == path.len() => {
                    return Ok((index, ty));
                }
                _ => return Err(no_function(path, exports)),
            }
        }
        Err(no_function(path, exports))
    }
}

/// The largest number of exports that an error names.
const MAX_NAMED_EXPORTS: usize = 50;

/// The error of a `path` that leads to no function; `exports` are those at the step where it failed.
fn no_function(path: &[&str], exports: &[ExternDescriptor]) -> Error {
    let names: Vec<String> = exports
        .iter()
        .take(MAX_NAMED_EXPORTS)
        .map(|export| format!("'{}' ({})", export.name, export.ty.kind()))
        .collect();
    let existing = match names.is_empty() {
        true => "nothing".to_owned(),
        false => names.join(", "),
    };
    Error::UnknownExport {
        message: format!(
            "no exported function '{}'; there is {existing}",
            path.join("#")
        ),
    }
}
