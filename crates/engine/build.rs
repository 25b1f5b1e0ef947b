//! Sets `WASMTIME_VERSION` to the pinned version, since Wasmtime exports none.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=Cargo.toml");
    let manifest = std::fs::read_to_string("Cargo.toml")?;
    let pinned = manifest
        .lines()
        .find_map(|line| line.strip_prefix("version = \"=")?.strip_suffix('"'));
    println!(
        "cargo::rustc-env=WASMTIME_VERSION={}",
        pinned.ok_or("Cargo.toml pins no version of wasmtime")?
    );
    Ok(())
}
