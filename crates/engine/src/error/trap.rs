//! Traps: Wasmtime's trap codes by name, with the guest's frames.

use crate::error::wasmtime_messages;
use std::fmt;
use wasmtime::Trap;

/// A trap, and where it happened.
///
/// It holds Wasmtime's code and no text: names and messages are formatted when they are read, since a host that expects
/// traps often reads neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrapReport {
    pub(crate) cause: Cause,
    /// The guest's frames, innermost first; empty without backtraces.
    pub frames: Vec<Frame>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cause {
    Trap(Trap),
    /// A violation of the canonical ABI without a trap code: Wasmtime's message.
    CanonicalAbi(String),
}

/// The name of a violation of the canonical ABI without a trap code, such as invalid UTF-8.
pub const CANONICAL_ABI: &str = "CanonicalAbi";

impl TrapReport {
    /// Wasmtime's own name of the trap, such as `IntegerDivisionByZero`, or [`CANONICAL_ABI`].
    pub fn name(&self) -> String {
        match &self.cause {
            Cause::Trap(trap) => format!("{trap:?}"),
            Cause::CanonicalAbi(_) => CANONICAL_ABI.to_owned(),
        }
    }

    /// What happened, in Wasmtime's words.
    pub fn message(&self) -> String {
        match &self.cause {
            Cause::Trap(trap) => wasmtime_messages::trap_message(*trap),
            Cause::CanonicalAbi(message) => message.clone(),
        }
    }
}

/// One frame of the guest's stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The index of the function in its module.
    pub function_index: u32,
    /// The demangled name of the function, if the binary has names.
    pub function: Option<String>,
    /// The name of the module, if the binary has one.
    pub module: Option<String>,
    /// The offset of the instruction from the start of the module, in bytes.
    pub module_offset: Option<u64>,
    /// The source file, if the binary has DWARF.
    pub file: Option<String>,
    /// The line in the source file, from 1.
    pub line: Option<u32>,
    /// The column in that line, from 1.
    pub column: Option<u32>,
}

impl fmt::Display for TrapReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the guest trapped: {}", self.message())?;
        match self.frames.first() {
            Some(frame) => write!(f, " (in {frame})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.function {
            Some(name) => write!(f, "{name}")?,
            None => write!(f, "function {}", self.function_index)?,
        }
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, " at {file}:{line}"),
            _ => Ok(()),
        }
    }
}

/// The frames that Wasmtime recorded with `error`, innermost first.
pub(crate) fn frames(error: &wasmtime::Error) -> Vec<Frame> {
    let Some(backtrace) = error.downcast_ref::<wasmtime::WasmBacktrace>() else {
        return Vec::new();
    };
    backtrace.frames().iter().map(frame).collect()
}

/// The maximum length of the name of a function, module or file, in bytes: the guest chooses them.
const MAX_NAME_BYTES: usize = 512;

fn clip(name: &str) -> &str {
    &name[..name.floor_char_boundary(MAX_NAME_BYTES)]
}

fn demangled(name: &str) -> String {
    let name = clip(name);
    match rustc_demangle::try_demangle(name) {
        Ok(demangled) => clip(&format!("{demangled:#}")).to_owned(),
        Err(_) => name.to_owned(),
    }
}

fn frame(info: &wasmtime::FrameInfo) -> Frame {
    let symbol = info.symbols().first();
    let name = symbol
        .and_then(|symbol| symbol.name())
        .or(info.func_name())
        .map(demangled);
    Frame {
        function_index: info.func_index(),
        function: name,
        module: info.module().name().map(clip).map(str::to_owned),
        module_offset: info.module_offset().map(|offset| offset as u64),
        file: symbol
            .and_then(|symbol| symbol.file())
            .map(clip)
            .map(str::to_owned),
        line: symbol.and_then(|symbol| symbol.line()),
        column: symbol.and_then(|symbol| symbol.column()),
    }
}

/// The trap behind an error of Wasmtime's that none of this crate's limits explains.
pub(crate) fn report(error: &wasmtime::Error) -> TrapReport {
    let cause = match error.downcast_ref::<Trap>() {
        Some(trap) => Cause::Trap(*trap),
        None if error.is::<wasmtime::ThrownException>() => Cause::Trap(Trap::UncaughtException),
        None => Cause::CanonicalAbi(error.root_cause().to_string()),
    };
    TrapReport {
        cause,
        frames: frames(error),
    }
}
