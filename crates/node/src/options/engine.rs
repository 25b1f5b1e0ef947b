//! An engine's options as they come from JavaScript.
//!
//! TypeScript has seen to types and unknown names; words and ranges are judged here and in the engine.

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
    pub maxima: Option<MaximaOptions>,
}

/// The bounds over all instances of an engine; each is optional.
#[napi(object, object_to_js = false)]
pub struct MaximaOptions {
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
            limits: maxima(self.maxima, EngineLimits::for_allocation(allocation))?,
        })
    }
}

fn maxima(options: Option<MaximaOptions>, default: EngineLimits) -> Result<EngineLimits, Error> {
    let Some(options) = options else {
        return Ok(default);
    };
    Ok(EngineLimits {
        memory_bytes: whole("maxima.memoryBytes", options.memory_bytes)?
            .unwrap_or(default.memory_bytes),
        instances: whole("maxima.instances", options.instances)?.unwrap_or(default.instances),
        binary_bytes: whole("maxima.binaryBytes", options.binary_bytes)?
            .unwrap_or(default.binary_bytes),
        threads: whole("maxima.threads", options.threads)?.or(default.threads),
    })
}

fn proposals(options: HashMap<String, bool>) -> Result<BTreeMap<Proposal, bool>, Error> {
    let known = || Proposal::ALL.map(|(name, _)| name).join(", ");
    options
        .into_iter()
        .map(|(name, enable)| match Proposal::by_name(&name) {
            Some(proposal) => Ok((proposal, enable)),
            None => Err(bad(
                format!("proposals.{name}"),
                format!("there is no such proposal; expected one of {}", known()),
            )),
        })
        .collect()
}

/// The meaning of a word, or the default where there is none.
pub fn word<T: Copy + Default>(
    option: &str,
    given: Option<&str>,
    words: &[(&str, T)],
) -> Result<T, Error> {
    let Some(given) = given else {
        return Ok(T::default());
    };
    match words.iter().find(|(word, _)| *word == given) {
        Some((_, meaning)) => Ok(*meaning),
        None => {
            let known: Vec<String> = words.iter().map(|(word, _)| format!("'{word}'")).collect();
            Err(bad(
                option,
                format!("expected {}, got '{given}'", known.join(" or ")),
            ))
        }
    }
}

/// A number of JavaScript's as a whole number.
pub fn whole<T: TryFrom<u64>>(option: &str, given: Option<f64>) -> Result<Option<T>, Error> {
    let Some(given) = given else {
        return Ok(None);
    };
    // A cast saturates: what is negative, fractional, not a number or too large does not come back the same.
    let integer = given as u64;
    if integer as f64 != given {
        return Err(bad(
            option,
            format!(
                "expected a whole number that is not negative, got {}",
                describe(given)
            ),
        ));
    }
    match T::try_from(integer) {
        Ok(value) => Ok(Some(value)),
        Err(_) => Err(bad(option, format!("{given} is too large"))),
    }
}

/// A number as JavaScript writes it.
fn describe(number: f64) -> String {
    match number.is_infinite() {
        true if number > 0.0 => "Infinity".to_owned(),
        true => "-Infinity".to_owned(),
        false => number.to_string(),
    }
}

pub fn bad(option: impl Into<String>, message: impl Into<String>) -> Error {
    Error::BadOption {
        option: option.into(),
        message: message.into(),
    }
}
