//! Values: lowered and lifted like Wasmtime's `Val`s.

#![allow(
    clippy::unwrap_used,
    reason = "a trial that cannot be set up is a failure too"
)]

mod guest;
mod random;
mod speed;
mod val;

use std::borrow::Cow;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use airssys_wasm_engine::value::{
    Case, DynamicFunc, Field, FunctionType, List, Mismatch, ResultType, Type, UnsupportedType,
    Value,
};
use wasmtime::Engine;
use wasmtime::component::{Component, Val};

use guest::{FILLERS, Guest};
use random::Random;
use val::val;

const ENCODINGS: [&str; 3] = ["utf8", "utf16", "latin1+utf16"];

/// The component of one type, to be called both ways.
struct Trial {
    engine: Engine,
    component: Component,
    ty: Type,
    list: Type,
}

impl Trial {
    fn new(engine: &Engine, ty: Type, encoding: &str) -> Self {
        let wat = guest::for_type(&ty, encoding);
        let component = Component::new(engine, &wat).unwrap_or_else(|e| panic!("{ty}: {e:?}"));
        Trial {
            engine: engine.clone(),
            component,
            list: Type::List(Arc::new(ty.clone())),
            ty,
        }
    }

    fn guest(&self) -> Guest {
        Guest::new(&self.engine, &self.component)
    }

