//! The options of an engine, and the one place that turns them into Wasmtime's configuration.

use crate::compile::disk_cache;
use crate::error::{Error, Result, chain, check_range};
use crate::limits::engine::{EngineLimits, Interruption};
use crate::limits::{DEFAULT_PARTS, DEFAULT_TABLE_ELEMENTS};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use wasmtime::{
    InstanceAllocationStrategy, OperatorCost, PoolingAllocationConfig, ProfilingStrategy, Strategy,
    WasmBacktraceDetails,
};

/// How a trap reaches the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum TrapMode {
    /// By the processor's faults and signal handlers: free until something traps.
    #[default]
    Signals,
    /// By explicit checks: cheaper traps, slower memory accesses.
    Explicit,
}

/// The compiler of machine code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Compiler {
    /// Optimizing.
    #[default]
    Cranelift,
    /// Single-pass: compiles faster, runs slower, supports fewer proposals.
    Winch,
}

/// What Cranelift optimizes for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Optimization {
    /// Nothing: the shortest compilation.
    None,
    /// Speed.
    #[default]
    Speed,
    /// Speed, then size.
    SpeedAndSize,
}

/// The source of the memory of instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Allocation {
    /// From the operating system, one by one.
    #[default]
    OnDemand,
    /// From slots that are reserved once, of the size that the engine's limits allow.
    Pooling,
}

/// A profiler of native code, which receives the addresses of the guests' functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Profiler {
    /// None.
    #[default]
    None,
    /// Linux's perf, by a map of addresses: `/tmp/perf-<process>.map`.
    PerfMap,
    /// Linux's perf, by a dump of the code itself: `jit-<process>.dump` in the working directory.
    JitDump,
}

impl Profiler {
    /// Whether this platform supports it.
    fn is_available(self) -> bool {
        match self {
            Self::None => true,
            Self::PerfMap => cfg!(unix),
            Self::JitDump => cfg!(target_os = "linux"),
        }
    }

    fn strategy(self) -> ProfilingStrategy {
        match self {
            Self::None => ProfilingStrategy::None,
            Self::PerfMap => ProfilingStrategy::PerfMap,
            Self::JitDump => ProfilingStrategy::JitDump,
        }
    }
}

/// A WebAssembly proposal that can be switched on or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is named after its proposal")]
pub enum Proposal {
    BulkMemory,
    CustomPageSizes,
    Exceptions,
    ExtendedConst,
    FunctionReferences,
    Gc,
    Memory64,
    MultiMemory,
    MultiValue,
    ReferenceTypes,
    RelaxedSimd,
    Simd,
    TailCall,
    Threads,
    WideArithmetic,
}

impl Proposal {
    /// Every proposal, by the name of its option.
    pub const ALL: [(&'static str, Self); 15] = [
        ("bulkMemory", Self::BulkMemory),
        ("customPageSizes", Self::CustomPageSizes),
        ("exceptions", Self::Exceptions),
        ("extendedConst", Self::ExtendedConst),
        ("functionReferences", Self::FunctionReferences),
        ("gc", Self::Gc),
        ("memory64", Self::Memory64),
        ("multiMemory", Self::MultiMemory),
        ("multiValue", Self::MultiValue),
        ("referenceTypes", Self::ReferenceTypes),
        ("relaxedSimd", Self::RelaxedSimd),
        ("simd", Self::Simd),
        ("tailCall", Self::TailCall),
        ("threads", Self::Threads),
        ("wideArithmetic", Self::WideArithmetic),
    ];

    /// The proposal of an option.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, proposal)| *proposal)
    }

