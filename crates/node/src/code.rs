//! Compiled code of either kind.

use crate::handle::LiveInstance;
use crate::host::HostFunctions;
use crate::value::wave::Arguments;
use airssys_wasm_engine::{
    ArtifactKey, Component, Encoding, Engine, Error, Executor, ExternDescriptor, Host, Limits,
    Metrics, Module, Source, Task, wave,
};
use std::rc::Rc;
use std::sync::Arc;

/// Compiled code of either kind.
pub enum Code {
    Module(Module),
    Component(Component),
}

impl Code {
    /// Compiles `source` as this kind of binary.
    pub fn compile(engine: &Engine, encoding: Encoding, source: &Source) -> Result<Self, Error> {
        Ok(match encoding {
            Encoding::Module => Self::Module(Module::compile(engine, source)?),
            Encoding::Component => Self::Component(Component::compile(engine, source)?),
        })
    }

    /// Deserializes compiled code of this kind, which must have the key's tag.
    pub fn deserialize(
        engine: &Engine,
        encoding: Encoding,
        bytes: &[u8],
        key: &ArtifactKey,
    ) -> Result<Self, Error> {
        Ok(match encoding {
            Encoding::Module => Self::Module(Module::deserialize(engine, bytes, key)?),
            Encoding::Component => Self::Component(Component::deserialize(engine, bytes, key)?),
        })
    }

    /// Deserializes compiled code of this kind.
    ///
    /// # Safety
    ///
    /// The bytes hold machine code: without a key they must come from a trusted source, unchanged.
    pub unsafe fn deserialize_unchecked(
        engine: &Engine,
        encoding: Encoding,
        bytes: &[u8],
        key: Option<&ArtifactKey>,
    ) -> Result<Self, Error> {
        // SAFETY: the caller guarantees that the bytes are trusted.
        unsafe {
            Ok(match encoding {
                Encoding::Module => {
                    Self::Module(Module::deserialize_unchecked(engine, bytes, key)?)
                }
                Encoding::Component => {
                    Self::Component(Component::deserialize_unchecked(engine, bytes, key)?)
                }
            })
        }
    }

    /// A new synchronous instance, with its metrics. `starting` serves its imports during instantiation, `host` afterwards.
    pub fn instantiate(
        &self,
        limits: &Limits,
        starting: Option<&dyn Host>,
        host: Option<HostFunctions>,
    ) -> Result<(LiveInstance, Metrics), Error> {
        Ok(match self {
            Self::Module(module) => {
                let instance = module.instantiate_with(limits, starting)?;
                let metrics = instance.metrics();
                (LiveInstance::core(instance, host), metrics)
            }
            Self::Component(component) => {
                let instance = component.instantiate_with(limits, starting)?;
                let metrics = instance.metrics();
                (instance.into(), metrics)
            }
        })
    }

    /// The task that creates an asynchronous instance, with the executor to which it may be offloaded.
    pub fn start(&self, limits: &Limits) -> Result<(Task, Arc<Executor>), Error> {
        let task = match self {
            Self::Module(module) => module.start(limits)?,
            Self::Component(component) => component.start(limits)?,
        };
        Ok((task, self.engine().executor()))
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Module(_) => "module",
            Self::Component(_) => "component",
        }
    }

    pub fn imports(&self) -> Vec<ExternDescriptor> {
        match self {
            Self::Module(module) => module.imports(),
            Self::Component(component) => component.imports(),
        }
    }

    /// The names of the imports in the binary, in order.
    pub fn import_names(&self) -> Rc<[String]> {
        let name = |item: ExternDescriptor| match item.module {
            Some(module) => format!("{module}.{}", item.name),
            None => item.name,
        };
        self.imports().into_iter().map(name).collect()
    }

    pub fn exports(&self) -> &[ExternDescriptor] {
        match self {
            Self::Module(module) => module.exports(),
            Self::Component(component) => component.exports(),
        }
    }

    pub fn engine(&self) -> &Engine {
        match self {
            Self::Module(module) => module.engine(),
            Self::Component(component) => component.engine(),
        }
    }

    pub fn code_bytes(&self) -> u64 {
        match self {
            Self::Module(module) => module.code_bytes(),
            Self::Component(component) => component.code_bytes(),
        }
    }

    pub fn serialize(&self, key: Option<&ArtifactKey>) -> Result<Vec<u8>, Error> {
        match self {
            Self::Module(module) => module.serialize(key),
            Self::Component(component) => component.serialize(key),
        }
    }

    /// Parses the arguments that `text` writes in WAVE for the exported function at `path`.
    ///
    /// # Errors
    ///
    /// `UNKNOWN_EXPORT`, `UNSUPPORTED`, or `BAD_VALUE` for text that does not fit the parameters.
    pub fn parse_arguments(&self, path: &[String], text: &str) -> Result<Arguments, Error> {
        match self {
            Self::Module(module) => {
                let ty = module.function_type(path.first().map_or("", String::as_str))?;
                Ok(Arguments::Core(ty.clone(), wave::core_arguments(ty, text)?))
            }
            Self::Component(component) => {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                let ty = component.function_type(&path)?;
                Ok(Arguments::Component(ty.clone(), wave::arguments(ty, text)?))
            }
        }
    }
}
