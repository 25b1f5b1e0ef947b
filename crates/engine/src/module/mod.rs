//! Core modules, compiled.

pub(crate) mod instance;
pub(crate) mod linker;

use crate::compiled::{Compiled, GuestKind};
use crate::engine::source::Encoding;
use crate::error::{Error, Result};
use crate::externs::{ExternDescriptor, ExternType, Externs};
use crate::func::CoreFunctionType;
use crate::host::Host;
use crate::module::instance::CoreInstance;
use crate::store::State;
use crate::store::instance_store::InstanceStore;
use crate::store::metrics::Execution;
use std::ops::Range;
use wasmtime::InstancePre;

/// A compiled core module. Cheap to clone.
pub type Module = Compiled<ModuleKind>;

/// The kind of core modules.
pub struct ModuleKind;

impl GuestKind for ModuleKind {
    type Code = wasmtime::Module;
    type Linked = InstancePre<State>;
    type Retained = ();
    type Instance = CoreInstance;

    const ENCODING: Encoding = Encoding::Module;

    fn compile(engine: &wasmtime::Engine, binary: &[u8]) -> wasmtime::Result<Self::Code> {
        wasmtime::Module::from_binary(engine, binary)
    }

    fn serialize(code: &Self::Code) -> wasmtime::Result<Vec<u8>> {
        code.serialize()
    }

    unsafe fn deserialize(engine: &wasmtime::Engine, bytes: &[u8]) -> wasmtime::Result<Self::Code> {
        // SAFETY: the caller vouches for the bytes.
        unsafe { wasmtime::Module::deserialize(engine, bytes) }
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
        code.resources_required().num_memories
    }

    fn needs_host(code: &Self::Code) -> bool {
        code.imports().len() > 0
    }

    fn imports(code: &Self::Code) -> Vec<ExternDescriptor> {
        let imports = code.imports();
        imports
            .map(|import| ExternDescriptor::core_import(&import))
            .collect()
    }

    fn exports(code: &Self::Code) -> Externs {
        let exports = code.exports();
        exports
            .map(|export| ExternDescriptor::core_export(&export))
            .collect()
    }

    fn link(code: &Self::Code, execution: Execution) -> Result<Self::Linked, String> {
        linker::link(code, execution)
    }

    fn retain(_compiled: &Module) -> Self::Retained {}

    fn instantiate(
        (): Self::Retained,
        linked: &Self::Linked,
        mut store: InstanceStore,
        host: Option<&dyn Host>,
    ) -> Result<CoreInstance> {
        let instance = store.instantiate(linked, host)?;
        Ok(CoreInstance::new(store, instance))
    }

    async fn instantiate_async(
        (): Self::Retained,
        linked: Self::Linked,
        mut store: InstanceStore,
    ) -> Result<CoreInstance> {
        let instance = store.instantiate_async(&linked).await?;
        Ok(CoreInstance::new(store, instance))
    }
}

impl Module {
    /// The type of the exported function of this name.
    ///
    /// # Errors
    ///
    /// `UNKNOWN_EXPORT`.
    pub fn function_type(&self, name: &str) -> Result<&CoreFunctionType> {
        match self.exports().find(name).map(|export| &export.ty) {
            Some(ExternType::CoreFunction(ty)) => Ok(ty),
            _ => Err(Error::UnknownExport {
                message: format!("no exported function '{name}'"),
            }),
        }
    }
}
