//! Engines: good and bad sources, and compiled code that is read back.

mod admission;
mod clock;
mod config;

use crate::fixture::{
    COMPONENT, ENDINGS, code, component, config, core_on, engine, limits, module, refused, run,
    text,
};
use airssys_wasm_engine::{
    Component, ComponentInstance, CoreInstance, Engine, Error, Interruption, Module, Source,
    TrapMode, WASMTIME_VERSION, parse_text,
};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

const fn is_send_and_sync<T: Send + Sync>() {}
const fn is_send<T: Send>() {}

const _: () = {
    is_send_and_sync::<Engine>();
    is_send_and_sync::<Module>();
    is_send_and_sync::<Component>();
    is_send_and_sync::<Error>();
    is_send::<CoreInstance>();
    is_send::<ComponentInstance>();
};

/// A file of the given content, deleted on drop.
struct TemporaryFile(PathBuf);

impl TemporaryFile {
    fn new(content: &[u8]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("airssys-wasm-{}-{count}", std::process::id()));
        std::fs::write(&path, content).unwrap();
        Self(path)
    }

    fn source(&self) -> Source {
        Source::File(self.0.clone())
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn every_form_of_a_source_compiles_to_the_same() {
    let engine = engine(|_| ());
    let binary = parse_text(ENDINGS).unwrap();
    let (text_file, binary_file) = (
        TemporaryFile::new(ENDINGS.as_bytes()),
        TemporaryFile::new(&binary),
    );
    let sources = [
        text(ENDINGS),
        Source::Bytes(binary),
        Source::Bytes(ENDINGS.as_bytes().to_vec()),
        text_file.source(),
        binary_file.source(),
    ];
    let sizes: Vec<u64> = sources
        .iter()
        .map(|s| Module::compile(&engine, s).unwrap().code_bytes())
        .collect();
    assert!(sizes[0] > 0);
    assert!(sizes.iter().all(|size| *size == sizes[0]), "{sizes:?}");
}

#[test]
fn empty_and_foreign_sources_are_compile_errors() {
    let engine = engine(|_| ());
    let empty = TemporaryFile::new(b"");
    let sources = [
        Source::Bytes(Vec::new()),
        text(""),
        empty.source(),
        Source::Bytes(vec![0xff, 0xfe, 0, 1]),
        Source::Bytes(vec![0]),
        Source::Bytes(b"\x7fELF not really".to_vec()),
        text("(module (func (export \"f\") (i32.const))"),
        text("no wat at all"),
        text("\u{1f600}"),
    ];
    for source in &sources {
        assert_eq!(
            code(Module::compile(&engine, source)),
            "COMPILE",
            "{source:?}"
        );
        assert_eq!(
            code(Component::compile(&engine, source)),
            "COMPILE",
            "{source:?}"
        );
    }
}

#[test]
fn an_error_in_text_names_its_line() {
    let error = refused(Module::compile(
        &engine(|_| ()),
        &text("(module\n  (func (bogus)))"),
    ));
    assert!(error.to_string().contains(":2:"), "{error}");
}

#[test]
fn a_binary_cut_short_anywhere_is_a_compile_error() {
    let engine = engine(|_| ());
    let binary = parse_text(ENDINGS).unwrap();
    for length in 0..binary.len() {
        let cut = Source::Bytes(binary[..length].to_vec());
        // Some cuts fall between sections and leave a smaller, valid module.
        let answer = code(Module::compile(&engine, &cut));
        assert!(
            answer == "COMPILE" || (answer == "OK" && length >= 8),
            "{length}: {answer}"
        );
    }
    let binary = parse_text(COMPONENT).unwrap();
    for length in 0..binary.len() {
        let cut = Source::Bytes(binary[..length].to_vec());
        let answer = code(Component::compile(&engine, &cut));
        assert!(
            answer == "COMPILE" || (answer == "OK" && length >= 8),
            "{length}: {answer}"
        );
    }
}

#[test]
fn the_wrong_encoding_is_named_with_the_function_to_use() {
    let engine = engine(|_| ());
    let error = refused(Component::compile(&engine, &text(ENDINGS)));
    assert_eq!(error.code(), "COMPILE");
    assert!(error.to_string().contains("compileModule"), "{error}");
    let error = refused(Module::compile(&engine, &text(COMPONENT)));
    assert_eq!(error.code(), "COMPILE");
    assert!(error.to_string().contains("compileComponent"), "{error}");
}

#[test]
fn unknown_versions_and_layers_are_compile_errors() {
    let engine = engine(|_| ());
    for preamble in [
        [2, 0, 0, 0],
        [1, 0, 2, 0],
        [0xff, 0xff, 1, 0],
        [0, 0, 0, 0],
        [13, 0, 0, 0],
    ] {
        let source = Source::Bytes([b"\0asm".as_slice(), &preamble].concat());
        assert_eq!(
            code(Module::compile(&engine, &source)),
            "COMPILE",
            "{preamble:?}"
        );
        assert_eq!(
            code(Component::compile(&engine, &source)),
            "COMPILE",
            "{preamble:?}"
        );
    }
}

#[test]
fn files_that_cannot_be_read_are_io_errors() {
    let engine = engine(|_| ());
    for path in ["", "/does/not/exist.wasm", "/", "nul\0byte"] {
        let error = refused(Module::compile(&engine, &Source::File(path.into())));
        assert_eq!(error.code(), "IO", "{path:?}");
        assert!(error.to_string().contains(path), "{error}");
    }
}

#[test]
fn a_source_over_the_maximum_is_refused_and_one_at_it_is_not() {
    let binary = parse_text(ENDINGS).unwrap();
    let file = TemporaryFile::new(&binary);
    let size = binary.len() as u64;
    for (maximum, expected) in [
        (size, "OK"),
        (size - 1, "BINARY_TOO_LARGE"),
        (1, "BINARY_TOO_LARGE"),
    ] {
        let engine = engine(|c| c.limits.binary_bytes = maximum);
        assert_eq!(
            code(Module::compile(&engine, &Source::Bytes(binary.clone()))),
            expected
        );
        assert_eq!(code(Module::compile(&engine, &file.source())), expected);
    }
    let engine = engine(|c| c.limits.binary_bytes = 10);
    assert_eq!(
        code(Module::compile(&engine, &text(ENDINGS))),
        "BINARY_TOO_LARGE"
    );
    match refused(Component::compile(&engine, &Source::Bytes(vec![0; 11]))) {
        Error::BinaryTooLarge {
            actual_bytes: 11,
            maximum_bytes: 10,
        } => {}
        error => panic!("{error}"),
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_reports_no_size_is_read_within_the_bound() {
    let engine = engine(|c| c.limits.binary_bytes = 1_000);
    let directory = TemporaryFile::new(b"");
    std::fs::remove_file(&directory.0).unwrap();
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&directory.0)
            .status()
            .unwrap()
            .success()
    );
    let path = directory.0.clone();
    let writer = std::thread::spawn(move || {
        use std::io::Write;
        let mut pipe = std::fs::OpenOptions::new().write(true).open(path).unwrap();
        let mut written = 0_u64;
        while written < 64 << 20 && pipe.write_all(&[0; 4096]).is_ok() {
            written += 4096;
        }
        written
    });
    assert_eq!(
        code(Module::compile(&engine, &directory.source())),
        "BINARY_TOO_LARGE"
    );
    let written = writer.join().unwrap();
    assert!(
        written < 1 << 20,
        "{written} bytes were read for a maximum of 1,000"
    );
}

#[test]
fn compiled_code_is_not_a_source() {
    let engine = engine(|_| ());
    let compiled = module(&engine, ENDINGS).serialize(None).unwrap();
    let error = refused(Module::compile(&engine, &Source::Bytes(compiled.clone())));
    assert_eq!(error.code(), "COMPILE");
    assert!(error.to_string().contains("compiled code"), "{error}");
    assert_eq!(
        code(Component::compile(
            &engine,
            &TemporaryFile::new(&compiled).source()
        )),
        "COMPILE"
    );
}

fn read_module(engine: &Engine, bytes: &[u8]) -> airssys_wasm_engine::Result<Module> {
    // SAFETY: this test has compiled the code, and does not run damaged code.
    unsafe { Module::deserialize_unchecked(engine, bytes, None) }
}

fn read_component(engine: &Engine, bytes: &[u8]) -> airssys_wasm_engine::Result<Component> {
    // SAFETY: as above.
    unsafe { Component::deserialize_unchecked(engine, bytes, None) }
}

#[test]
fn compiled_code_comes_back_the_same() {
    let (here, there) = (engine(|_| ()), engine(|_| ()));
    let original = module(&here, ENDINGS);
    let copy = read_module(&there, &original.serialize(None).unwrap()).unwrap();
    assert_eq!(copy.code_bytes(), original.code_bytes());
    assert_eq!(copy.exports().len(), original.exports().len());
    let mut instance = copy.instantiate(&limits(|_| ())).unwrap();
    assert_eq!(run(&mut instance, "div", &[84, 2]).unwrap(), 42);
    let original = component(&here, COMPONENT);
    let copy = read_component(&there, &original.serialize(None).unwrap()).unwrap();
    assert_eq!(code(copy.instantiate(&limits(|_| ()))), "OK");
}

#[test]
fn compiled_code_of_another_configuration_or_kind_is_refused() {
    let here = engine(|_| ());
    let (core, whole) = (
        module(&here, ENDINGS).serialize(None).unwrap(),
        component(&here, COMPONENT).serialize(None).unwrap(),
    );
    assert_eq!(code(read_component(&here, &core)), "DESERIALIZE");
    assert_eq!(code(read_module(&here, &whole)), "DESERIALIZE");
    let others = [
        config(|c| c.interruption = Interruption::Epoch),
        config(|c| c.interruption = Interruption::None),
        config(|c| c.traps = TrapMode::Explicit),
        config(|c| c.deterministic = true),
        config(|c| c.memory_reservation_bytes = Some(0)),
    ];
    for other in others {
        let there = Engine::new(other.clone()).unwrap();
        assert_eq!(code(read_module(&there, &core)), "DESERIALIZE", "{other:?}");
        assert_eq!(
            code(read_component(&there, &whole)),
            "DESERIALIZE",
            "{other:?}"
        );
    }
}

#[test]
fn bytes_that_are_not_compiled_code_are_refused() {
    let engine = engine(|_| ());
    for bytes in [
        b"".as_slice(),
        b"\0asm\x01\0\0\0",
        b"\x7fELF",
        &[0x7f; 4096],
        ENDINGS.as_bytes(),
    ] {
        assert_eq!(code(read_module(&engine, bytes)), "DESERIALIZE");
        assert_eq!(code(read_component(&engine, bytes)), "DESERIALIZE");
    }
}

#[test]
fn compiled_code_cut_short_is_refused() {
    let engine = engine(|_| ());
    let bytes = module(&engine, "(module (func (export \"f\")))")
        .serialize(None)
        .unwrap();
    for length in (0..bytes.len()).step_by(61) {
        assert_eq!(
            code(read_module(&engine, &bytes[..length])),
            "DESERIALIZE",
            "{length}"
        );
    }
}

#[test]
fn damaged_compiled_code_is_refused() {
    let engine = engine(|_| ());
    let bytes = module(&engine, ENDINGS).serialize(None).unwrap();
    let mut unnoticed = Vec::new();
    for at in (0..bytes.len()).step_by(7) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x55;
        let read = || read_module(&engine, &damaged).map(drop);
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)) {
            Ok(Err(Error::Deserialize { .. })) => {}
            Ok(other) => unnoticed.push((at, code(other))),
            Err(_) => unnoticed.push((at, "panic")),
        }
    }
    assert_eq!(unnoticed, [], "of {} bytes", bytes.len());
}

