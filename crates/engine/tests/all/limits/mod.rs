//! The names of limits.

mod budget;

use airssys_wasm_engine::{EngineLimits, Limits};
use std::collections::BTreeSet;

#[test]
fn every_limit_is_listed_by_a_distinct_name() {
    for names in [Limits::NAMES, EngineLimits::NAMES] {
        let distinct: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(distinct.len(), names.len(), "{names:?}");
    }
    assert!(Limits::NAMES.contains(&"queuedCalls"));
}