    /// Calls `name` with the same arguments in two instances, by `Val` and by `Value`, and
    /// compares the results and the guests' whole memories. Returns whether the call succeeded.
    fn compare(&self, name: &str, args: &[(&Type, Value<'_>)], result: Option<&Type>) -> bool {
        let (mut ours, mut theirs) = (self.guest(), self.guest());
        let vals: Vec<Val> = args.iter().map(|(ty, value)| val(ty, value)).collect();
        let values: Vec<Value<'_>> = args.iter().map(|(_, value)| value.clone()).collect();

        let func = ours.func(name);
        let got = func.call(&mut ours.store, &values);
        let func = theirs.wasmtime_func(name);
        let mut expected = vec![Val::Bool(false); usize::from(result.is_some())];
        let outcome = func.call(&mut theirs.store, &vals, &mut expected);

        assert_eq!(
            got.is_ok(),
            outcome.is_ok(),
            "{name}: {} {got:?} {outcome:?}",
            self.ty
        );
        let Ok(got) = got else { return false };
        let got = got.map(|value| val(result.expect("no result"), &value));
        assert_eq!(got.as_ref(), expected.first(), "{name}: {}", self.ty);
        assert_eq!(
            dump(&mut ours),
            dump(&mut theirs),
            "{name}: {} {values:?}",
            self.ty
        );
        true
    }

    /// Every function that passes a value through.
    fn compare_all(&self, random: &mut Random) {
        let values: Vec<Value<'_>> = (0..3).map(|_| random.value(&self.ty)).collect();
        let one = || values[0].clone();
        assert!(self.compare("take", &[(&self.ty, one())], None));

        let list = list_of(&self.ty, &values);
        assert!(self.compare("echo", &[(&self.list, list.clone())], Some(&self.list)));

        let give = if guest::flat(&self.ty).len() == 1 {
            (&self.ty, one())
        } else {
            (&self.list, list)
        };
        assert!(self.compare("give", &[give], Some(&self.ty)));

        let fillers = (0..FILLERS).map(|n| (&Type::U64, Value::U64(n as u64)));
        let many: Vec<_> = [(&self.ty, one())].into_iter().chain(fillers).collect();
        let types = many.iter().map(|(ty, _)| (*ty).clone()).collect();
        assert!(self.compare("many", &many, Some(&Type::Tuple(types))));
    }

    /// Calls a guest with forged results; returns whether they were accepted.
    fn compare_forged(&self, random: &mut Random) -> bool {
        let image = Value::List(List::U8(Cow::Owned(random.image(64))));
        let offset = [0, 0, 0, 4, 1][random.below(5)];
        let args = [
            (&Type::List(Arc::new(Type::U8)), image),
            (&Type::U32, Value::U32(offset)),
        ];
        let single = self.compare("forge", &args, Some(&self.ty));
        let list = self.compare("forge-list", &args, Some(&self.list));
        single || list
    }
}

fn dump(guest: &mut Guest) -> Vec<u8> {
    let dump = guest.func("dump").call(&mut guest.store, &[]).unwrap();
    match dump {
        Some(Value::List(List::U8(bytes))) => bytes.into_owned(),
        other => panic!("{other:?}"),
    }
}

fn list_of(element: &Type, values: &[Value<'static>]) -> Value<'static> {
    macro_rules! numbers {
        ($($kind:ident)*) => {
            match element {
                $(Type::$kind => Value::List(List::$kind(values.iter().map(|value| match value {
                    Value::$kind(v) => *v,
                    other => panic!("{other:?}"),
                }).collect())),)*
                _ => Value::List(List::Values(values.to_vec())),
            }
        };
    }
    numbers!(S8 U8 S16 U16 S32 U32 S64 U64 F32 F64)
}

#[test]
fn every_type_lowers_and_lifts_as_val_does() {
    let engine = Engine::default();
    for seed in 0..200 {
        let mut random = Random::new(seed);
        let ty = random.ty(3);
        let trial = Trial::new(&engine, ty, ENCODINGS[random.below(3)]);
        for _ in 0..4 {
            trial.compare_all(&mut random);
        }
    }
}

#[test]
fn forged_values_are_refused_or_read_as_val_does() {
    let engine = Engine::default();
    let mut held = 0;
    for seed in 1000..1150 {
        let mut random = Random::new(seed);
        let ty = random.ty(2);
        let trial = Trial::new(&engine, ty, ENCODINGS[random.below(3)]);
        held += (0..10)
            .filter(|_| trial.compare_forged(&mut random))
            .count();
    }
    assert!(
        (200..1300).contains(&held),
        "{held} of 1500 lies held: the test has lost its edge"
    );
}

#[test]
fn cases_of_a_variant_share_their_core_values() {
    let engine = Engine::default();
    let payloads = [
        vec![Type::S8, Type::F32, Type::U64],
        vec![Type::F32, Type::S16, Type::F32],
        vec![Type::F64, Type::F64, Type::String, Type::F32],
        vec![Type::U64],
    ];
    let cases: Vec<Case> = payloads
        .into_iter()
        .enumerate()
        .map(|(n, types)| Case {
            name: format!("c{n}").into(),
            ty: Some(Type::Tuple(types.into())),
        })
        .collect();
    let trial = Trial::new(&engine, Type::Variant(cases.into()), "utf8");
    for seed in 0..50 {
        trial.compare_all(&mut Random::new(seed));
    }
}

#[test]
fn scalars_lists_and_strings_come_back_unchanged() {
    let mut guest = Guest::from_wat(&guest::component(
        "",
        "utf8",
        "",
        &[
            ("scalar", "same", "(param \"x\" s32) (result s32)"),
            (
                "bytes",
                "pair",
                "(param \"x\" (list u8)) (result (list u8))",
            ),
            (
                "doubles",
                "pair",
                "(param \"x\" (list f64)) (result (list f64))",
            ),
            ("text", "pair", "(param \"x\" string) (result string)"),
        ],
    ));
    let bytes: Vec<u8> = (0..100_000u32).map(|n| n as u8).collect();
    let doubles: Vec<f64> = (0..1000).map(f64::from).collect();
    let values = [
        ("scalar", Value::S32(-5)),
        ("bytes", Value::List(List::U8(Cow::Borrowed(&bytes)))),
        ("doubles", Value::List(List::F64(Cow::Borrowed(&doubles)))),
        ("text", Value::String(Cow::Borrowed("grüße, 🦀"))),
    ];
    for (name, value) in values {
        let func = guest.func(name);
        let back = func
            .call(&mut guest.store, std::slice::from_ref(&value))
            .unwrap();
        assert_eq!(back, Some(value));
    }
}

#[test]
fn an_asynchronous_call_returns_the_same() {
    let mut guest = Guest::from_wat(&guest::for_type(&Type::String, "utf16"));
    let func = guest.func("echo");
    let text = String::from("grüße");
    let args = [Value::List(List::Values(vec![Value::String(
        Cow::Borrowed(&text),
    )]))];
    let back = block_on(func.call_async(&mut guest.store, &args)).unwrap();
    assert_eq!(back.as_ref(), args.first());
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            return value;
        }
    }
}

fn point() -> Type {
    Type::Record(
        ["x", "y"]
            .map(|name| Field {
                name: name.into(),
                ty: Type::S32,
            })
            .into_iter()
            .collect(),
    )
}

#[test]
fn types_are_read_from_the_component_and_written_as_wit() {
    let names = |names: &[&str]| names.iter().copied().map(Box::from).collect();
    let result = |ok, err| Type::Result(Arc::new(ResultType { ok, err }));
    let all = Type::Tuple(Arc::new([
        point(),
        Type::Variant(Arc::new([
            Case {
                name: "none".into(),
                ty: None,
            },
            Case {
                name: "some".into(),
                ty: Some(Type::List(Arc::new(Type::F32))),
            },
        ])),
        Type::Enum(names(&["red", "green"])),
        Type::Flags(names(&["read", "write"])),
        Type::Option(Arc::new(Type::Char)),
        result(None, None),
        result(Some(Type::Bool), None),
        result(None, Some(Type::String)),
        result(Some(Type::U64), Some(Type::S8)),
    ]));
    let mut guest = Guest::from_wat(&guest::for_type(&all, "utf8"));
    let func = guest.func("take");
    assert_eq!(func.ty().params, [("x".into(), all)]);
    assert_eq!(
        func.ty().to_string(),
        "func(x: tuple<record { x: s32, y: s32 }, variant { none, some(list<f32>) }, \
         enum { red, green }, flags { read, write }, option<char>, result, result<bool>, \
         result<_, string>, result<u64, s8>>)"
    );
    assert_eq!(guest.func("dump").ty().to_string(), "func() -> list<u8>");
}

#[test]
fn types_that_values_cannot_have_are_named() {
    let mut guest = Guest::from_wat(
        "(component
            (type $r (resource (rep i32)))
            (export $e \"r\" (type $r))
            (core module $m (func (export \"f\") (param i32 i32)))
            (core instance $i (instantiate $m))
            (func (export \"f\") (param \"x\" (option (own $e)))
                (canon lift (core func $i \"f\"))))",
    );
    let func = guest.wasmtime_func("f");
    let refused = DynamicFunc::new(func, &guest.store).err().unwrap();
    assert_eq!(
        refused,
        UnsupportedType {
            type_name: "own<resource>".into()
        }
    );
}

#[test]
fn a_type_too_large_to_describe_is_refused() {
    // Each level doubles: 2^17 leaves from a few hundred bytes.
    let levels: String = (1..=17)
        .map(|n| format!("(type $t{n} (tuple $t{0} $t{0}))", n - 1))
        .collect();
    let mut guest = Guest::from_wat(&guest::component(
        "(func (export \"nop\") (param i32))",
        "utf8",
        &format!("(type $t0 (tuple u8)) {levels}"),
        &[("f", "nop", "(param \"x\" $t17)")],
    ));
    let func = guest.wasmtime_func("f");
    let refused = DynamicFunc::new(func, &guest.store).err().unwrap();
    assert_eq!(&*refused.type_name, "a type of more than 65536 parts");
}

#[test]
fn a_mismatch_says_where_and_what() {
    let function = FunctionType {
        params: vec![
            ("name".into(), Type::String),
            ("points".into(), Type::List(Arc::new(point()))),
            (
                "mode".into(),
                Type::Enum(Arc::new(["a".into(), "b".into()])),
            ),
            (
                "bits".into(),
                Type::Flags(Arc::new(["r".into(), "w".into()])),
            ),
            (
                "data".into(),
                Type::Option(Arc::new(Type::List(Arc::new(Type::U8)))),
            ),
        ],
        result: None,
    };
    let text = || Value::String("a".into());
    let point = |x, y| Value::Record(vec![x, y]);
    let good = || {
        vec![
            text(),
            Value::List(List::Values(vec![point(Value::S32(1), Value::S32(2))])),
            Value::Enum(1),
            Value::Flags(3),
            Value::Option(Some(Box::new(Value::List(List::U8(Cow::Borrowed(&[1])))))),
        ]
    };
    let with = |n: usize, value| {
        let mut args = good();
        args[n] = value;
        function.check(&args).unwrap_err().to_string()
    };
    assert_eq!(function.check(&good()), Ok(()));
    assert_eq!(
        function.check(&good()[..2]).unwrap_err().to_string(),
        "arguments: expected 5, got 2"
    );
    assert_eq!(
        with(0, Value::S32(1)),
        "argument 1 'name': expected string, got s32"
    );
    let points = Value::List(List::Values(vec![
        point(Value::S32(1), Value::S32(2)),
        point(text(), Value::S32(2)),
    ]));
    assert_eq!(
        with(1, points),
        "argument 2 'points', index 1, field 'x': expected s32, got string"
    );
    assert_eq!(
        with(1, Value::List(List::Values(vec![Value::Record(vec![])]))),
        "argument 2 'points', index 0: expected 2 fields, got 0 fields"
    );
    assert_eq!(
        with(2, Value::Enum(2)),
        "argument 3 'mode': expected one of 2 cases, counted from 0, got case 2"
    );
    assert_eq!(
        with(3, Value::Flags(4)),
        "argument 4 'bits': expected bits of 2 flags, got 0b100"
    );
    assert_eq!(
        with(
            4,
            Value::Option(Some(Box::new(Value::List(List::S8(Cow::Borrowed(&[1]))))))
        ),
        "argument 5 'data', some: expected list<u8>, got list<s8>"
    );
}

#[test]
fn a_mismatch_leaves_the_instance_usable() {
    let mut guest = Guest::from_wat(&guest::for_type(&point(), "utf8"));
    let func = guest.func("take");
    let refused = func
        .call(&mut guest.store, &[Value::Bool(true)])
        .unwrap_err();
    assert!(refused.is::<Mismatch>(), "{refused:?}");
    let args = [Value::Record(vec![Value::S32(1), Value::S32(2)])];
    assert_eq!(func.call(&mut guest.store, &args).unwrap(), None);
}

#[test]
fn forged_results_of_a_guest_are_errors() {
    let all = [
        ("text", "string"),
        ("bytes", "(list u8)"),
        ("words", "(list u64)"),
        ("char", "(tuple char char)"),
    ];
    let funcs = all.map(|(name, ty)| {
        (
            name,
            "shifted",
            format!("(param \"i\" (list u8)) (param \"o\" u32) (result {ty})"),
        )
    });
    let funcs: Vec<_> = funcs
        .iter()
        .map(|(name, core, sig)| (*name, *core, sig.as_str()))
        .collect();
    let wat = guest::component("", "utf8", "", &funcs);
    let lie = |name: &str, words: [u32; 2], offset| {
        let mut guest = Guest::from_wat(&wat);
        let func = guest.func(name);
        let image: Vec<u8> = words
            .into_iter()
            .flat_map(u32::to_le_bytes)
            .chain([0xff, 0])
            .collect();
        let args = [Value::List(List::U8(image.into())), Value::U32(offset)];
        func.call(&mut guest.store, &args)
            .map_err(|error| error.to_string())
    };
    let refused = |name, words, offset| lie(name, words, offset).unwrap_err();
    // The image is at 1024; its last two bytes, ff 00, are at 1032.
    assert!(lie("bytes", [1032, 2], 0).is_ok());
    assert!(lie("words", [1024, 1], 0).is_ok());
    assert!(refused("text", [1032, 1], 0).contains("invalid utf-8"));
    assert!(refused("text", [1032, u32::MAX], 0).contains("out of bounds"));
    assert!(refused("bytes", [1032, u32::MAX], 0).contains("beyond the end of memory"));
    assert!(refused("bytes", [u32::MAX, 1], 0).contains("beyond the end of memory"));
    assert!(refused("words", [1024, u32::MAX], 0).contains("beyond the end of memory"));
    assert!(refused("words", [1028, 1], 0).contains("not aligned"));
    assert!(refused("bytes", [1024, 1], 1).contains("not aligned"));
    assert!(refused("bytes", [1024, 1], 1 << 30).contains("beyond the end of memory"));
    assert!(refused("char", [0xd800, 65], 0).contains("char"));
    assert!(refused("char", [65, 0x11_0000], 0).contains("char"));
}

#[test]
fn an_allocator_that_returns_bad_addresses_is_an_error() {
    for (answer, message) in [
        ("(i32.const 1)", "not aligned"),
        ("(i32.const -8)", "beyond end of memory"),
        ("(unreachable)", "unreachable"),
    ] {
        let mut guest = Guest::from_wat(&format!(
            "(component
                (core module $m
                    (memory (export \"memory\") 1)
                    (func (export \"realloc\") (param i32 i32 i32 i32) (result i32) {answer})
                    (func (export \"f\") (param i32 i32)))
                (core instance $i (instantiate $m))
                (func (export \"f\") (param \"x\" (list u64)) (canon lift (core func $i \"f\")
                    (memory (core memory $i \"memory\")) (realloc (core func $i \"realloc\")))))"
        ));
        let func = guest.func("f");
        let args = [Value::List(List::U64(Cow::Borrowed(&[1, 2])))];
        let refused = func.call(&mut guest.store, &args).unwrap_err();
        assert!(format!("{refused:?}").contains(message), "{refused:?}");
    }
}

#[test]
fn host_allocations_caused_by_a_guest_are_charged() {
    let echo = |fuel: usize, value: Value<'_>, ty: Type| {
        let mut guest = Guest::from_wat(&guest::for_type(&ty, "utf8"));
        let func = guest.func("echo");
        guest.store.set_hostcall_fuel(fuel);
        func.call(&mut guest.store, &[value])
            .map_err(|error| error.to_string())
    };
    let bytes = || Value::List(List::U8(Cow::Borrowed(&[0; 1000])));
    assert!(echo(1000, bytes(), Type::U8).is_ok());
    assert!(
        echo(999, bytes(), Type::U8)
            .unwrap_err()
            .contains("fuel allocated for hostcalls")
    );

    let flags = || Value::List(List::Values(vec![Value::Bool(true); 1000]));
    let charge = 1000 * size_of::<Value<'_>>();
    assert!(echo(charge, flags(), Type::Bool).is_ok());
    assert!(echo(charge - 1, flags(), Type::Bool).is_err());
}

#[test]
fn unknown_flags_of_a_guest_are_dropped() {
    let ty = Type::Flags(Arc::new(["a".into(), "b".into(), "c".into()]));
    let mut guest = Guest::from_wat(&guest::for_type(&ty, "utf8"));
    let func = guest.func("forge");
    let image = Value::List(List::U8(Cow::Borrowed(&[0xfd, 0xff, 0xff, 0xff])));
    let flags = func
        .call(&mut guest.store, &[image, Value::U32(0)])
        .unwrap();
    assert_eq!(flags, Some(Value::Flags(0b101)));

    // In memory: address and length, then the flags, at 1032 in a guest that has allocated nothing.
    let mut guest = Guest::from_wat(&guest::for_type(&ty, "utf8"));
    let func = guest.func("forge-list");
    let image = [1032u32, 1, 0xfffd].map(u32::to_le_bytes).concat();
    let args = [Value::List(List::U8(image.into())), Value::U32(0)];
    let list = func.call(&mut guest.store, &args).unwrap();
    let expected = List::Values(vec![Value::Flags(0b101)]);
    assert_eq!(list, Some(Value::List(expected)));
}

#[test]
fn owned_values_are_equal_to_what_they_borrowed() {
    let borrowed = Value::Tuple(vec![
        Value::String(Cow::Borrowed("a")),
        Value::List(List::U16(Cow::Borrowed(&[1, 2]))),
        Value::Variant(1, Some(Box::new(Value::Result(Err(None))))),
    ]);
    assert_eq!(borrowed.clone().into_owned(), borrowed);
    assert!(size_of::<Value<'_>>() <= 32);
}
