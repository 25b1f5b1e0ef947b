//! What an engine is: its options, and the one place that turns them into Wasmtime's configuration.

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
    /// By the processor's faults and signal handlers: no cost where nothing traps.
    #[default]
    Signals,
    /// By explicit checks: traps are cheap, memory accesses are not.
    Explicit,
}

/// Which compiler makes the machine code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Compiler {
    /// Optimizing.
    #[default]
    Cranelift,
    /// One pass: compiles faster, runs slower, knows fewer proposals.
    Winch,
}

/// What Cranelift optimizes for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Optimization {
    /// Nothing: shortest compilation.
    None,
    /// Speed.
    #[default]
    Speed,
    /// Speed, and among equals the smaller code.
    SpeedAndSize,
}

/// Where instances get their memory from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Allocation {
    /// From the operating system, one by one.
    #[default]
    OnDemand,
    /// From slots reserved once, sized by the engine's limits.
    Pooling,
}

/// Which profiler of native code learns where the guests' functions lie.
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
    /// Whether this platform has it.
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

/// A proposal to WebAssembly that can be switched on or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the proposal of that name")]
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
    /// Every proposal with the name of its option.
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

    /// The proposal whose option has this name.
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
            // Atomic instructions only: no two threads run one guest here, a shared memory would escape the limiter, and
            // nothing could end a guest that waits on one.
            Self::Threads => config.wasm_threads(enable).shared_memory(false),
            Self::WideArithmetic => config.wasm_wide_arithmetic(enable),
        };
    }
}

impl EngineLimits {
    /// The defaults for this way of allocation: a pool reserves all that it may ever give.
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

/// The options of an engine. The default is metered by fuel, with backtraces, everything else denied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineConfig {
    /// How a guest is stopped.
    pub interruption: Interruption,
    /// How a trap reaches the host.
    pub traps: TrapMode,
    /// Which compiler.
    pub compiler: Compiler,
    /// What Cranelift optimizes for.
    pub optimization: Optimization,
    /// Frames in a backtrace, 0 for none.
    pub backtrace_frames: u32,
    /// Native stack that a guest may use, in bytes.
    pub max_stack_bytes: u64,
    /// Address space reserved for each memory, in bytes; none for Wasmtime's own default (4 GiB on 64-bit hosts).
    pub memory_reservation_bytes: Option<u64>,
    /// Where instances get their memory from.
    pub allocation: Allocation,
    /// Proposals switched on or off against Wasmtime's defaults.
    pub proposals: BTreeMap<Proposal, bool>,
    /// Same results on every machine: NaN canonical, relaxed SIMD deterministic.
    pub deterministic: bool,
    /// Which profiler learns of the guests' code. Engines with one share no code in memory with others.
    pub profiler: Profiler,
    /// Whether code is shared with all engines of the process that would make the same.
    pub cache: bool,
    /// An absolute path to where compiled code is kept for other processes. Whoever can write there runs native code in
    /// this process.
    pub cache_directory: Option<PathBuf>,
    /// The bounds over all instances.
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

/// The least native stack with which Wasmtime's own entry code works.
pub const MIN_STACK_BYTES: u64 = 64 << 10;

/// The most native stack: above it the direct path would not fit into a worker thread.
pub const MAX_STACK_BYTES: u64 = 3 << 20;

/// The most frames that a backtrace may have.
pub const MAX_BACKTRACE_FRAMES: u32 = 1_000;

/// The most instances for which pooling allocation can reserve memories of 4 GiB in a 47-bit address space.
pub const MAX_POOLED_INSTANCES: u32 = 2_000;

impl EngineConfig {
    /// The configuration in Wasmtime's terms.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION` for a value out of range and for combinations that Wasmtime does not support.
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

    /// The caller's choices, with what follows from them: relaxed SIMD is nothing without SIMD.
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

    /// Whether the values are in their ranges and go together.
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
                "this platform ({}) has no such profiler: 'perfmap' is for Unix, 'jitdump' for Linux",
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

    /// Wasmtime would refuse these as well, without naming the option.
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

    /// A pooled memory cannot move, so its slot must hold all that it may grow to.
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
        // Each instance has its usual parts, and some more serve the few that have many.
        let parts = |each: u32, more: u32| instances.saturating_mul(each).saturating_add(more);
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

/// What each instruction costs in fuel: 1, as Wasmtime has it, but for those whose work is a host's. With these a unit of
/// fuel is never worth much more time than in a loop of plain instructions.
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

/// What a fiber's stack holds beyond the guest's share: host functions and Wasmtime itself.
const FIBER_HEADROOM_BYTES: usize = 1 << 20;

/// Builds the engine that the configuration describes.
pub(crate) fn build(config: &EngineConfig) -> Result<wasmtime::Engine> {
    wasmtime::Engine::new(&config.to_wasmtime()?).map_err(|error| match config.allocation {
        Allocation::Pooling => Error::option(
            "allocation",
            format!(
                "the pool for the engine's 'limits.instances' of {} cannot be made: {}; lower it, or allocate on demand",
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
            format!("Wasmtime refuses this combination: {}", chain(&error)),
        ),
    })
}

fn to_usize(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
