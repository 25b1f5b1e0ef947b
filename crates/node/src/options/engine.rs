//! The options of an engine.
//!
//! TypeScript checks types and unknown names; words and ranges are checked here and in the engine.

use crate::options::read::{whole, word};
use airssys_wasm_engine::{
    Allocation, Compiler, EngineConfig, EngineLimits, Error, Interruption, Optimization, Profiler,
    Proposal, TrapMode,
};
use napi_derive::napi;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

/// The options of an engine; each is optional.
#[napi(object, object_to_js = false)]
#[derive(Default)]
pub struct EngineOptions {
    pub interruption: Option<String>,
    pub traps: Option<String>,
    pub compiler: Option<String>,
    pub optimization: Option<String>,
    pub allocation: Option<String>,
    pub backtrace_frames: Option<f64>,
    pub max_stack_bytes: Option<f64>,
    pub memory_reservation_bytes: Option<f64>,
    pub deterministic: Option<bool>,
    pub profiler: Option<String>,
    pub cache: Option<bool>,
    pub cache_directory: Option<String>,
    pub proposals: Option<HashMap<String, bool>>,
    pub limits: Option<EngineLimitOptions>,
}

/// The limits over all instances of an engine; each is optional.
#[napi(object, object_to_js = false)]
pub struct EngineLimitOptions {
    pub memory_bytes: Option<f64>,
    pub instances: Option<f64>,
    pub binary_bytes: Option<f64>,
    pub threads: Option<f64>,
}

const INTERRUPTION: [(&str, Interruption); 3] = [
    ("fuel", Interruption::Fuel),
    ("epoch", Interruption::Epoch),
    ("both", Interruption::Both),
];
const TRAPS: [(&str, TrapMode); 2] = [
    ("signals", TrapMode::Signals),
    ("explicit", TrapMode::Explicit),
];
const COMPILER: [(&str, Compiler); 2] = [
    ("cranelift", Compiler::Cranelift),
    ("winch", Compiler::Winch),
];
const OPTIMIZATION: [(&str, Optimization); 3] = [
    ("none", Optimization::None),
    ("speed", Optimization::Speed),
    ("speed-and-size", Optimization::SpeedAndSize),
];
const ALLOCATION: [(&str, Allocation); 2] = [
    ("on-demand", Allocation::OnDemand),
    ("pooling", Allocation::Pooling),
];
const PROFILER: [(&str, Profiler); 3] = [
    ("none", Profiler::None),
    ("perfmap", Profiler::PerfMap),
    ("jitdump", Profiler::JitDump),
];

impl EngineOptions {
    /// The configuration that the options describe.
    pub fn config(self) -> Result<EngineConfig, Error> {
        let allocation = word("allocation", self.allocation.as_deref(), &ALLOCATION)?;
        let default = EngineConfig::default();
        Ok(EngineConfig {
            interruption: word("interruption", self.interruption.as_deref(), &INTERRUPTION)?,
            traps: word("traps", self.traps.as_deref(), &TRAPS)?,
            compiler: word("compiler", self.compiler.as_deref(), &COMPILER)?,
            optimization: word("optimization", self.optimization.as_deref(), &OPTIMIZATION)?,
            allocation,
            backtrace_frames: whole("backtraceFrames", self.backtrace_frames)?
                .unwrap_or(default.backtrace_frames),
            max_stack_bytes: whole("maxStackBytes", self.max_stack_bytes)?
                .unwrap_or(default.max_stack_bytes),
            memory_reservation_bytes: whole(
                "memoryReservationBytes",
                self.memory_reservation_bytes,
            )?,
            deterministic: self.deterministic.unwrap_or_default(),
            profiler: word("profiler", self.profiler.as_deref(), &PROFILER)?,
            cache: self.cache.unwrap_or(default.cache),
            cache_directory: self.cache_directory.map(PathBuf::from),
            proposals: proposals(self.proposals.unwrap_or_default())?,
            limits: limits(self.limits, EngineLimits::for_allocation(allocation))?,
        })
    }
}

fn limits(
    options: Option<EngineLimitOptions>,
    default: EngineLimits,
) -> Result<EngineLimits, Error> {
    let Some(options) = options else {
        return Ok(default);
    };
    Ok(EngineLimits {
        memory_bytes: whole("limits.memoryBytes", options.memory_bytes)?
            .unwrap_or(default.memory_bytes),
        instances: whole("limits.instances", options.instances)?.unwrap_or(default.instances),
        binary_bytes: whole("limits.binaryBytes", options.binary_bytes)?
            .unwrap_or(default.binary_bytes),
        threads: whole("limits.threads", options.threads)?.or(default.threads),
    })
}

fn proposals(options: HashMap<String, bool>) -> Result<BTreeMap<Proposal, bool>, Error> {
    let known = || Proposal::ALL.map(|(name, _)| name).join(", ");
    options
        .into_iter()
        .map(|(name, enable)| match Proposal::by_name(&name) {
            Some(proposal) => Ok((proposal, enable)),
            None => Err(Error::option(
                format!("proposals.{name}"),
                format!("there is no such proposal; expected one of {}", known()),
            )),
        })
        .collect()
}
