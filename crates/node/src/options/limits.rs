//! The limits of an instance.

use crate::options::read::{whole, word};
use airssys_wasm_engine::{Error, Limit, Limits, OnMemoryLimit};
use napi::bindgen_prelude::{BigInt, Either, Null};
use napi_derive::napi;

/// The limits of an instance. `null` is a bound that the caller declared unlimited.
#[napi(object, object_to_js = false)]
pub struct LimitOptions {
    pub memory_bytes: f64,
    pub fuel: Option<Either<BigInt, Null>>,
    pub timeout_ms: Option<Either<f64, Null>>,
    pub on_memory_limit: Option<String>,
    pub table_elements: Option<f64>,
    pub instances: Option<f64>,
    pub memories: Option<f64>,
    pub tables: Option<f64>,
    pub transfer_bytes: Option<f64>,
    pub queued_calls: Option<f64>,
}

const ON_MEMORY_LIMIT: [(&str, OnMemoryLimit); 2] = [
    ("trap", OnMemoryLimit::Trap),
    ("refuse", OnMemoryLimit::Refuse),
];

impl LimitOptions {
    /// The limits that the options describe. Every field is named here, so that a forgotten limit does not compile.
    pub fn limits(self) -> Result<Limits, Error> {
        let memory_bytes = whole("limits.memoryBytes", Some(self.memory_bytes))?;
        let default = Limits::new(memory_bytes.unwrap_or_default());
        Ok(Limits {
            memory_bytes: default.memory_bytes,
            fuel: fuel(self.fuel)?,
            timeout_ms: timeout(self.timeout_ms)?,
            on_memory_limit: word(
                "limits.onMemoryLimit",
                self.on_memory_limit.as_deref(),
                &ON_MEMORY_LIMIT,
            )?,
            table_elements: whole("limits.tableElements", self.table_elements)?
                .unwrap_or(default.table_elements),
            instances: whole("limits.instances", self.instances)?.unwrap_or(default.instances),
            memories: whole("limits.memories", self.memories)?.unwrap_or(default.memories),
            tables: whole("limits.tables", self.tables)?.unwrap_or(default.tables),
            transfer_bytes: whole("limits.transferBytes", self.transfer_bytes)?
                .unwrap_or(default.transfer_bytes),
            queued_calls: whole("limits.queuedCalls", self.queued_calls)?
                .unwrap_or(default.queued_calls),
        })
    }
}

fn fuel(given: Option<Either<BigInt, Null>>) -> Result<Limit, Error> {
    match given {
        None => Ok(Limit::Default),
        Some(Either::B(_)) => Ok(Limit::Unlimited),
        Some(Either::A(fuel)) => match fuel.get_u64() {
            (false, fuel, true) => Ok(Limit::AtMost(fuel)),
            (is_negative, _, _) => {
                let got = if is_negative {
                    "a negative number"
                } else {
                    "more"
                };
                Err(Error::option(
                    "limits.fuel",
                    format!("expected 1n to {}n, got {got}", u64::MAX),
                ))
            }
        },
    }
}

fn timeout(given: Option<Either<f64, Null>>) -> Result<Limit, Error> {
    match given {
        None => Ok(Limit::Default),
        Some(Either::B(_)) => Ok(Limit::Unlimited),
        Some(Either::A(ms)) => {
            Ok(whole("limits.timeoutMs", Some(ms))?.map_or(Limit::Default, Limit::AtMost))
        }
    }
}
