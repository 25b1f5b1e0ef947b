//! Measurements: the cost of one call, as JavaScript sees it.

use crate::js::{Env, PendingException, Value as Js};
use airssys_wasm_engine::Measurement;

/// The object of a measured call that returned `value`.
pub fn to_js<'s, T>(
    env: Env<'s>,
    measurement: &Measurement<T>,
    value: Js<'_>,
) -> Result<Js<'s>, PendingException> {
    let object = env.object()?;
    let fuel = measurement.fuel;
    let peak = env.double(measurement.peak_memory_bytes as f64)?;
    env.set_property(object, c"value", value)?;
    env.set_property(object, c"fuelConsumed", env.bigint_u64(fuel.consumed)?)?;
    env.set_property(object, c"fuelIsExact", env.boolean(fuel.is_exact)?)?;
    env.set_property(object, c"peakMemoryBytes", peak)?;
    let elapsed = env.double(measurement.elapsed_ns as f64)?;
    env.set_property(object, c"elapsedNs", elapsed)?;
    Ok(object)
}