    fn apply(self, config: &mut wasmtime::Config, enable: bool) {
        match self {
            Self::BulkMemory => config.wasm_bulk_memory(enable),
            Self::CustomPageSizes => config.wasm_custom_page_sizes(enable),
            Self::Exceptions => config.wasm_exceptions(enable),
            Self::ExtendedConst => config.wasm_extended_const(enable),
            Self::FunctionReferences => config.wasm_function_references(enable),
            Self::Gc => config.wasm_gc(enable),
            Self::Memory64 => config.wasm_memory64(enable),
            Self::MultiMemory => config.wasm_multi_memory(enable),
            Self::MultiValue => config.wasm_multi_value(enable),
            Self::ReferenceTypes => config.wasm_reference_types(enable),
            Self::RelaxedSimd => config.wasm_relaxed_simd(enable),
            Self::Simd => config.wasm_simd(enable),
            Self::TailCall => config.wasm_tail_call(enable),
            // Atomic instructions only: one guest never runs on two threads, a shared memory would escape the limiter, and
            // a guest that waits on one could not be interrupted.
            Self::Threads => config.wasm_threads(enable).shared_memory(false),
            Self::WideArithmetic => config.wasm_wide_arithmetic(enable),
        };
    }
}

impl EngineLimits {
    /// The defaults for an allocation strategy: a pool reserves everything in advance.
    pub fn for_allocation(allocation: Allocation) -> Self {
        match allocation {
            Allocation::OnDemand => Self::default(),
            Allocation::Pooling => Self {
                instances: 1_000,
                ..Self::default()
            },
        }
    }
}

/// The options of an engine. By default it meters guests by fuel and records backtraces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineConfig {
    /// How a guest is interrupted.
    pub interruption: Interruption,
    /// How a trap reaches the host.
    pub traps: TrapMode,
    /// The compiler of machine code.
    pub compiler: Compiler,
    /// What Cranelift optimizes for.
    pub optimization: Optimization,
    /// The maximum number of frames in a backtrace; 0 for none.
    pub backtrace_frames: u32,
    /// The native stack that a guest may use, in bytes.
    pub max_stack_bytes: u64,
    /// The address space reserved for each memory, in bytes; none for Wasmtime's default, 4 GiB on 64-bit hosts.
    pub memory_reservation_bytes: Option<u64>,
    /// The source of the memory of instances.
    pub allocation: Allocation,
    /// Proposals switched on or off, against Wasmtime's defaults.
    pub proposals: BTreeMap<Proposal, bool>,
    /// Whether results are the same on every machine: canonical NaNs, deterministic relaxed SIMD.
    pub deterministic: bool,
    /// The profiler of the guests' machine code. Engines with different profilers share no code in memory.
    pub profiler: Profiler,
    /// Whether compiled code is shared with all engines of the process that would compile it to the same.
    pub cache: bool,
    /// The absolute path of a directory that keeps compiled code for other processes. Anyone who can write there runs
    /// native code in this process.
    pub cache_directory: Option<PathBuf>,
    /// The limits over all instances.
    pub limits: EngineLimits,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            interruption: Interruption::default(),
            traps: TrapMode::default(),
            compiler: Compiler::default(),
            optimization: Optimization::default(),
            backtrace_frames: 20,
            max_stack_bytes: 512 << 10,
            memory_reservation_bytes: None,
            allocation: Allocation::default(),
            proposals: BTreeMap::new(),
            deterministic: false,
            profiler: Profiler::default(),
            cache: true,
            cache_directory: None,
            limits: EngineLimits::default(),
        }
    }
}

/// The minimum native stack, which Wasmtime's entry code needs.
pub const MIN_STACK_BYTES: u64 = 64 << 10;

/// The maximum native stack: more would not fit into the stack of a worker thread on the direct path.
pub const MAX_STACK_BYTES: u64 = 3 << 20;

/// The maximum number of frames in a backtrace.
pub const MAX_BACKTRACE_FRAMES: u32 = 1_000;

/// The maximum number of pooled instances: that many memories of 4 GiB fit into a 47-bit address space.
pub const MAX_POOLED_INSTANCES: u32 = 2_000;