#[test]
fn many_threads_compile_and_run_on_one_engine() {
    let engine = engine(|_| ());
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let engine = engine.clone();
            scope.spawn(move || {
                for round in 0..5 {
                    let wat = format!(
                        "(module (func (export \"f\") (result i32) (i32.const {})))",
                        thread * 100 + round
                    );
                    let mut instance = core_on(&engine, &wat, |_| ());
                    assert_eq!(run(&mut instance, "f", &[]).unwrap(), thread * 100 + round);
                }
            });
        }
    });
    assert_eq!(engine.live_instances(), 0);
}

/// Damaged binaries return typed errors, or run under their limits.
#[test]
fn mutated_binaries_end_in_typed_errors() {
    let engine = engine(|_| ());
    let seeds = [parse_text(ENDINGS).unwrap(), parse_text(COMPONENT).unwrap()];
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % below as u64) as usize
    };
    let small = limits(|l| l.fuel = airssys_wasm_engine::Limit::AtMost(10_000));
    let (mut compiled, mut refusals) = (0, 0);
    let started = std::time::Instant::now();
    while started.elapsed() < std::time::Duration::from_secs(2) && compiled + refusals < 5_000 {
        let mut bytes = seeds[next(2)].clone();
        for _ in 0..=next(4) {
            let at = next(bytes.len());
            match next(4) {
                0 => bytes[at] ^= 1 << next(8),
                1 => bytes[at] = next(256) as u8,
                2 => drop(bytes.remove(at)),
                _ => bytes.insert(at, next(256) as u8),
            }
        }
        let source = Source::Bytes(bytes);
        match Module::compile(&engine, &source) {
            Ok(module) => {
                compiled += 1;
                let names: Vec<String> = module
                    .exports()
                    .iter()
                    .map(|item| item.name.clone())
                    .collect();
                match module.instantiate(&small) {
                    Ok(mut instance) => names
                        .iter()
                        .for_each(|name| allowed(code(run(&mut instance, name, &[3, 0])))),
                    Err(error) => allowed(error.code()),
                }
            }
            Err(error) => {
                refusals += 1;
                assert_eq!(error.code(), "COMPILE", "{error}");
            }
        }
        match Component::compile(&engine, &source) {
            Ok(component) => allowed(code(component.instantiate(&small))),
            Err(error) => assert_eq!(error.code(), "COMPILE", "{error}"),
        }
    }
    assert!(
        compiled > 0 && refusals > 0,
        "{compiled} compiled, {refusals} refused"
    );
}

fn allowed(code: &str) {
    let expected = [
        "OK",
        "LINK",
        "TRAP",
        "OUT_OF_FUEL",
        "MEMORY_LIMIT",
        "UNKNOWN_EXPORT",
        "UNSUPPORTED",
    ];
    assert!(expected.contains(&code), "{code}");
}

#[test]
fn the_version_is_the_one_that_is_pinned() {
    let parts: Vec<u32> = WASMTIME_VERSION
        .split('.')
        .map(|part| part.parse().unwrap())
        .collect();
    assert_eq!(parts.len(), 3);
    assert!(parts[0] >= 48);
}
