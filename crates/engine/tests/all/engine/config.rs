//! The options of an engine: each takes effect, and bad values are refused by name.

use crate::fixture::{
    MIB, PAGE, code, config, core_on, engine, limits, module, option, refused, run, switch, text,
};
use airssys_wasm_engine::{
    Allocation, Compiler, Engine, EngineConfig, EngineLimits, Interruption, MAX_BACKTRACE_FRAMES,
    MAX_POOLED_INSTANCES, MAX_STACK_BYTES, MAX_THREADS, MIN_STACK_BYTES, Module, Optimization,
    Profiler, Proposal, Slot, TrapMode,
};

fn new(change: impl FnOnce(&mut EngineConfig)) -> airssys_wasm_engine::Result<Engine> {
    Engine::new(config(change))
}

#[test]
fn numbers_out_of_range_are_refused_by_name() {
    let stack = |bytes| option(new(|c| c.max_stack_bytes = bytes));
    assert_eq!(stack(MIN_STACK_BYTES), "OK");
    assert_eq!(stack(MAX_STACK_BYTES), "OK");
    for bytes in [0, MIN_STACK_BYTES - 1, MAX_STACK_BYTES + 1, u64::MAX] {
        assert_eq!(stack(bytes), "maxStackBytes");
    }
    let frames = |frames| option(new(|c| c.backtrace_frames = frames));
    assert_eq!(frames(0), "OK");
    assert_eq!(frames(MAX_BACKTRACE_FRAMES), "OK");
    assert_eq!(frames(MAX_BACKTRACE_FRAMES + 1), "backtraceFrames");
    assert_eq!(frames(u32::MAX), "backtraceFrames");
    for (bytes, expected) in [
        (0, "OK"),
        (MIB, "OK"),
        (1 << 32, "OK"),
        (u64::MAX, "memoryReservationBytes"),
    ] {
        assert_eq!(
            option(new(|c| c.memory_reservation_bytes = Some(bytes))),
            expected
        );
    }
}

#[test]
fn engine_limits_out_of_range_are_refused_by_name() {
    let answer = |change: fn(&mut EngineLimits)| option(new(|c| change(&mut c.limits)));
    assert_eq!(answer(|m| m.memory_bytes = 0), "limits.memoryBytes");
    assert_eq!(answer(|m| m.memory_bytes = u64::MAX), "limits.memoryBytes");
    assert_eq!(answer(|m| m.instances = 0), "limits.instances");
    assert_eq!(answer(|m| m.binary_bytes = 0), "limits.binaryBytes");
    assert_eq!(answer(|m| m.binary_bytes = u64::MAX), "limits.binaryBytes");
    assert_eq!(answer(|m| m.threads = Some(0)), "limits.threads");
    assert_eq!(
        answer(|m| m.threads = Some(MAX_THREADS + 1)),
        "limits.threads"
    );
    assert_eq!(answer(|m| m.threads = Some(MAX_THREADS)), "OK");
    assert_eq!(
        answer(|m| (m.memory_bytes, m.instances, m.binary_bytes, m.threads) = (1, 1, 1, Some(1))),
        "OK"
    );
}

#[test]
fn messages_name_the_value_and_the_range() {
    let error = refused(new(|c| c.max_stack_bytes = 7));
    assert_eq!(
        error.to_string(),
        format!("option 'maxStackBytes': expected {MIN_STACK_BYTES} to {MAX_STACK_BYTES}, got 7")
    );
}

#[test]
fn every_mode_runs_guests() {
    let add = r#"(module (memory 1) (func (export "add") (param i32 i32) (result i32)
        (i32.store (i32.const 0) (local.get 0))
        (i32.add (i32.load (i32.const 0)) (local.get 1))))"#;
    let mut tried = 0;
    for interruption in [
        Interruption::Fuel,
        Interruption::Epoch,
        Interruption::Both,
        Interruption::None,
    ] {
        for traps in [TrapMode::Signals, TrapMode::Explicit] {
            for optimization in [
                Optimization::None,
                Optimization::Speed,
                Optimization::SpeedAndSize,
            ] {
                for reservation in [None, Some(0), Some(MIB)] {
                    let engine = engine(|c| {
                        c.interruption = interruption;
                        c.traps = traps;
                        c.optimization = optimization;
                        c.memory_reservation_bytes = reservation;
                    });
                    let mut instance = core_on(&engine, add, |_| ());
                    assert_eq!(run(&mut instance, "add", &[40, 2]).unwrap(), 42);
                    tried += 1;
                }
            }
        }
    }
    assert_eq!(tried, 72);
}

