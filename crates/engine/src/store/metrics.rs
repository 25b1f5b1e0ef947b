//! What one call gave and what it cost.

/// An amount of fuel, and whether it is exact.
///
/// Wasmtime writes its counter back only at certain points, so that after most traps the true amount is unknown;
/// then the amount is the whole budget of the call: an upper bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fuel {
    /// In Wasmtime's units.
    pub consumed: u64,
    /// False where `consumed` is an upper bound.
    pub is_exact: bool,
}

/// The result of a measured call. `T` is what the call returned.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement<T> {
    /// What the call returned.
    pub value: T,
    /// What it consumed; zero on engines that count no fuel.
    pub fuel: Fuel,
    /// The most bytes that the instance's memories held together so far.
    pub peak_memory_bytes: u64,
    /// Wall time of the call, in nanoseconds.
    pub elapsed_ns: u64,
}

/// Totals of an instance since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metrics {
    /// Sum over all calls, instantiation included.
    pub fuel: Fuel,
    /// Bytes in all memories now.
    pub memory_bytes: u64,
    /// The most bytes that all memories held together.
    pub peak_memory_bytes: u64,
    /// Growths that the limits refused.
    pub memory_refusals: u64,
    /// Calls of exports that began; instantiation is none.
    pub calls: u64,
    /// Calls that the guest or a limit ended.
    pub traps: u64,
    /// Wall time inside calls, in nanoseconds; taken from a coarse clock, so true in the sum over many calls only.
    pub elapsed_ns: u64,
    /// How calls reach the guest.
    pub execution: Execution,
}

/// How calls reach the guest; decided once, when the instance is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Execution {
    /// On the caller's stack, without slices.
    Direct,
    /// On a stack of its own, polled slice by slice.
    Fiber,
}
