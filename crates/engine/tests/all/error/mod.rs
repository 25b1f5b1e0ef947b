//! Errors: their codes, and what they report of traps.

mod trap;

use crate::fixture::{engine, module, refused};
use airssys_wasm_engine::{Error, Limits};
use std::collections::BTreeSet;

#[test]
fn every_code_is_listed_once_in_upper_case() {
    let codes: BTreeSet<&str> = Error::CODES.iter().copied().collect();
    assert_eq!(codes.len(), Error::CODES.len());
    for code in codes {
        let is_code_char = |char: char| char.is_ascii_uppercase() || char == '_';
        assert!(code.chars().all(is_code_char), "{code}");
    }
}

#[test]
fn an_error_has_one_of_the_listed_codes() {
    let errors = [
        Error::Aborted,
        Error::BadValue("value".to_owned()),
        Error::option("option", "message"),
        refused(module(&engine(|_| ()), "(module)").instantiate(&Limits::new(0))),
    ];
    for error in errors {
        assert!(Error::CODES.contains(&error.code()), "{error}");
    }
}