#[test]
fn winch_runs_guests_by_fuel_and_unmetered() {
    for interruption in [Interruption::Fuel, Interruption::None] {
        let engine = engine(|c| {
            c.compiler = Compiler::Winch;
            c.interruption = interruption;
        });
        let mut instance = core_on(&engine, crate::fixture::ENDINGS, |_| ());
        assert_eq!(run(&mut instance, "div", &[84, 2]).unwrap(), 42);
        assert_eq!(code(run(&mut instance, "div", &[84, 0])), "TRAP");
        assert_eq!(code(run(&mut instance, "deep", &[])), "TRAP");
    }
}

#[test]
fn options_that_winch_does_not_support_are_refused_by_name() {
    let winch = |change: fn(&mut EngineConfig)| {
        option(new(|c| {
            c.compiler = Compiler::Winch;
            change(c);
        }))
    };
    assert_eq!(winch(|_| ()), "OK");
    assert_eq!(
        winch(|c| c.interruption = Interruption::Epoch),
        "interruption"
    );
    assert_eq!(
        winch(|c| c.interruption = Interruption::Both),
        "interruption"
    );
    assert_eq!(winch(|c| c.traps = TrapMode::Explicit), "traps");
    assert_eq!(winch(|c| c.deterministic = true), "deterministic");
}

#[test]
fn no_proposal_with_winch_is_refused_without_its_name() {
    let unnamed: Vec<_> = Proposal::ALL
        .iter()
        .flat_map(|(name, proposal)| [(name, *proposal, true), (name, *proposal, false)])
        .filter_map(|(name, proposal, enable)| {
            let answer = new(|c| {
                c.compiler = Compiler::Winch;
                c.proposals.insert(proposal, enable);
            });
            let option = option(answer);
            (option != "OK" && option != format!("proposals.{name}"))
                .then_some((name, enable, option))
        })
        .collect();
    assert_eq!(unnamed, []);
}

#[test]
fn no_proposal_alone_is_refused_without_its_name() {
    let unnamed: Vec<_> = Proposal::ALL
        .iter()
        .flat_map(|(name, proposal)| [(name, *proposal, true), (name, *proposal, false)])
        .filter_map(|(name, proposal, enable)| {
            let answer = new(|c| switch(c, proposal, enable));
            let option = option(answer);
            (option != "OK" && option != format!("proposals.{name}"))
                .then_some((name, enable, option))
        })
        .collect();
    assert_eq!(unnamed, []);
}

/// A module that needs each proposal.
const NEEDS: [(&str, &str); 15] = [
    (
        "bulkMemory",
        "(module (memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0))))",
    ),
    ("customPageSizes", "(module (memory 1 (pagesize 1)))"),
    ("exceptions", "(module (tag $e) (func (throw $e)))"),
    (
        "extendedConst",
        "(module (global i32 (i32.add (i32.const 1) (i32.const 2))))",
    ),
    (
        "functionReferences",
        "(module (type $f (func)) (func (param (ref $f)) (call_ref $f (local.get 0))))",
    ),
    (
        "gc",
        "(module (type $s (struct (field i32))) (func (drop (struct.new $s (i32.const 1)))))",
    ),
    ("memory64", "(module (memory i64 1))"),
    ("multiMemory", "(module (memory 1) (memory 1))"),
    (
        "multiValue",
        "(module (func (result i32 i32) (i32.const 1) (i32.const 2)))",
    ),
    ("referenceTypes", "(module (table 1 externref))"),
    (
        "relaxedSimd",
        "(module (func (param v128) (result v128) (i32x4.relaxed_trunc_f32x4_s (local.get 0))))",
    ),
    (
        "simd",
        "(module (func (result v128) (v128.const i32x4 0 0 0 0)))",
    ),
    ("tailCall", "(module (func $f (return_call $f)))"),
    ("threads", "(module (memory 1 1 shared))"),
    (
        "wideArithmetic",
        "(module (func (param i64 i64) (result i64 i64) (i64.mul_wide_u (local.get 0) (local.get 1))))",
    ),
];

#[test]
fn a_proposal_switched_on_compiles_and_switched_off_does_not() {
    for (name, wat) in NEEDS {
        let proposal = Proposal::by_name(name).unwrap();
        let compile = |enable| {
            let engine = new(|c| switch(c, proposal, enable));
            engine.map(|engine| code(Module::compile(&engine, &text(wat))))
        };
        assert_eq!(compile(true).unwrap(), "OK", "{name} on");
        // A proposal that others depend on cannot be switched off alone; the test above expects an error that names it.
        if let Ok(answer) = compile(false) {
            assert_eq!(answer, "COMPILE", "{name} off");
        }
    }
}

