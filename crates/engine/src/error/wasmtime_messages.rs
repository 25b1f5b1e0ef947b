//! Wasmtime's messages: every place where an error of Wasmtime's is recognised by its text, since it has no type.
//!
//! Wasmtime is pinned, and a test for each message fails if a new version words it differently.

use wasmtime::Trap;

/// Whether a call would have transferred more to the host than its hostcall fuel allows.
pub(crate) fn is_transfer_limit(error: &wasmtime::Error) -> bool {
    error
        .root_cause()
        .to_string()
        .contains("fuel allocated for hostcalls has been exhausted")
}

/// The limit of core instances, memories or tables that an instantiation exceeded, with Wasmtime's message.
pub(crate) fn exceeded_count(error: &wasmtime::Error) -> Option<(&'static str, String)> {
    const COUNTS: [(&str, &str); 3] = [
        ("resource limit exceeded: instance count", "instances"),
        ("resource limit exceeded: memory count", "memories"),
        ("resource limit exceeded: table count", "tables"),
    ];
    let message = error.root_cause().to_string();
    let (_, limit) = COUNTS.iter().find(|(text, _)| message.contains(text))?;
    Some((limit, message))
}

/// Whether the operating system refused memory.
///
/// If the error is not the standard library's, its type is private to Wasmtime's dependencies and its text decides: 12 is
/// ENOMEM, 1455 the same on Windows.
pub(crate) fn is_out_of_memory(error: &wasmtime::Error) -> bool {
    let cause = error.root_cause();
    match cause.downcast_ref::<std::io::Error>() {
        Some(error) => error.kind() == std::io::ErrorKind::OutOfMemory,
        None => {
            let message = cause.to_string();
            message.contains("(os error 12)") || message.contains("(os error 1455)")
        }
    }
}

/// What happened, without Wasmtime's prefix.
pub(crate) fn trap_message(trap: Trap) -> String {
    trap.to_string().replace("wasm trap: ", "")
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        reason = "a test that cannot be set up is a failure too"
    )]

    use super::{exceeded_count, is_out_of_memory, is_transfer_limit, trap_message};
    use wasmtime::component::{Component, Linker};
    use wasmtime::{Engine, Instance, Module, Store, StoreLimits, StoreLimitsBuilder, Trap};

    #[test]
    fn exhausted_hostcall_fuel_is_a_transfer_limit() {
        let engine = Engine::default();
        let wat = r#"(component
            (core module $m (memory (export "memory") 1)
                (func (export "give") (result i32)
                    (i32.store (i32.const 4) (i32.const 1000)) (i32.const 0)))
            (core instance $i (instantiate $m))
            (func (export "give") (result (list u8))
                (canon lift (core func $i "give") (memory (core memory $i "memory")))))"#;
        let component = Component::new(&engine, wat).unwrap();
        let mut store = Store::new(&engine, ());
        store.set_hostcall_fuel(999);
        let instance = Linker::new(&engine)
            .instantiate(&mut store, &component)
            .unwrap();
        let give = instance
            .get_typed_func::<(), (Vec<u8>,)>(&mut store, "give")
            .unwrap();
        let error = give.call(&mut store, ()).unwrap_err();
        assert!(is_transfer_limit(&error), "{error:#}");
        assert!(!is_transfer_limit(&Trap::OutOfFuel.into()));
    }

    fn refusal(limits: StoreLimits) -> wasmtime::Error {
        let engine = Engine::default();
        let module = Module::new(&engine, "(module (memory 0) (table 0 funcref))").unwrap();
        let mut store = Store::new(&engine, limits);
        store.limiter(|limits| limits);
        Instance::new(&mut store, &module, &[]).unwrap_err()
    }

    #[test]
    fn an_exceeded_number_of_instances_is_known() {
        let (limit, _) =
            exceeded_count(&refusal(StoreLimitsBuilder::new().instances(0).build())).unwrap();
        assert_eq!(limit, "instances");
    }

    #[test]
    fn an_exceeded_number_of_memories_is_known() {
        let (limit, _) =
            exceeded_count(&refusal(StoreLimitsBuilder::new().memories(0).build())).unwrap();
        assert_eq!(limit, "memories");
    }

    #[test]
    fn an_exceeded_number_of_tables_is_known() {
        let (limit, _) =
            exceeded_count(&refusal(StoreLimitsBuilder::new().tables(0).build())).unwrap();
        assert_eq!(limit, "tables");
    }

    #[test]
    fn other_errors_exceed_no_count() {
        assert!(exceeded_count(&Trap::OutOfFuel.into()).is_none());
    }

    /// Real refusals are provoked in `tests/all/engine/admission.rs`, in a separate process.
    #[test]
    fn refused_memory_is_known_by_type_and_by_text() {
        let refused = std::io::Error::from(std::io::ErrorKind::OutOfMemory);
        assert!(is_out_of_memory(&refused.into()));
        for (text, expected) in [
            ("mmap failed: Cannot allocate memory (os error 12)", true),
            ("The paging file is too small (os error 1455)", true),
            ("Too many open files (os error 24)", false),
        ] {
            assert_eq!(
                is_out_of_memory(&wasmtime::Error::msg(text)),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn a_traps_message_has_no_prefix() {
        assert_eq!(
            trap_message(Trap::IntegerDivisionByZero),
            "integer divide by zero"
        );
    }
}
