//! Limits: what each means, and which an engine cannot enforce.

use crate::fixture::{ENDINGS, MIB, core_on, engine, limits, module, option, refused, run};
use airssys_wasm_engine::{
    DEFAULT_FUEL, DEFAULT_TIMEOUT_MS, Error, Interruption, Limit, Limits, MAX_TIMEOUT_MS,
};

fn answer(interruption: Interruption, fuel: Limit, timeout: Limit) -> String {
    let engine = engine(|c| c.interruption = interruption);
    let limits = limits(|l| (l.fuel, l.timeout_ms) = (fuel, timeout));
    option(module(&engine, "(module)").instantiate(&limits))
}

#[test]
fn every_kind_of_engine_takes_the_defaults_and_what_is_written_out_as_unlimited() {
    for kind in [
        Interruption::Fuel,
        Interruption::Epoch,
        Interruption::Both,
        Interruption::None,
    ] {
        for fuel in [Limit::Default, Limit::Unlimited] {
            for timeout in [Limit::Default, Limit::Unlimited] {
                assert_eq!(
                    answer(kind, fuel, timeout),
                    "OK",
                    "{kind:?} {fuel:?} {timeout:?}"
                );
            }
        }
    }
}

#[test]
fn limits_that_an_engine_cannot_enforce_are_refused() {
    use Interruption::{Both, Epoch, Fuel, None};
    let number = Limit::AtMost(1_000);
    for (kind, expected) in [
        (Fuel, "OK"),
        (Both, "OK"),
        (Epoch, "limits.fuel"),
        (None, "limits.fuel"),
    ] {
        assert_eq!(answer(kind, number, Limit::Default), expected, "{kind:?}");
    }
    for (kind, expected) in [
        (Fuel, "OK"),
        (Both, "OK"),
        (Epoch, "OK"),
        (None, "limits.timeoutMs"),
    ] {
        assert_eq!(answer(kind, Limit::Default, number), expected, "{kind:?}");
    }
}

#[test]
fn zero_and_too_long_are_refused() {
    let fuel = |fuel| answer(Interruption::Fuel, Limit::AtMost(fuel), Limit::Default);
    assert_eq!(
        (fuel(0).as_str(), fuel(1).as_str(), fuel(u64::MAX).as_str()),
        ("limits.fuel", "OK", "OK")
    );
    for kind in [Interruption::Fuel, Interruption::Epoch, Interruption::Both] {
        let timeout = |ms| answer(kind, Limit::Default, Limit::AtMost(ms));
        assert_eq!(timeout(0), "limits.timeoutMs");
        assert_eq!(timeout(MAX_TIMEOUT_MS), "OK");
        assert_eq!(timeout(MAX_TIMEOUT_MS + 1), "limits.timeoutMs");
        assert_eq!(timeout(u64::MAX), "limits.timeoutMs");
    }
}

#[test]
fn memory_must_be_within_the_engines_maximum() {
    let engine = engine(|c| c.limits.memory_bytes = MIB);
    let module = module(&engine, "(module)");
    for (bytes, expected) in [
        (0, "limits.memoryBytes"),
        (1, "OK"),
        (MIB, "OK"),
        (MIB + 1, "limits.memoryBytes"),
        (u64::MAX, "limits.memoryBytes"),
    ] {
        assert_eq!(option(module.instantiate(&Limits::new(bytes))), expected);
    }
    assert_eq!(engine.live_instances(), 0);
}

#[test]
fn the_default_fuel_bounds_a_call_and_its_error_names_it() {
    let mut instance = core_on(&engine(|_| ()), ENDINGS, |_| ());
    match refused(run(&mut instance, "spin", &[])) {
        Error::OutOfFuel {
            budget: DEFAULT_FUEL,
            ..
        } => {}
        error => panic!("{error}"),
    }
}

#[test]
fn time_bounds_a_call_by_default_if_fuel_does_not() {
    for (kind, fuel) in [
        (Interruption::Epoch, Limit::Default),
        (Interruption::Fuel, Limit::Unlimited),
    ] {
        let engine = engine(|c| c.interruption = kind);
        let mut instance = core_on(&engine, ENDINGS, |l| l.fuel = fuel);
        match refused(run(&mut instance, "spin", &[])) {
            Error::Timeout {
                timeout_ms: DEFAULT_TIMEOUT_MS,
            } => {}
            error => panic!("{kind:?}: {error}"),
        }
    }
}