#[test]
fn threads_are_off_by_default() {
    let engine = engine(|_| ());
    let error = refused(Module::compile(
        &engine,
        &text("(module (memory 1 1 shared))"),
    ));
    assert_eq!(error.code(), "COMPILE");
    assert!(error.to_string().contains("threads"), "{error}");
}

#[test]
fn names_of_proposals_are_known_both_ways() {
    for (name, proposal) in Proposal::ALL {
        assert_eq!(Proposal::by_name(name), Some(proposal));
    }
    assert_eq!(Proposal::by_name("Simd"), None);
    assert_eq!(Proposal::by_name(""), None);
}

const NAN: &str = r#"(module
    (func (export "f32") (param f32 f32) (result f32) (f32.mul (local.get 0) (local.get 1)))
    (func (export "f64") (param f64 f64) (result f64) (f64.sub (local.get 0) (local.get 1))))"#;

#[test]
fn deterministic_engines_return_the_canonical_nan() {
    let bits = |deterministic| {
        let engine = engine(|c| c.deterministic = deterministic);
        let mut instance = core_on(&engine, NAN, |_| ());
        let mut single = [Slot::f32(f32::from_bits(0x7fc1_2345)), Slot::f32(1.0)];
        let function = instance.function("f32").unwrap();
        instance.call(&function, &mut single).unwrap();
        let mut double = [
            Slot::f64(f64::from_bits(0x7ff8_1234_5678_9abc)),
            Slot::f64(1.0),
        ];
        let function = instance.function("f64").unwrap();
        instance.call(&function, &mut double).unwrap();
        (single[0].as_f32().to_bits(), double[0].as_f64().to_bits())
    };
    assert_eq!(bits(true), (0x7fc0_0000, 0x7ff8_0000_0000_0000));
    // Without the option, the processors that tests run on keep the payload: the option canonicalized it.
    #[cfg(target_arch = "x86_64")]
    assert_eq!(bits(false), (0x7fc1_2345, 0x7ff8_1234_5678_9abc));
}

fn pooled(instances: u32) -> Engine {
    engine(|c| {
        c.allocation = Allocation::Pooling;
        c.limits = EngineLimits {
            instances,
            memory_bytes: 16 * MIB,
            ..EngineLimits::for_allocation(Allocation::Pooling)
        };
    })
}

#[test]
fn pooling_refuses_more_instances_than_it_can_reserve() {
    let answer = |instances| {
        option(new(|c| {
            c.allocation = Allocation::Pooling;
            c.limits.instances = instances;
            c.limits.memory_bytes = MIB;
        }))
    };
    assert_eq!(answer(1), "OK");
    assert_eq!(answer(MAX_POOLED_INSTANCES), "OK");
    assert_eq!(answer(MAX_POOLED_INSTANCES + 1), "limits.instances");
    assert_eq!(
        option(new(|c| c.allocation = Allocation::Pooling)),
        "limits.instances"
    );
    assert_eq!(
        option(new(|c| {
            c.allocation = Allocation::Pooling;
            c.limits = EngineLimits::for_allocation(Allocation::Pooling);
        })),
        "OK"
    );
}

#[test]
fn an_exhausted_pool_is_an_instance_limit_and_recovers() {
    let engine = pooled(3);
    let module = module(&engine, "(module (memory 1))");
    let mut live: Vec<_> = (0..3)
        .map(|_| module.instantiate(&limits(|_| ())).unwrap())
        .collect();
    assert_eq!(code(module.instantiate(&limits(|_| ()))), "INSTANCE_LIMIT");
    assert_eq!(engine.live_instances(), 3);
    live.pop();
    live.push(module.instantiate(&limits(|_| ())).unwrap());
    assert_eq!(code(module.instantiate(&limits(|_| ()))), "INSTANCE_LIMIT");
}

#[test]
fn a_pooled_memory_is_zero_for_its_next_instance() {
    let engine = pooled(1);
    let module = module(
        &engine,
        r#"(module (memory 2)
        (func (export "get") (param i32) (result i32) (i32.load (local.get 0)))
        (func (export "set") (param i32) (i32.store (local.get 0) (i32.const 0x5ec2e7))))"#,
    );
    for _ in 0..3 {
        let mut instance = module.instantiate(&limits(|_| ())).unwrap();
        for at in [0, 4096, 131_068] {
            assert_eq!(run(&mut instance, "get", &[at]).unwrap(), 0);
            run(&mut instance, "set", &[at]).unwrap();
            assert_eq!(run(&mut instance, "get", &[at]).unwrap(), 0x5e_c2e7);
        }
    }
}