impl EngineConfig {
    /// Wasmtime's configuration.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION` for a value out of its range, or a combination that Wasmtime does not support.
    pub(crate) fn to_wasmtime(&self) -> Result<wasmtime::Config> {
        self.check()?;
        let mut config = wasmtime::Config::new();
        config
            .consume_fuel(self.interruption.fuel())
            .epoch_interruption(self.interruption.epoch())
            .signals_based_traps(self.traps == TrapMode::Signals)
            .strategy(self.strategy())
            .cranelift_opt_level(self.opt_level())
            .wasm_backtrace_max_frames(NonZeroUsize::new(self.backtrace_frames as usize))
            .wasm_backtrace_details(WasmBacktraceDetails::Enable)
            .max_wasm_stack(to_usize(self.max_stack_bytes))
            .async_stack_size(to_usize(self.max_stack_bytes) + FIBER_HEADROOM_BYTES)
            .operator_cost(operator_cost())
            .profiler(self.profiler.strategy())
            .parallel_compilation(self.limits.compiler_threads() > 1)
            .wasm_threads(false);
        if self.compiler == Compiler::Cranelift {
            config.cranelift_nan_canonicalization(self.deterministic);
        }
        if self.deterministic {
            config.relaxed_simd_deterministic(true);
        }
        if let Some(bytes) = self.memory_reservation_bytes {
            config.memory_reservation(bytes);
        }
        if self.allocation == Allocation::Pooling {
            config.allocation_strategy(InstanceAllocationStrategy::Pooling(self.pool()?));
        }
        if let Some(path) = &self.cache_directory {
            config.cache(Some(disk_cache::open(path)?));
        }
        for (proposal, enable) in self.chosen_proposals() {
            proposal.apply(&mut config, enable);
        }
        Ok(config)
    }

    /// The caller's choices and what they imply: relaxed SIMD needs SIMD.
    fn chosen_proposals(&self) -> BTreeMap<Proposal, bool> {
        let mut chosen = self.proposals.clone();
        if chosen.get(&Proposal::Simd) == Some(&false) {
            chosen.entry(Proposal::RelaxedSimd).or_insert(false);
        }
        chosen
    }

    fn strategy(&self) -> Strategy {
        match self.compiler {
            Compiler::Cranelift => Strategy::Cranelift,
            Compiler::Winch => Strategy::Winch,
        }
    }

    fn opt_level(&self) -> wasmtime::OptLevel {
        match self.optimization {
            Optimization::None => wasmtime::OptLevel::None,
            Optimization::Speed => wasmtime::OptLevel::Speed,
            Optimization::SpeedAndSize => wasmtime::OptLevel::SpeedAndSize,
        }
    }

    /// Checks that the values are in their ranges and compatible.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION` naming the option.
    pub(crate) fn check(&self) -> Result<()> {
        self.check_ranges()?;
        self.check_profiler()?;
        self.check_winch()
    }

    fn check_profiler(&self) -> Result<()> {
        if self.profiler.is_available() {
            return Ok(());
        }
        Err(Error::option(
            "profiler",
            format!(
                "this platform ({}) does not support the profiler: 'perfmap' needs Unix, 'jitdump' needs Linux",
                std::env::consts::OS
            ),
        ))
    }

    fn check_ranges(&self) -> Result<()> {
        check_range(
            "maxStackBytes",
            self.max_stack_bytes,
            MIN_STACK_BYTES..=MAX_STACK_BYTES,
        )?;
        check_range(
            "backtraceFrames",
            self.backtrace_frames.into(),
            0..=MAX_BACKTRACE_FRAMES.into(),
        )?;
        self.limits.check()?;
        match self.memory_reservation_bytes {
            Some(bytes) => check_range("memoryReservationBytes", bytes, 0..=1 << 46),
            None => Ok(()),
        }
    }

    /// Wasmtime rejects these as well, without naming the option.
    fn check_winch(&self) -> Result<()> {
        if self.compiler != Compiler::Winch {
            return Ok(());
        }
        let asks = |proposal| self.proposals.get(&proposal) == Some(&true);
        let excluded = [
            ("interruption", self.interruption.epoch()),
            ("traps", self.traps == TrapMode::Explicit),
            ("deterministic", self.deterministic),
            ("proposals.gc", asks(Proposal::Gc)),
            ("proposals.exceptions", asks(Proposal::Exceptions)),
            (
                "proposals.functionReferences",
                asks(Proposal::FunctionReferences),
            ),
            ("proposals.relaxedSimd", asks(Proposal::RelaxedSimd)),
            ("proposals.tailCall", asks(Proposal::TailCall)),
        ];
        match excluded.iter().find(|(_, asked)| *asked) {
            Some((option, _)) => Err(Error::option(
                *option,
                "the compiler 'winch' does not support epochs, explicit traps, canonical NaNs, gc, exceptions, function references, relaxed SIMD or tail calls; use 'cranelift'",
            )),
            None => Ok(()),
        }
    }

