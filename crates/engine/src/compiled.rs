//! Compiled code of either kind: what modules and components have in common.
//!
//! ```text
//! source → Compiled<K> (code, linked once per execution) → instantiate(limits) → instance
//! ```
//!
//! What differs between the two is a [`GuestKind`] each, in `module/` and `component/`.

use crate::compile::artifact::{self, ArtifactKey};
use crate::compile::cache::Code;
use crate::engine::Engine;
use crate::engine::source::{Encoding, Source};
use crate::error::{Error, Result};
use crate::externs::{ExternDescriptor, Externs};
use crate::host::Host;
use crate::limits::Limits;
use crate::limits::budget::CallMode;
use crate::store::instance_store::{InstanceStore, InstantiateParams};
use crate::store::metrics::Execution;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A kind of guest: core modules or components.
pub trait GuestKind: Sized + Send + Sync + 'static {
    /// Wasmtime's compiled code.
    type Code: Send + Sync;
    /// The code with its imports linked.
    type Linked: Clone + Send + Sync;
    /// The part of the compiled code that an instance retains; `()` if none.
    type Retained: Send;
    /// A live instance.
    type Instance: Send;

    /// The encoding that the preamble of a binary states.
    const ENCODING: Encoding;

    /// Compiles `binary`.
    fn compile(engine: &wasmtime::Engine, binary: &[u8]) -> wasmtime::Result<Self::Code>;

    /// The code as Wasmtime writes it.
    fn serialize(code: &Self::Code) -> wasmtime::Result<Vec<u8>>;

    /// The code that Wasmtime wrote.
    ///
    /// # Safety
    ///
    /// The bytes are what [`GuestKind::serialize`] returned, unchanged.
    unsafe fn deserialize(engine: &wasmtime::Engine, bytes: &[u8]) -> wasmtime::Result<Self::Code>;

    /// The engine that the code runs on.
    fn engine(code: &Self::Code) -> &wasmtime::Engine;

    /// The code's place in memory.
    fn image(code: &Self::Code) -> Range<*const u8>;

    /// The machine code.
    fn text(code: &Self::Code) -> &[u8];

    /// The number of memories of one instance; 1 if it is not known beforehand.
    fn memories(code: &Self::Code) -> u32;

    /// Whether an instance needs a host for its imports.
    fn needs_host(code: &Self::Code) -> bool;

    /// The imports, in order.
    fn imports(code: &Self::Code) -> Vec<ExternDescriptor>;

    /// The exports, in order.
    fn exports(code: &Self::Code) -> Externs;

    /// Links the imports for one execution.
    ///
    /// # Errors
    ///
    /// The message of `LINK`, naming the imports that are not supported.
    fn link(code: &Self::Code, execution: Execution) -> Result<Self::Linked, String>;

    /// The part of `compiled` that an instance retains.
    fn retain(compiled: &Compiled<Self>) -> Self::Retained;

    /// Instantiates the code in `store`, with `host` for the imports of its start function.
    ///
    /// # Errors
    ///
    /// The errors of a call.
    fn instantiate(
        retained: Self::Retained,
        linked: &Self::Linked,
        store: InstanceStore,
        host: Option<&dyn Host>,
    ) -> Result<Self::Instance>;

    /// As [`GuestKind::instantiate`], on a fiber.
    ///
    /// # Errors
    ///
    /// The errors of a call.
    fn instantiate_async(
        retained: Self::Retained,
        linked: Self::Linked,
        store: InstanceStore,
    ) -> impl Future<Output = Result<Self::Instance>> + Send;
}

/// Compiled code: a [`Module`](crate::Module) or a [`Component`](crate::Component). Cheap to clone.
pub struct Compiled<K: GuestKind> {
    engine: Engine,
    shared: Arc<SharedCode<K>>,
}

