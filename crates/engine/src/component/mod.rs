//! A compiled component: what it imports and exports, and its instances.

pub(crate) mod instance;
pub(crate) mod linker;

use crate::compile::artifact::{self, ArtifactKey};
use crate::compile::cache::Code;
use crate::component::instance::ComponentInstance;
use crate::component::linker::unlinked;
use crate::engine::{Engine, Kind, Source};
use crate::error::{Error, Result};
use crate::externs::{ExternDescriptor, ExternType, Externs};
use crate::limits::Limits;
use crate::limits::budget::CallMode;
use crate::store::State;
use crate::store::call::{InstanceStore, InstantiateParams};
use crate::value::{DescriptionBudget, FunctionType};
use std::sync::Arc;
use wasmtime::Precompiled;
use wasmtime::component::{ComponentExportIndex, InstancePre, Linker};

/// A compiled component, linked as far as it can be ahead of its instances. Cheap to clone.
#[derive(Clone)]
pub struct Component {
    engine: Engine,
    code: Arc<ComponentCode>,
}

/// What all handles of one compiled component share, whichever of the engines they are of.
pub(crate) struct ComponentCode {
    component: wasmtime::component::Component,
    /// The error is that of every instantiation: imports that nobody serves.
    linked: Result<InstancePre<State>, String>,
    exports: Externs,
    /// Memories of one instance, or 1 where that is not known beforehand.
    memories: u32,
}

impl ComponentCode {
    fn new(component: wasmtime::component::Component) -> Self {
        let engine = component.engine();
        let linker = Linker::new(engine);
        let linked = linker.instantiate_pre(&component).map_err(|error| {
            unlinked(
                &error,
                component
                    .component_type()
                    .imports(engine)
                    .map(|(name, _)| name.to_owned()),
            )
        });
        let memories = component
            .resources_required()
            .map_or(1, |required| required.num_memories);
        let ty = component.component_type();
        let mut budget = DescriptionBudget::default();
        let exports = ty
            .exports(engine)
            .map(|(name, item)| ExternDescriptor::component(name, &item.ty, engine, &mut budget))
            .collect();
        Self {
            component,
            linked,
            exports,
            memories,
        }
    }
}

impl Code for ComponentCode {
    fn compile(engine: &wasmtime::Engine, binary: &[u8]) -> wasmtime::Result<Self> {
        wasmtime::component::Component::from_binary(engine, binary).map(Self::new)
    }

    fn serialize(&self) -> wasmtime::Result<Vec<u8>> {
        self.component.serialize()
    }

    unsafe fn deserialize(engine: &wasmtime::Engine, artifact: &[u8]) -> wasmtime::Result<Self> {
        // SAFETY: the caller vouches for the bytes.
        unsafe { wasmtime::component::Component::deserialize(engine, artifact) }.map(Self::new)
    }

    fn engine(&self) -> &wasmtime::Engine {
        self.component.engine()
    }

    fn held_bytes(&self) -> u64 {
        let image = self.component.image_range();
        image.end as u64 - image.start as u64
    }
}

impl Engine {
    /// Compiles a component, or finds it compiled.
    ///
    /// # Errors
    ///
    /// `COMPILE`, also for a core module; `BINARY_TOO_LARGE`; `IO` where a file cannot be read.
    pub fn compile_component(&self, source: &Source) -> Result<Component> {
        let code = self.compile(source, Kind::Component)?;
        Ok(Component::new(self.clone(), code))
    }

    /// A component from what [`Component::serialize`] gave with the same key, on an engine of the same configuration and
    /// version. Nobody without the key can have made or changed the bytes.
    ///
    /// # Errors
    ///
    /// `DESERIALIZE` where the bytes are not such a component, or not tagged with this key.
    pub fn deserialize_component(&self, bytes: &[u8], key: &ArtifactKey) -> Result<Component> {
        // SAFETY: the tag vouches for the bytes.
        unsafe { self.deserialize_component_unchecked(bytes, Some(key)) }
    }

    /// A component from what [`Component::serialize`] gave on an engine of the same configuration and version.
    ///
    /// # Safety
    ///
    /// The bytes hold machine code that will run without a sandbox: where there is no key, they must come from a trusted
    /// place, unchanged. Version and configuration are checked, and damage is; an attacker's bytes are not.
    ///
    /// # Errors
    ///
    /// `DESERIALIZE` where the bytes are not such a component.
    pub unsafe fn deserialize_component_unchecked(
        &self,
        bytes: &[u8],
        key: Option<&ArtifactKey>,
    ) -> Result<Component> {
        // SAFETY: the caller vouches for the bytes.
        let code = unsafe { self.deserialize(bytes, Precompiled::Component, key) }?;
        Ok(Component::new(self.clone(), code))
    }
}