    /// A pooled memory cannot move, so its slot must hold its maximum size.
    fn check_pooled_reservation(&self) -> Result<()> {
        match self.memory_reservation_bytes {
            Some(bytes) if bytes < self.limits.memory_bytes => Err(Error::option(
                "memoryReservationBytes",
                format!(
                    "with pooling allocation expected at least the engine's 'limits.memoryBytes' ({}), got {bytes}",
                    self.limits.memory_bytes
                ),
            )),
            _ => Ok(()),
        }
    }

    fn pool(&self) -> Result<PoolingAllocationConfig> {
        let instances = self.limits.instances;
        check_range(
            "limits.instances",
            instances.into(),
            1..=MAX_POOLED_INSTANCES.into(),
        )
        .map_err(|_| {
            Error::option(
                "limits.instances",
                format!("pooling allocation reserves address space for every instance: expected 1 to {MAX_POOLED_INSTANCES}, got {instances}"),
            )
        })?;
        self.check_pooled_reservation()?;
        // Each instance gets its usual parts; the extra ones are for the few that have many.
        let parts = |each: u32, extra: u32| instances.saturating_mul(each).saturating_add(extra);
        let mut pool = PoolingAllocationConfig::default();
        pool.total_component_instances(instances)
            .total_core_instances(parts(8, 100))
            .total_memories(parts(2, 100))
            .total_tables(parts(4, 100))
            .total_stacks(instances)
            .total_gc_heaps(instances)
            .max_memories_per_module(DEFAULT_PARTS)
            .max_tables_per_module(DEFAULT_PARTS)
            .table_elements(to_usize(DEFAULT_TABLE_ELEMENTS))
            .max_memory_size(to_usize(self.limits.memory_bytes));
        Ok(pool)
    }
}

/// The fuel that each instruction consumes: 1 by Wasmtime's default, more for those that the host executes. A unit of fuel
/// then never takes much longer than in a loop of plain instructions.
fn operator_cost() -> OperatorCost {
    let mut cost = OperatorCost::new();
    for grows in [&mut cost.MemoryGrow, &mut cost.TableGrow] {
        *grows = 64;
    }
    for throws in [&mut cost.Throw, &mut cost.ThrowRef] {
        *throws = u8::MAX;
    }
    for allocates in [
        &mut cost.StructNew,
        &mut cost.StructNewDefault,
        &mut cost.ArrayNew,
        &mut cost.ArrayNewDefault,
        &mut cost.ArrayNewFixed,
        &mut cost.ArrayNewData,
        &mut cost.ArrayNewElem,
    ] {
        *allocates = 32;
    }
    cost
}

/// The part of a fiber's stack beyond the guest's: for host functions and Wasmtime itself, in bytes.
const FIBER_HEADROOM_BYTES: usize = 1 << 20;

/// Builds the Wasmtime engine of a configuration.
pub(crate) fn build(config: &EngineConfig) -> Result<wasmtime::Engine> {
    wasmtime::Engine::new(&config.to_wasmtime()?).map_err(|error| match config.allocation {
        Allocation::Pooling => Error::option(
            "allocation",
            format!(
                "cannot create the pool for the engine's 'limits.instances' of {}: {}; lower it, or allocate on demand",
                config.limits.instances,
                chain(&error)
            ),
        ),
        Allocation::OnDemand if config.profiler != Profiler::None => Error::option(
            "profiler",
            format!("the profiler cannot be used: {}", chain(&error)),
        ),
        Allocation::OnDemand => Error::option(
            "options",
            format!("Wasmtime rejects this combination: {}", chain(&error)),
        ),
    })
}

fn to_usize(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