/// The parts that all handles of one compiled binary share, also those of different engines.
pub(crate) struct SharedCode<K: GuestKind> {
    code: K::Code,
    direct: OnceLock<Result<K::Linked, String>>,
    /// Unused if no host is needed: such code links in the same way for both executions.
    fiber: OnceLock<Result<K::Linked, String>>,
    needs_host: bool,
    exports: Externs,
    memories: u32,
}

impl<K: GuestKind> SharedCode<K> {
    fn new(code: K::Code) -> Self {
        let needs_host = K::needs_host(&code);
        Self {
            // Linked on the thread that compiles. Code that needs a host is linked on demand: most is used for one execution.
            direct: match needs_host {
                true => OnceLock::new(),
                false => K::link(&code, Execution::Direct).into(),
            },
            fiber: OnceLock::new(),
            needs_host,
            exports: K::exports(&code),
            memories: K::memories(&code),
            code,
        }
    }
}

impl<K: GuestKind> Code for SharedCode<K> {
    fn compile(engine: &wasmtime::Engine, binary: &[u8]) -> wasmtime::Result<Self> {
        K::compile(engine, binary).map(Self::new)
    }

    fn serialize(&self) -> wasmtime::Result<Vec<u8>> {
        K::serialize(&self.code)
    }

    unsafe fn deserialize(engine: &wasmtime::Engine, bytes: &[u8]) -> wasmtime::Result<Self> {
        // SAFETY: the caller vouches for the bytes.
        unsafe { K::deserialize(engine, bytes) }.map(Self::new)
    }

    fn engine(&self) -> &wasmtime::Engine {
        K::engine(&self.code)
    }

    fn held_bytes(&self) -> u64 {
        let image = K::image(&self.code);
        image.end as u64 - image.start as u64
    }
}

impl<K: GuestKind> Clone for Compiled<K> {
    fn clone(&self) -> Self {
        Self {
            engine: self.engine.clone(),
            shared: self.shared.clone(),
        }
    }
}

impl<K: GuestKind> Compiled<K> {
    /// Compiles `source`, or finds it compiled.
    ///
    /// # Errors
    ///
    /// `COMPILE`, also for a binary of the other kind; `BINARY_TOO_LARGE`; `IO` if a file cannot be read.
    pub fn compile(engine: &Engine, source: &Source) -> Result<Self> {
        Ok(Self {
            shared: engine.compile(source, K::ENCODING)?,
            engine: engine.clone(),
        })
    }

    /// The code that [`Compiled::serialize`] wrote with the same key, on an engine of the same configuration and version.
    /// Only holders of the key can have created or changed the bytes.
    ///
    /// # Errors
    ///
    /// `DESERIALIZE` if the bytes are not code of this kind, or not tagged with this key.
    pub fn deserialize(engine: &Engine, bytes: &[u8], key: &ArtifactKey) -> Result<Self> {
        // SAFETY: the tag vouches for the bytes.
        unsafe { Self::deserialize_unchecked(engine, bytes, Some(key)) }
    }

    /// The code that [`Compiled::serialize`] wrote on an engine of the same configuration and version.
    ///
    /// # Safety
    ///
    /// The bytes hold machine code that runs without a sandbox. Without a key they must come from a trusted place,
    /// unchanged: damage, version and configuration are checked, but not an attacker's bytes.
    ///
    /// # Errors
    ///
    /// `DESERIALIZE` if the bytes are not code of this kind, or not tagged with the key.
    pub unsafe fn deserialize_unchecked(
        engine: &Engine,
        bytes: &[u8],
        key: Option<&ArtifactKey>,
    ) -> Result<Self> {
        Ok(Self {
            // SAFETY: the caller vouches for the bytes.
            shared: unsafe { engine.deserialize(bytes, K::ENCODING, key) }?,
            engine: engine.clone(),
        })
    }

