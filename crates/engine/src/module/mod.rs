//! A compiled core module: what it imports and exports, and its instances.

pub(crate) mod instance;
pub(crate) mod linker;

use crate::compile::artifact::{self, ArtifactKey};
use crate::compile::cache::Code;
use crate::engine::{Engine, Kind, Source};
use crate::error::{Error, Result};
use crate::externs::{ExternDescriptor, ExternType};
use crate::func::CoreFunctionType;
use crate::host::Host;
use crate::limits::Limits;
use crate::limits::budget::CallMode;
use crate::module::instance::CoreInstance;
use crate::module::linker::LinkedModule;
use crate::store::State;
use crate::store::call::{InstanceStore, InstantiateParams};
use crate::store::metrics::Execution;
use std::sync::Arc;
use wasmtime::{InstancePre, Precompiled};

/// A compiled core module, linked as far as it can be ahead of its instances. Cheap to clone.
#[derive(Clone)]
pub struct Module {
    engine: Engine,
    code: Arc<ModuleCode>,
}

/// What all handles of one compiled module share, whichever of the engines they are of.
pub(crate) struct ModuleCode {
    module: wasmtime::Module,
    linked: LinkedModule,
    exports: Vec<ExternDescriptor>,
    /// Memories of one instance.
    memories: u32,
}

impl ModuleCode {
    fn new(module: wasmtime::Module) -> Self {
        let linked = LinkedModule::new(&module);
        let memories = module.resources_required().num_memories;
        let exports = module
            .exports()
            .map(|export| ExternDescriptor {
                module: None,
                name: export.name().to_owned(),
                ty: ExternType::core(&export.ty()),
            })
            .collect();
        Self {
            module,
            linked,
            exports,
            memories,
        }
    }
}

impl Code for ModuleCode {
    fn compile(engine: &wasmtime::Engine, binary: &[u8]) -> wasmtime::Result<Self> {
        wasmtime::Module::from_binary(engine, binary).map(Self::new)
    }

    fn serialize(&self) -> wasmtime::Result<Vec<u8>> {
        self.module.serialize()
    }

    unsafe fn deserialize(engine: &wasmtime::Engine, artifact: &[u8]) -> wasmtime::Result<Self> {
        // SAFETY: the caller vouches for the bytes.
        unsafe { wasmtime::Module::deserialize(engine, artifact) }.map(Self::new)
    }

    fn engine(&self) -> &wasmtime::Engine {
        self.module.engine()
    }

    fn held_bytes(&self) -> u64 {
        let image = self.module.image_range();
        image.end as u64 - image.start as u64
    }
}

impl Engine {
    /// Compiles a core module, or finds it compiled.
    ///
    /// # Errors
    ///
    /// `COMPILE`, also for a component; `BINARY_TOO_LARGE`; `IO` where a file cannot be read.
    pub fn compile_module(&self, source: &Source) -> Result<Module> {
        let code = self.compile(source, Kind::Module)?;
        Ok(Module::new(self.clone(), code))
    }

    /// A module from what [`Module::serialize`] gave with the same key, as [`Engine::deserialize_component`].
    ///
    /// # Errors
    ///
    /// `DESERIALIZE` where the bytes are not such a module, or not tagged with this key.
    pub fn deserialize_module(&self, bytes: &[u8], key: &ArtifactKey) -> Result<Module> {
        // SAFETY: the tag vouches for the bytes.
        unsafe { self.deserialize_module_unchecked(bytes, Some(key)) }
    }

    /// A module from what [`Module::serialize`] gave on an engine of the same configuration and version.
    ///
    /// # Safety
    ///
    /// As for [`Engine::deserialize_component_unchecked`].
    ///
    /// # Errors
    ///
    /// `DESERIALIZE` where the bytes are not such a module.
    pub unsafe fn deserialize_module_unchecked(
        &self,
        bytes: &[u8],
        key: Option<&ArtifactKey>,
    ) -> Result<Module> {
        // SAFETY: the caller vouches for the bytes.
        let code = unsafe { self.deserialize(bytes, Precompiled::Module, key) }?;
        Ok(Module::new(self.clone(), code))
    }
}

impl Module {
    pub(crate) fn new(engine: Engine, code: Arc<ModuleCode>) -> Self {
        Self { engine, code }
    }

    /// What an instance needs, in order.
    pub fn imports(&self) -> Vec<ExternDescriptor> {
        let imports = self.code.module.imports();
        imports
            .map(|import| ExternDescriptor {
                module: Some(import.module().to_owned()),
                name: import.name().to_owned(),
                ty: ExternType::core(&import.ty()),
            })
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

    /// Whether both are the same code in memory, not only alike.
    pub fn shares_code_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.code, &other.code)
    }

    /// The type of the exported function of this name.
    ///
    /// # Errors
    ///
    /// `UNKNOWN_EXPORT`.
    pub fn function_type(&self, name: &str) -> Result<&CoreFunctionType> {
        let found = self.exports().iter().find(|item| item.name == name);
        match found.map(|item| &item.ty) {
            Some(ExternType::CoreFunction(ty)) => Ok(ty),
            _ => Err(Error::UnknownExport {
                message: format!("no exported function '{name}'"),
            }),
        }
    }

    pub(crate) fn wasmtime(&self) -> &wasmtime::Module {
        &self.code.module
    }

    /// Size of the machine code, in bytes.
    pub fn code_bytes(&self) -> u64 {
        self.code.module.text().len() as u64
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

    /// Makes an instance under `limits`, running its start function under them too.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION` for limits that the engine cannot enforce, `LINK` for missing imports, `INSTANCE_LIMIT`, and all
    /// that may end a call.
    pub fn instantiate(&self, limits: &Limits) -> Result<CoreInstance> {
        self.instantiate_with(limits, None)
    }

    /// The same with `host` serving what the start function imports.
    ///
    /// # Errors
    ///
    /// As [`Module::instantiate`], and `HOST_FAILED`.
    pub fn instantiate_with(
        &self,
        limits: &Limits,
        host: Option<&dyn Host>,
    ) -> Result<CoreInstance> {
        let params = self.params(limits, CallMode::Synchronous);
        let store = InstanceStore::new(&params)?;
        let linked = self.linked(store.execution())?;
        if params.has_imports && host.is_none() {
            return Err(self.unserved());
        }
        CoreInstance::new(store, linked, host)
    }

    /// # Errors
    ///
    /// `LINK` naming the imports that no host can serve.
    pub(crate) fn linked(&self, execution: Execution) -> Result<&InstancePre<State>> {
        self.code.linked.for_execution(&self.code.module, execution)
    }

    fn unserved(&self) -> Error {
        let imports = self.imports();
        let names = imports.iter().map(|item| {
            let module = item.module.as_deref().unwrap_or_default();
            format!("'{module}.{}' ({})", item.name, item.ty.text())
        });
        Error::Link {
            message: format!(
                "the guest imports {}, and no host serves it",
                names.collect::<Vec<_>>().join(", ")
            ),
        }
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
            has_imports: self.code.linked.has_imports(),
            mode,
        }
    }
}
