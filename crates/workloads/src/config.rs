//! The configuration of a workload.

use airssys_wasm_engine::value::Value;
use airssys_wasm_engine::{CoreFunctionType, EngineConfig, Error, Limits, Result, Slot, Source};

/// What a workload measures, and on which engine; each kind of workload reads what it needs.
#[derive(Debug, Clone)]
pub struct WorkloadConfig {
    /// The engine's options.
    pub engine: EngineConfig,
    /// The guest.
    pub source: Source,
    /// Whether the guest is a component, not a core module.
    pub is_component: bool,
    /// The limits of every instance.
    pub limits: Limits,
    /// The call of an exported function with 32-bit integers.
    pub call: ExportCall,
    /// The call that the workloads `invoke` and `invoke_fresh` make instead.
    pub wave_call: WaveCall,
    /// The number of guests, for workloads over several.
    pub count: u32,
}

/// A call of an exported function with 32-bit integers: `s32` in components, `i32` in core modules.
#[derive(Debug, Clone, Default)]
pub struct ExportCall {
    /// The name of the export.
    pub name: String,
    /// The arguments.
    pub args: Vec<i32>,
}

/// A call of any exported function, with its arguments as text.
#[derive(Debug, Clone, Default)]
pub struct WaveCall {
    /// The function's name, or an interface's name and a name in it.
    pub path: Vec<String>,
    /// The arguments in WAVE, such as `(42, "text")`.
    pub arguments: String,
}

impl WorkloadConfig {
    /// The engine's options without any cache, so that compilation really compiles.
    pub(crate) fn uncached(&self) -> EngineConfig {
        EngineConfig {
            cache: false,
            cache_directory: None,
            ..self.engine.clone()
        }
    }
}

impl ExportCall {
    pub(crate) fn values(&self) -> Vec<Value<'static>> {
        self.args.iter().copied().map(Value::S32).collect()
    }

    /// The arguments for a function of type `ty`, in as many slots as its call needs.
    ///
    /// # Errors
    ///
    /// `BAD_VALUE` if their number is not the type's.
    pub(crate) fn slots(&self, ty: &CoreFunctionType) -> Result<Vec<Slot>> {
        if ty.params.len() != self.args.len() {
            return Err(Error::BadValue(format!(
                "'{}' is of type {ty}, got {} arguments",
                self.name,
                self.args.len()
            )));
        }
        let mut slots: Vec<_> = self.args.iter().copied().map(Slot::i32).collect();
        slots.resize(ty.slots(), Slot::default());
        Ok(slots)
    }
}