impl Component {
    pub(crate) fn new(engine: Engine, code: Arc<ComponentCode>) -> Self {
        Self { engine, code }
    }

    /// What an instance needs, in order.
    pub fn imports(&self) -> Vec<ExternDescriptor> {
        let engine = self.engine.wasmtime();
        let ty = self.code.component.component_type();
        let mut budget = DescriptionBudget::default();
        ty.imports(engine)
            .map(|(name, item)| ExternDescriptor::component(name, &item.ty, engine, &mut budget))
            .collect()
    }

    /// What an instance gives, in order.
    pub fn exports(&self) -> &[ExternDescriptor] {
        &self.code.exports
    }

    /// The engine that compiled it.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn wasmtime(&self) -> &wasmtime::component::Component {
        &self.code.component
    }

    /// Whether both are the same code in memory, not only alike.
    pub fn shares_code_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.code, &other.code)
    }

    /// Size of the machine code, in bytes.
    pub fn code_bytes(&self) -> u64 {
        self.code.component.text().len() as u64
    }

    /// The compiled code, for an engine of the same version and configuration to deserialize; with a key it carries a tag
    /// that only the key's holders can make.
    ///
    /// # Errors
    ///
    /// `INTERNAL` where Wasmtime cannot write it.
    pub fn serialize(&self, key: Option<&ArtifactKey>) -> Result<Vec<u8>> {
        artifact::seal(self.code.serialize(), key)
    }

    /// Makes an instance under `limits`, running its start functions under them too.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION` for limits that the engine cannot enforce, `LINK` for missing imports, `INSTANCE_LIMIT`, and all
    /// that may end a call.
    pub fn instantiate(&self, limits: &Limits) -> Result<ComponentInstance> {
        let store = InstanceStore::new(&self.params(limits, CallMode::Synchronous))?;
        ComponentInstance::new(store, self.clone(), self.linked()?)
    }

    pub(crate) fn linked(&self) -> Result<&InstancePre<State>> {
        self.code.linked.as_ref().map_err(|message| Error::Link {
            message: message.clone(),
        })
    }

    pub(crate) fn params<'a>(
        &'a self,
        limits: &'a Limits,
        mode: CallMode,
    ) -> InstantiateParams<'a> {
        InstantiateParams {
            engine: &self.engine,
            limits,
            memories: self.code.memories,
            has_imports: false,
            mode,
        }
    }

    /// The type of the exported function at `path`: a name, or an interface's name and a name in it.
    ///
    /// # Errors
    ///
    /// `UNKNOWN_EXPORT` naming what there is instead, or `UNSUPPORTED` where its type has what this version does not
    /// serve.
    pub fn function_type(&self, path: &[&str]) -> Result<&Arc<FunctionType>> {
        let (_, ty) = self.function(path)?;
        ty.is_supported()
            .map_err(|error| Error::Unsupported(error.to_string()))?;
        Ok(ty)
    }

    /// Where the function at `path` is and what it is; `path` is a name, or an interface's name and a name in it.
    ///
    /// # Errors
    ///
    /// `UNKNOWN_EXPORT` naming what there is instead.
    pub(crate) fn function(
        &self,
        path: &[&str],
    ) -> Result<(ComponentExportIndex, &Arc<FunctionType>)> {
        let mut items = &self.code.exports;
        let mut index = None;
        for (depth, name) in path.iter().enumerate() {
            let item = items.find(name);
            let Some(item) = item else {
                return Err(unknown(path, items));
            };
            index = self.code.component.get_export_index(index.as_ref(), name);
            match (&item.ty, index) {
                (ExternType::Instance(inner), Some(_)) => items = inner,
                (ExternType::Function(ty), Some(index)) if depth + 1 == path.len() => {
                    return Ok((index, ty));
                }
                _ => return Err(unknown(path, items)),
            }
        }
        Err(unknown(path, items))
    }
}

/// The most exports that an error names.
const NAMED_EXPORTS: usize = 50;

/// The error for a `path` that leads to no function; `items` is what there is where it went wrong.
fn unknown(path: &[&str], items: &[ExternDescriptor]) -> Error {
    let names: Vec<String> = items
        .iter()
        .take(NAMED_EXPORTS)
        .map(|item| format!("'{}' ({})", item.name, item.ty.kind()))
        .collect();
    let there = if names.is_empty() {
        "nothing".to_owned()
    } else {
        names.join(", ")
    };
    Error::UnknownExport {
        message: format!(
            "no exported function '{}'; there is {there}",
            path.join("#")
        ),
    }
}
