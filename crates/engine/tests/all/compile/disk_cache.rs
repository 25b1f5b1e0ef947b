//! The cache on disk: code is found again, and unusable directories are refused.

use crate::fixture::{config, engine, limits, module, refused, run};
use airssys_wasm_engine::{Engine, Error, cache_statistics};
use std::path::{Path, PathBuf};

/// A directory of one test, deleted on drop.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let name = format!("airssys-wasm-{name}-{}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const WAT: &str = r#"(module (func (export "kept in a directory") (result i32) (i32.const 42)))"#;

/// Without the cache in memory, which would be asked first.
fn compile_and_run(directory: &Path) {
    let engine = engine(|c| (c.cache, c.cache_directory) = (false, Some(directory.to_owned())));
    let mut instance = module(&engine, WAT).instantiate(&limits(|_| ())).unwrap();
    assert_eq!(run(&mut instance, "kept in a directory", &[]).unwrap(), 42);
}

/// The files in which Wasmtime keeps code, without its statistics.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if !path.file_name().unwrap().to_string_lossy().contains('.') {
            found.push(path);
        }
    }
    found
}

#[test]
fn code_is_kept_in_the_directory_and_read_from_it() {
    let directory = Directory::new("kept");
    let path = directory.0.join("made/where/absent");
    compile_and_run(&path);
    assert_eq!(files(&path).len(), 1);
    let before = cache_statistics().directory_hits;
    compile_and_run(&path);
    assert_eq!(files(&path).len(), 1);
    assert!(cache_statistics().directory_hits > before);
}

#[test]
fn a_truncated_or_overwritten_file_is_compiled_again() {
    let directory = Directory::new("damaged");
    compile_and_run(&directory.0);
    let file = files(&directory.0).remove(0);
    let good = std::fs::read(&file).unwrap();
    for bad in [
        good[..good.len() / 2].to_vec(),
        b"garbage".to_vec(),
        Vec::new(),
    ] {
        std::fs::write(&file, bad).unwrap();
        compile_and_run(&directory.0);
    }
}

#[test]
fn a_directory_that_is_deleted_during_use_is_harmless() {
    let directory = Directory::new("deleted");
    compile_and_run(&directory.0);
    let engine = engine(|c| (c.cache, c.cache_directory) = (false, Some(directory.0.clone())));
    // Wasmtime's thread may be writing into it.
    let elsewhere = Directory::new("elsewhere");
    std::fs::rename(&directory.0, &elsewhere.0).unwrap();
    module(&engine, WAT);
}

#[test]
fn an_unusable_directory_is_refused_with_its_path_and_the_reason() {
    let directory = Directory::new("refused");
    std::fs::create_dir_all(&directory.0).unwrap();
    let file = directory.0.join("file");
    std::fs::write(&file, "").unwrap();
    let mut cases = vec![
        (PathBuf::from("here"), "is relative"),
        (PathBuf::new(), "is relative"),
        (file.clone(), "cannot be created as a directory"),
        (file.join("below"), "cannot be created as a directory"),
    ];
    if cfg!(target_os = "linux") {
        // Not even root can write there.
        cases.push((PathBuf::from("/proc/self"), "cannot be written to"));
    }
    for (path, why) in cases {
        let error = refused(Engine::new(config(|c| {
            c.cache_directory = Some(path.clone())
        })));
        let message = error.to_string();
        assert!(
            matches!(error, Error::BadOption { option, .. } if option == "cacheDirectory"),
            "{message}"
        );
        assert!(
            message.contains(why) && message.contains(&format!("'{}'", path.display())),
            "{message}"
        );
    }
}
