//! Descriptions of imports and exports.

use crate::fixture::{component, engine, module};
use airssys_wasm_engine::{ExternDescriptor, ExternType, Proposal};

fn lines(items: &[ExternDescriptor]) -> Vec<String> {
    items
        .iter()
        .map(|item| {
            format!(
                "{}{} {}: {}",
                item.module
                    .as_deref()
                    .map_or(String::new(), |m| format!("{m}.")),
                item.name,
                item.ty.kind(),
                item.ty.text()
            )
        })
        .collect()
}

#[test]
fn exports_of_a_module_are_listed_in_order_with_their_types() {
    let engine = engine(|c| {
        for proposal in [
            Proposal::Memory64,
            Proposal::Threads,
            Proposal::CustomPageSizes,
            Proposal::Exceptions,
        ] {
            c.proposals.insert(proposal, true);
        }
    });
    let wat = r#"(module (tag (export "tag"))
        (func (export "f") (param i32 v128) (result f64 externref) unreachable)
        (memory (export "m") 1) (memory (export "bounded") 1 2) (memory (export "m64") i64 1 2)
        (memory (export "shared") 1 2 shared) (memory (export "bytes") 7 9 (pagesize 1))
        (table (export "t") 3 4 funcref) (table (export "te") 1 externref)
        (global (export "g") (mut i64) (i64.const 1)) (global (export "c") f32 (f32.const 1)))"#;
    assert_eq!(
        lines(module(&engine, wat).exports()),
        [
            "tag tag: tag",
            "f function: func(i32, v128) -> (f64, reference)",
            "m memory: memory 1",
            "bounded memory: memory 1 2",
            "m64 memory: memory i64 1 2",
            "shared memory: memory 1 2 shared",
            "bytes memory: memory 7 9 (pagesize 1)",
            "t table: table 3 4 funcref",
            "te table: table 1 externref",
            "g global: global (mut i64)",
            "c global: global f32",
        ]
    );
}

#[test]
fn imports_of_a_module_name_their_module() {
    let wat = r#"(module (import "env" "f" (func (param i64))) (import "" "m" (memory 1)) (import "env" "g" (global i32)))"#;
    assert_eq!(
        lines(&module(&engine(|_| ()), wat).imports()),
        [
            "env.f function: func(i64) -> ()",
            ".m memory: memory 1",
            "env.g global: global i32",
        ]
    );
}

#[test]
fn a_components_exports_are_described_as_wit() {
    let wat = r#"(component
        (import "acme:host/log" (instance (export "info" (func (param "message" string)))))
        (import "plain" (func (param "x" u8) (result (list (option char)))))
        (core module $m (func (export "f")))
        (core instance $i (instantiate $m))
        (func $f (canon lift (core func $i "f")))
        (instance $inner (export "run" (func $f)))
        (export "run" (func $f))
        (export "acme:calc/inner" (instance $inner))
        (export "raw" (core module $m)))"#;
    let component = component(&engine(|_| ()), wat);
    let imports = component.imports();
    let exports = component.exports();
    let kinds = |items: &[ExternDescriptor]| {
        items
            .iter()
            .map(|item| format!("{} {}", item.name, item.ty.kind()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        kinds(&imports),
        ["acme:host/log instance", "plain function"]
    );
    assert_eq!(
        kinds(exports),
        ["run function", "acme:calc/inner instance", "raw module"]
    );
    assert_eq!(imports[1].ty.text(), "func(x: u8) -> list<option<char>>");
    let ExternType::Instance(inside) = &imports[0].ty else {
        panic!("{:?}", imports[0])
    };
    assert_eq!(lines(inside), ["info function: func(message: string)"]);
}
