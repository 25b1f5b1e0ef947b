//! Component values on the host's side.
//!
//! Wasmtime's own `component::Val` takes 40 bytes for each byte of a `list<u8>` and repeats every
//! field's name in every record. [`Value`] keeps bytes as bytes and numbers as typed slices, holds
//! records by position, and may borrow what the caller already has.
//!
//! ```text
//! Value, List          a value, owned or borrowed                  data.rs
//! Type, FunctionType   what a function takes and returns           types.rs
//! check → Mismatch     does a value have a type, and if not, where check.rs
//! store, flatten       Value → guest                               lower.rs
//! load, unflatten      guest → Value                               lift.rs
//! Arguments, AnyResult the two behind Wasmtime's traits (unsafe)   abi.rs
//! DynamicFunc          check, lower, call, lift                    call.rs
//! ```

mod abi;
mod call;
mod check;
mod data;
mod layout;
mod lift;
mod lower;
mod numbers;
mod types;

pub use call::DynamicFunc;
pub(crate) use check::summary;
pub use check::{Mismatch, PathSegment};
pub use data::{List, Value};
pub use types::{Case, DescriptionBudget, Field, FunctionType, ResultType, Type, UnsupportedType};
