//! Metrics: what calls cost, one by one and in total.

/// An amount of fuel, and whether it is exact.
///
/// Wasmtime writes its counter back only at certain points. After most traps the true amount is unknown; the amount is then
/// the whole budget of the call, an upper bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fuel {
    /// The amount, in Wasmtime's units.
    pub consumed: u64,
    /// Whether `consumed` is exact, not an upper bound.
    pub is_exact: bool,
}

/// The result and cost of a measured call.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement<T> {
    /// What the call returned.
    pub value: T,
    /// The fuel consumed; zero on engines that count none.
    pub fuel: Fuel,
    /// The peak size of the instance's memories so far, in bytes.
    pub peak_memory_bytes: u64,
    /// Wall time of the call, in nanoseconds.
    pub elapsed_ns: u64,
}

/// The totals of an instance since it was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metrics {
    /// The fuel of all calls, instantiation included.
    pub fuel: Fuel,
    /// The current size of all memories, in bytes.
    pub memory_bytes: u64,
    /// The peak size of all memories together, in bytes.
    pub peak_memory_bytes: u64,
    /// The number of growths that the limits refused.
    pub memory_refusals: u64,
    /// The number of calls of exports, without instantiation.
    pub calls: u64,
    /// The number of calls that the guest or a limit ended.
    pub traps: u64,
    /// The wall time of all calls, in nanoseconds. It is read from a coarse clock: accurate as the sum of many calls only.
    pub elapsed_ns: u64,
    /// How calls reach the guest.
    pub execution: Execution,
}

/// How calls reach the guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Execution {
    /// On the caller's stack, without yielding.
    Direct,
    /// On a fiber, in time slices.
    Fiber,
}
