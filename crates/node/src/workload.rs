//! Timed loops for the bench: the engine's workloads, driven from JavaScript.

use crate::error::guard;
use crate::exports::empty_function as empty;
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

/// What is measured, and on what.
#[napi(object, object_to_js = false)]
pub struct WorkloadOptions<'a> {
    /// The kind of workload, such as `call`.
    pub kind: String,
    pub engine: Option<EngineOptions>,
    /// Neither fuel nor epochs, against the engine's own default.
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
    /// The exported function that is called instead, where the call was written by anybody: a name, or in components an
    /// interface's name and a name in it.
    pub path: Option<Vec<String>>,
    /// Its arguments in WAVE, such as `(42, "text")`.
    pub arguments: Option<String>,
    /// How many, for workloads over several guests.
    pub count: Option<u32>,
}

/// What one iteration costs exactly.
#[napi(object, object_from_js = false)]
pub struct ExactInfo {
    pub fuel: Option<BigInt>,
    pub peak_memory_bytes: Option<f64>,
    pub code_bytes: Option<f64>,
}

/// Where a guest spent its time.
#[napi(object, object_from_js = false)]
pub struct ProfileInfo {
    /// How often it was looked at.
    pub samples: f64,
    /// What Firefox's profiler opens, as UTF-8.
    pub json: Buffer,
}

/// A workload, prepared.
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

    /// Runs so many iterations and returns the nanoseconds that they took.
    #[napi]
    pub fn run(&mut self, env: Env, iterations: f64) -> napi::Result<f64> {
        guard(env, || {
            Ok(self.inner.run(iterations as u64)?.as_nanos() as f64)
        })
    }

    /// Runs one more iteration and returns what it costs exactly.
    #[napi]
    pub fn exact(&mut self, env: Env) -> napi::Result<ExactInfo> {
        guard(env, || {
            let exact = self.inner.deterministic_costs()?;
            Ok(ExactInfo {
                fuel: exact.fuel.map(BigInt::from),
                peak_memory_bytes: exact.peak_memory_bytes.map(|bytes| bytes as f64),
                code_bytes: exact.code_bytes.map(|bytes| bytes as f64),
            })
        })
    }

    /// Makes so many of what the workload makes and keeps them alive until the next call.
    #[napi]
    pub fn hold(&mut self, env: Env, count: u32) -> napi::Result<()> {
        guard(env, || self.inner.hold(count))
    }

    /// Makes one call in a new instance and returns its result, in WAVE.
    #[napi]
    pub fn show(&mut self, env: Env) -> napi::Result<String> {
        guard(env, || self.inner.show())
    }

    /// Makes calls of a new instance for so many seconds, and looks every so many milliseconds where the guest is.
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

/// A function that does nothing, made as exports are: what a call into the addon costs by itself.
#[napi(ts_return_type = "(...args: unknown[]) => undefined")]
pub fn empty_function(env: Env) -> napi::Result<Unknown<'static>> {
    let env = current(&env);
    return_value(env, empty(env))
}

/// The binary that WAT stands for.
#[napi]
pub fn parse_text(env: Env, text: String) -> napi::Result<Buffer> {
    guard(env, || {
        airssys_wasm_engine::parse_text(&text).map(Buffer::from)
    })
}
