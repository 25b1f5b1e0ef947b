//! A compiled core module: what it imports and exports, and its instances.

use crate::artifact;
use crate::engine::Engine;
use crate::error::{Error, Result, unlinked};
use crate::guest::Guest;
use crate::instance::CoreInstance;
use crate::item::{Item, ItemType};
use crate::limits::Limits;
use crate::store::State;
use std::sync::Arc;
use wasmtime::InstancePre;

/// A compiled core module, linked as far as it can be ahead of its instances. Cheap to clone.
#[derive(Clone)]
pub struct Module {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    module: wasmtime::Module,
    /// The error is that of every instantiation: imports that nobody serves.
    linked: Result<InstancePre<State>, String>,
    exports: Vec<Item>,
    /// Memories of one instance.
    memories: u32,
}

impl Module {
    pub(crate) fn new(engine: Engine, module: wasmtime::Module) -> Self {
        let linker = wasmtime::Linker::new(engine.wasmtime());
        let linked = linker.instantiate_pre(&module).map_err(|error| {
            unlinked(
                &error,
                module
                    .imports()
                    .map(|import| format!("{}.{}", import.module(), import.name())),
            )
        });
        let memories = module.resources_required().num_memories;
        let exports = module
            .exports()
            .map(|export| Item {
                module: None,
                name: export.name().to_owned(),
                ty: ItemType::core(&export.ty()),
            })
            .collect();
        Self {
            inner: Arc::new(Inner {
                engine,
                module,
                linked,
                exports,
                memories,
            }),
        }
    }

    /// What an instance needs, in order.
    pub fn imports(&self) -> Vec<Item> {
        let imports = self.inner.module.imports();
        imports
            .map(|import| Item {
                module: Some(import.module().to_owned()),
                name: import.name().to_owned(),
                ty: ItemType::core(&import.ty()),
            })
            .collect()
    }

    /// What an instance gives, in order.
    pub fn exports(&self) -> &[Item] {
        &self.inner.exports
    }

    /// The engine that compiled it.
    pub fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    /// Size of the machine code, in bytes.
    pub fn code_bytes(&self) -> u64 {
        self.inner.module.text().len() as u64
    }

    /// The compiled code, for `unsafe` deserialization by an engine of the same version and configuration.
    ///
    /// # Errors
    ///
    /// `INTERNAL` where Wasmtime cannot write it.
    pub fn serialize(&self) -> Result<Vec<u8>> {
        artifact::seal(self.inner.module.serialize())
    }

    /// Makes an instance under `limits`, running its start function under them too.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION` for limits that the engine cannot enforce, `LINK` for missing imports, `INSTANCE_LIMIT`, and all
    /// that may end a call.
    pub fn instantiate(&self, limits: &Limits) -> Result<CoreInstance> {
        let guest = Guest::new(&self.inner.engine, limits, self.inner.memories)?;
        let linked = self.inner.linked.as_ref().map_err(|message| Error::Link {
            message: message.clone(),
        })?;
        CoreInstance::new(guest, linked)
    }
}