    /// The compiled code as bytes, for an engine of the same version and configuration to deserialize. With a key they
    /// carry a tag that only the key's holders can create.
    ///
    /// # Errors
    ///
    /// `INTERNAL` if Wasmtime cannot write it.
    pub fn serialize(&self, key: Option<&ArtifactKey>) -> Result<Vec<u8>> {
        artifact::seal(self.shared.serialize(), key)
    }

    /// The imports, in order.
    pub fn imports(&self) -> Vec<ExternDescriptor> {
        K::imports(&self.shared.code)
    }

    /// The exports, in order.
    pub fn exports(&self) -> &Externs {
        &self.shared.exports
    }

    /// The engine that compiled the code.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Whether both are the same code in memory, not only equal.
    pub fn shares_code_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    /// Size of the machine code, in bytes.
    pub fn code_bytes(&self) -> u64 {
        K::text(&self.shared.code).len() as u64
    }

    /// Creates an instance under `limits`, which also bound its start function.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION` for limits that the engine cannot enforce; `LINK` for missing imports; `INSTANCE_LIMIT`; the errors of
    /// a call.
    pub fn instantiate(&self, limits: &Limits) -> Result<K::Instance> {
        self.instantiate_with(limits, None)
    }

    /// As [`Compiled::instantiate`], with `host` for the imports of the start function.
    ///
    /// # Errors
    ///
    /// As [`Compiled::instantiate`], and `HOST_FAILED`.
    pub fn instantiate_with(
        &self,
        limits: &Limits,
        host: Option<&dyn Host>,
    ) -> Result<K::Instance> {
        let store = self.new_store(limits, CallMode::Synchronous)?;
        let linked = self.linked(store.execution())?;
        if self.shared.needs_host && host.is_none() {
            return Err(self.no_host());
        }
        K::instantiate(K::retain(self), linked, store, host)
    }

    /// Wasmtime's compiled code.
    pub(crate) fn code(&self) -> &K::Code {
        &self.shared.code
    }

    /// A store for one instance of this code.
    pub(crate) fn new_store(&self, limits: &Limits, mode: CallMode) -> Result<InstanceStore> {
        InstanceStore::new(&InstantiateParams {
            engine: &self.engine,
            limits,
            memories: self.shared.memories,
            needs_host: self.shared.needs_host,
            mode,
        })
    }

    /// The code linked for one execution.
    ///
    /// # Errors
    ///
    /// `LINK` naming the imports that are not supported.
    pub(crate) fn linked(&self, execution: Execution) -> Result<&K::Linked> {
        let shared = &*self.shared;
        let linked = match execution {
            Execution::Fiber if shared.needs_host => &shared.fiber,
            _ => &shared.direct,
        };
        let linked = linked.get_or_init(|| K::link(&shared.code, execution));
        linked.as_ref().map_err(|message| Error::Link {
            message: message.clone(),
        })
    }

    fn no_host(&self) -> Error {
        let imports = self.imports();
        let names: Vec<String> = imports.iter().map(ExternDescriptor::quoted).collect();
        Error::Link {
            message: format!(
                "the guest imports {}, but no host was passed",
                names.join(", ")
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        reason = "a test that cannot be set up is a failure too"
    )]

    use super::{Compiled, Engine, GuestKind, Source};
    use crate::engine::config::EngineConfig;
    use crate::{Component, Module};

    fn is_linked<K: GuestKind>(compiled: &Compiled<K>) -> bool {
        compiled.shared.direct.get().is_some()
    }

    #[test]
    fn compilation_links_code_that_needs_no_host() {
        let engine = Engine::new(EngineConfig::default()).unwrap();
        let source = |text: &str| Source::Text(text.to_owned());
        let module = |text| Module::compile(&engine, &source(text)).unwrap();
        assert!(is_linked(&module("(module)")));
        assert!(!is_linked(&module("(module (import \"\" \"\" (func)))")));
        let component = Component::compile(&engine, &source("(component)")).unwrap();
        assert!(is_linked(&component));
    }
}
