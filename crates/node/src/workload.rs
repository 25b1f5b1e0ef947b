//! Workloads: the timed loops of the benchmarks, driven from JavaScript.

use crate::error::guard;
use crate::exports::create_empty_function;
use crate::js::{current, return_value};
use crate::options::engine::EngineOptions;
use crate::options::limits::LimitOptions;
use airssys_wasm_engine::{Interruption, Source};
use airssys_wasm_workloads::{
    ExportCall, ProfileSpan, WaveCall, Workload, WorkloadConfig, prepare,
};
use napi::Env;
use napi::bindgen_prelude::{BigInt, Buffer, Either, Uint8ArraySlice, Unknown};
use napi_derive::napi;
use std::time::Duration;

/// The options of a workload.
#[napi(object, object_to_js = false)]
pub struct WorkloadOptions<'a> {
    /// The kind of workload, such as `call`.
    pub kind: String,
    pub engine: Option<EngineOptions>,
    /// Whether the engine counts neither fuel nor epochs, whatever its options say.
    pub unmetered: Option<bool>,
    /// A binary, or WAT.
    pub source: Option<Either<Uint8ArraySlice<'a>, String>>,
    /// Whether the source is a component, not a core module.
    pub is_component: Option<bool>,
    pub limits: LimitOptions,
    /// The exported function that is called.
    pub function: Option<String>,
    /// Its arguments.
    pub args: Option<Vec<i32>>,
    /// The path of the exported function of a call written in WAVE: a name, or in components the name of an interface and
    /// a name in it. It takes the place of `function`.
    pub path: Option<Vec<String>>,
    /// Its arguments in WAVE, such as `(42, "text")`.
    pub arguments: Option<String>,
    /// The number of guests, for workloads over several.
    pub count: Option<u32>,
}

/// The deterministic costs of one iteration.
#[napi(object, object_from_js = false)]
pub struct DeterministicCosts {
    pub fuel: Option<BigInt>,
    pub peak_memory_bytes: Option<f64>,
    pub code_bytes: Option<f64>,
}

/// A profile of a guest.
#[napi(object, object_from_js = false)]
pub struct ProfileInfo {
    /// The number of samples.
    pub samples: f64,
    /// The profile in the format of the Firefox Profiler, as UTF-8.
    pub json: Buffer,
}

/// A prepared workload.
#[napi]
pub struct NativeWorkload {
    inner: Box<dyn Workload>,
}

impl WorkloadOptions<'_> {
    fn config(self) -> Result<WorkloadConfig, airssys_wasm_engine::Error> {
        let mut config = self.engine.unwrap_or_default().config()?;
        if self.unmetered == Some(true) {
            config.interruption = Interruption::None;
        }
        Ok(WorkloadConfig {
            engine: config,
            source: match self.source {
                Some(Either::A(bytes)) => Source::Bytes(bytes.to_vec()),
                Some(Either::B(text)) => Source::Text(text),
                None => Source::Bytes(Vec::new()),
            },
            is_component: self.is_component.unwrap_or_default(),
            limits: self.limits.limits()?,
            call: ExportCall {
                name: self.function.unwrap_or_default(),
                args: self.args.unwrap_or_default(),
            },
            wave_call: WaveCall {
                path: self.path.unwrap_or_default(),
                arguments: self.arguments.unwrap_or_default(),
            },
            count: self.count.unwrap_or_default(),
        })
    }
}

#[napi]
impl NativeWorkload {
    #[napi(constructor)]
    pub fn new(env: Env, options: WorkloadOptions<'_>) -> napi::Result<Self> {
        guard(env, || {
            let kind = options.kind.clone();
            let inner = prepare(&kind, options.config()?)?;
            Ok(Self { inner })
        })
    }

    /// Runs `iterations` and returns the time that they took, in nanoseconds.
    #[napi]
    pub fn run(&mut self, env: Env, iterations: f64) -> napi::Result<f64> {
        guard(env, || {
            Ok(self.inner.run(iterations as u64)?.as_nanos() as f64)
        })
    }

    /// Runs one more iteration and returns its deterministic costs.
    #[napi]
    pub fn deterministic_costs(&mut self, env: Env) -> napi::Result<DeterministicCosts> {
        guard(env, || {
            let costs = self.inner.deterministic_costs()?;
            Ok(DeterministicCosts {
                fuel: costs.fuel.map(BigInt::from),
                peak_memory_bytes: costs.peak_memory_bytes.map(|bytes| bytes as f64),
                code_bytes: costs.code_bytes.map(|bytes| bytes as f64),
            })
        })
    }

    /// Creates `count` of what the workload creates and keeps them alive until the next call.
    #[napi]
    pub fn hold(&mut self, env: Env, count: u32) -> napi::Result<()> {
        guard(env, || self.inner.hold(count))
    }

    /// Calls a new instance once and returns the result, in WAVE.
    #[napi]
    pub fn show(&mut self, env: Env) -> napi::Result<String> {
        guard(env, || self.inner.show())
    }

    /// Calls a new instance for `seconds` and samples its stack every `interval_ms`.
    #[napi]
    pub fn profile(
        &mut self,
        env: Env,
        seconds: f64,
        interval_ms: u32,
    ) -> napi::Result<ProfileInfo> {
        guard(env, || {
            let span = ProfileSpan {
                duration: Duration::try_from_secs_f64(seconds).unwrap_or_default(),
                epochs: interval_ms.into(),
            };
            let mut json = Vec::new();
            let samples = self.inner.profile(span, &mut json)?;
            Ok(ProfileInfo {
                samples: samples as f64,
                json: json.into(),
            })
        })
    }
}

/// A function that does nothing, created as exports are. Its calls show the cost of a call into the addon.
#[napi(ts_return_type = "(...args: unknown[]) => undefined")]
pub fn empty_function(env: Env) -> napi::Result<Unknown<'static>> {
    let env = current(&env);
    return_value(env, create_empty_function(env))
}

/// Parses WAT to a binary.
#[napi]
pub fn parse_text(env: Env, text: String) -> napi::Result<Buffer> {
    guard(env, || {
        airssys_wasm_engine::parse_text(&text).map(Buffer::from)
    })
}