#[test]
fn a_pool_holds_as_many_memories_and_tables_as_allocation_on_demand() {
    let wat = "(module (memory 1) (memory 1) (table 1 funcref) (table 1 funcref))";
    for allocation in [Allocation::OnDemand, Allocation::Pooling] {
        let engine = engine(|c| {
            c.allocation = allocation;
            (c.limits.instances, c.limits.memory_bytes) = (4, MIB);
        });
        let compiled =
            Module::compile(&engine, &text(wat)).unwrap_or_else(|e| panic!("{allocation:?}: {e}"));
        assert_eq!(
            code(compiled.instantiate(&limits(|l| l.memory_bytes = 2 * PAGE))),
            "OK",
            "{allocation:?}"
        );
    }
}

#[test]
fn a_pool_holds_a_table_within_the_default_limit() {
    let wat = "(module (table 50000 funcref))";
    for allocation in [Allocation::OnDemand, Allocation::Pooling] {
        let engine = engine(|c| {
            c.allocation = allocation;
            (c.limits.instances, c.limits.memory_bytes) = (4, MIB);
        });
        let compiled =
            Module::compile(&engine, &text(wat)).unwrap_or_else(|e| panic!("{allocation:?}: {e}"));
        assert_eq!(
            code(compiled.instantiate(&limits(|l| l.memory_bytes = PAGE))),
            "OK",
            "{allocation:?}"
        );
    }
}

#[test]
fn pooling_accepts_a_small_reservation_or_names_the_options() {
    let option = option(new(|c| {
        c.allocation = Allocation::Pooling;
        c.memory_reservation_bytes = Some(MIB);
        (c.limits.instances, c.limits.memory_bytes) = (4, 16 * MIB);
    }));
    assert_ne!(option, "engine");
}

#[test]
fn a_pooled_engine_runs_guests_in_time_slices() {
    use airssys_wasm_engine::Limit;
    let engine = pooled(2);
    for _ in 0..5 {
        let mut instance = core_on(&engine, crate::fixture::ENDINGS, |l| {
            (l.timeout_ms, l.fuel) = (Limit::AtMost(200), Limit::Unlimited);
        });
        assert_eq!(run(&mut instance, "count", &[100_000]).unwrap(), 100_000);
        assert_eq!(code(run(&mut instance, "deep", &[])), "TRAP");
        assert_eq!(code(run(&mut instance, "spin", &[])), "TIMEOUT");
    }
    assert_eq!(engine.live_instances(), 0);
}

#[test]
fn a_pool_for_one_instance_holds_one_component_of_eight_core_instances() {
    let wat = format!(
        "(component (core module $m (memory 1)) {})",
        "(core instance (instantiate $m))".repeat(8)
    );
    let component = crate::fixture::component(&pooled(1), &wat);
    let answer = component.instantiate(&limits(|_| ()));
    assert!(answer.is_ok(), "{}", refused(answer));
}

#[cfg(unix)]
#[test]
fn perf_finds_functions_by_a_map() {
    let wat = r#"(module (func $seen_by_perf (export "f")))"#;
    // The process has cached the code, from an engine without a profiler.
    let known = module(&engine(|_| ()), wat);
    let profiled = new(|config| config.profiler = Profiler::PerfMap).unwrap();
    assert!(!module(&profiled, wat).shares_code_with(&known));
    let path = format!("/tmp/perf-{}.map", std::process::id());
    let map = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(map.contains("seen_by_perf"), "{map}");
}

#[cfg(target_os = "linux")]
#[test]
fn perf_finds_functions_by_a_dump() {
    let engine = new(|config| config.profiler = Profiler::JitDump).unwrap();
    module(&engine, r#"(module (func $dumped_for_perf (export "f")))"#);
    let path = format!("jit-{}.dump", std::process::id());
    let dump = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(String::from_utf8_lossy(&dump).contains("dumped_for_perf"));
}

#[cfg(not(unix))]
#[test]
fn an_unsupported_profiler_is_refused_by_name() {
    assert_eq!(
        option(new(|config| config.profiler = Profiler::PerfMap)),
        "profiler"
    );
}
