//! WAVE: arguments are read, or refused with path and type; results can be read back.

use crate::fixture::{code, refused};
use airssys_wasm_engine::value::{Case, Field, FunctionType, List, ResultType, Type, Value};
use airssys_wasm_engine::{CoreFunctionType, CoreType, Error, Slot, wave};
use std::sync::Arc;

fn field(name: &str, ty: Type) -> Field {
    Field {
        name: name.into(),
        ty,
    }
}

fn record() -> Type {
    Type::Record(Arc::new([
        field("x", Type::S32),
        field("street-name", Type::Option(Arc::new(Type::String))),
    ]))
}

fn variant() -> Type {
    let case = |name: &str, ty| Case {
        name: name.into(),
        ty,
    };
    Type::Variant(Arc::new([
        case("circle", Some(Type::F64)),
        case("none", None),
    ]))
}

fn names(names: &[&str]) -> Arc<[Box<str>]> {
    names.iter().map(|name| Box::from(*name)).collect()
}

fn result_of(ok: Option<Type>, err: Option<Type>) -> Type {
    Type::Result(Arc::new(ResultType { ok, err }))
}

fn list_of(element: Type) -> Type {
    Type::List(Arc::new(element))
}

fn option_of(some: Type) -> Type {
    Type::Option(Arc::new(some))
}

/// A function that takes one value of this type and returns it.
fn echo(ty: Type) -> FunctionType {
    FunctionType {
        params: vec![("value".into(), ty.clone())],
        result: Some(ty),
    }
}

fn read(ty: &Type, text: &str) -> Value<'static> {
    let values = wave::arguments(&echo(ty.clone()), &format!("({text})"));
    let mut values = values.unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(values.len(), 1, "{text}");
    values.remove(0)
}

fn why(ty: &Type, text: &str) -> String {
    let error = refused(wave::arguments(&echo(ty.clone()), &format!("({text})")));
    assert_eq!(error.code(), "BAD_VALUE");
    error.to_string()
}

fn some(value: Value<'static>) -> Value<'static> {
    Value::Option(Some(Box::new(value)))
}

fn string(text: &str) -> Value<'static> {
    Value::String(text.to_owned().into())
}

#[test]
fn every_type_is_read_and_written_so_that_it_reads_back() {
    let permissions = Type::Flags(names(&["read", "write", "execute"]));
    let color = Type::Enum(names(&["red", "dark-blue"]));
    let cases: Vec<(Type, &str, Value<'static>)> = vec![
        (Type::Bool, "true", Value::Bool(true)),
        (Type::S8, "-128", Value::S8(-128)),
        (Type::U8, "255", Value::U8(255)),
        (Type::S16, "-32768", Value::S16(i16::MIN)),
        (Type::U16, "65535", Value::U16(u16::MAX)),
        (Type::S32, "-2147483648", Value::S32(i32::MIN)),
        (Type::U32, "4294967295", Value::U32(u32::MAX)),
        (Type::S64, "-9223372036854775808", Value::S64(i64::MIN)),
        (Type::U64, "18446744073709551615", Value::U64(u64::MAX)),
        (Type::F32, "-0.5", Value::F32(-0.5)),
        (Type::F64, "inf", Value::F64(f64::INFINITY)),
        (Type::F64, "-inf", Value::F64(f64::NEG_INFINITY)),
        (Type::Char, r"'\n'", Value::Char('\n')),
        (Type::String, r#""a \"quote\" ☃""#, string("a \"quote\" ☃")),
        (
            list_of(Type::U8),
            "[1, 2, 3]",
            Value::List(List::U8(vec![1, 2, 3].into())),
        ),
        (
            list_of(Type::S8),
            "[-1]",
            Value::List(List::S8(vec![-1].into())),
        ),
        (
            list_of(Type::S16),
            "[-1]",
            Value::List(List::S16(vec![-1].into())),
        ),
        (
            list_of(Type::U16),
            "[1]",
            Value::List(List::U16(vec![1].into())),
        ),
        (
            list_of(Type::S32),
            "[-1]",
            Value::List(List::S32(vec![-1].into())),
        ),
        (
            list_of(Type::U32),
            "[1]",
            Value::List(List::U32(vec![1].into())),
        ),
        (
            list_of(Type::S64),
            "[-1]",
            Value::List(List::S64(vec![-1].into())),
        ),
        (
            list_of(Type::U64),
            "[1]",
            Value::List(List::U64(vec![1].into())),
        ),
        (
            list_of(Type::F32),
            "[0.5]",
            Value::List(List::F32(vec![0.5].into())),
        ),
        (
            list_of(Type::F64),
            "[0.5, -inf]",
            Value::List(List::F64(vec![0.5, f64::NEG_INFINITY].into())),
        ),
        (
            list_of(Type::F64),
            "[]",
            Value::List(List::F64(vec![].into())),
        ),
        (
            list_of(Type::String),
            r#"["a", ""]"#,
            Value::List(List::Values(vec![string("a"), string("")])),
        ),
        (
            record(),
            r#"{x: 1, street-name: some("way")}"#,
            Value::Record(vec![Value::S32(1), some(string("way"))]),
        ),
        (
            record(),
            "{x: 1}",
            Value::Record(vec![Value::S32(1), Value::Option(None)]),
        ),
        (
            Type::Tuple(Arc::new([Type::S32, Type::Bool])),
            "(1, false)",
            Value::Tuple(vec![Value::S32(1), Value::Bool(false)]),
        ),
        (
            variant(),
            "circle(1.5)",
            Value::Variant(0, Some(Box::new(Value::F64(1.5)))),
        ),
        (variant(), "%none", Value::Variant(1, None)),
        (color, "dark-blue", Value::Enum(1)),
        (option_of(Type::U32), "some(1)", some(Value::U32(1))),
        (option_of(Type::U32), "none", Value::Option(None)),
        (
            option_of(option_of(Type::U32)),
            "some(none)",
            some(Value::Option(None)),
        ),
        (
            result_of(Some(Type::U32), Some(Type::String)),
            "ok(1)",
            Value::Result(Ok(Some(Box::new(Value::U32(1))))),
        ),
        (
            result_of(Some(Type::U32), Some(Type::String)),
            r#"err("no")"#,
            Value::Result(Err(Some(Box::new(string("no"))))),
        ),
        (result_of(None, None), "ok", Value::Result(Ok(None))),
        (result_of(None, None), "err", Value::Result(Err(None))),
        (permissions.clone(), "{read, execute}", Value::Flags(0b101)),
        (permissions, "{}", Value::Flags(0)),
    ];
    for (ty, text, value) in cases {
        assert_eq!(read(&ty, text), value, "{text}");
        let written = wave::result(&echo(ty.clone()), Some(&value));
        assert_eq!(written, text);
        assert_eq!(read(&ty, &written), value, "{written}");
    }
}

#[test]
fn what_wave_omits_may_be_omitted() {
    assert_eq!(read(&option_of(Type::U32), "1"), some(Value::U32(1)));
    let ok = Value::Result(Ok(Some(Box::new(Value::U32(1)))));
    assert_eq!(read(&result_of(Some(Type::U32), None), "1"), ok);
    assert_eq!(
        read(&list_of(Type::U8), "[1, 2,]"),
        Value::List(List::U8(vec![1, 2].into()))
    );
    assert!(matches!(read(&Type::F64, "nan"), Value::F64(number) if number.is_nan()));
    assert_eq!(read(&Type::F64, "1e3"), Value::F64(1_000.0));
    let trailing = FunctionType {
        params: vec![("a".into(), Type::S32), ("b".into(), option_of(Type::S32))],
        result: None,
    };
    let expected = vec![Value::S32(1), Value::Option(None)];
    assert_eq!(wave::arguments(&trailing, "(1)").unwrap(), expected);
    let nothing = FunctionType {
        params: vec![],
        result: None,
    };
    assert_eq!(wave::arguments(&nothing, "()").unwrap(), vec![]);
    assert_eq!(wave::result(&nothing, None), "()");
}

#[test]
fn values_of_another_type_are_refused_with_their_path() {
    let cases = [
        (
            Type::S32,
            r#""x""#,
            r#"argument 1 'value': expected s32 (-2147483648 to 2147483647), got "x""#,
        ),
        (
            Type::U8,
            "300",
            "argument 1 'value': expected u8 (0 to 255), got 300",
        ),
        (
            Type::U8,
            "-1",
            "argument 1 'value': expected u8 (0 to 255), got -1",
        ),
        (
            Type::S32,
            "1.5",
            "argument 1 'value': expected s32 (-2147483648 to 2147483647), got 1.5",
        ),
        (Type::Bool, "1", "argument 1 'value': expected bool, got 1"),
        (
            Type::String,
            "hello",
            "argument 1 'value': expected string, got hello",
        ),
        (
            list_of(Type::U8),
            "[1, 2, 256]",
            "argument 1 'value', index 2: expected u8 (0 to 255), got 256",
        ),
        (
            list_of(Type::U8),
            "1",
            "argument 1 'value': expected list<u8>, got 1",
        ),
        (
            record(),
            "{x: true}",
            "argument 1 'value', field 'x': expected s32 (-2147483648 to 2147483647), got true",
        ),
        (
            record(),
            "{:}",
            "argument 1 'value', field 'x': expected s32 (-2147483648 to 2147483647), got nothing",
        ),
        (
            record(),
            "{x: 1, y: 2}",
            "argument 1 'value': expected record { x: s32, street-name: option<string> }, got the unknown field 'y'",
        ),
        (
            record(),
            "{x: 1, x: 2}",
            r#"argument 1 'value': expected record { x: s32, street-name: option<string> }, got {x: 1, x: 2} (duplicate field: "x")"#,
        ),
        (
            Type::Tuple(Arc::new([Type::S32, Type::Bool])),
            "(1, true, 2)",
            "argument 1 'value': expected tuple<s32, bool>, got (1, true, 2)",
        ),
        (
            variant(),
            "square(1)",
            "argument 1 'value': expected variant { circle(f64), none }, got square(1)",
        ),
        (
            variant(),
            "circle",
            "argument 1 'value', case 'circle': expected f64, got no payload",
        ),
        (
            variant(),
            "%none(1)",
            "argument 1 'value', case 'none': expected no payload, got 1",
        ),
        (
            Type::Enum(names(&["red"])),
            "blue",
            "argument 1 'value': expected enum { red }, got blue",
        ),
        (
            option_of(Type::U8),
            "some(-1)",
            "argument 1 'value', some: expected u8 (0 to 255), got -1",
        ),
        (
            result_of(Some(Type::U8), Some(Type::String)),
            "err(1)",
            "argument 1 'value', err: expected string, got 1",
        ),
        (
            Type::Flags(names(&["read"])),
            "{write}",
            "argument 1 'value': expected flags { read }, got the unknown flag 'write'",
        ),
    ];
    for (ty, text, message) in cases {
        assert_eq!(why(&ty, text), message);
    }
}

#[test]
fn a_wrong_number_of_arguments_is_refused_with_the_type_of_the_function() {
    let add = FunctionType {
        params: vec![("a".into(), Type::S32), ("b".into(), Type::S32)],
        result: Some(Type::S32),
    };
    for (text, got) in [("()", 0), ("(1)", 1), ("(1, 2, 3)", 3)] {
        assert_eq!(
            refused(wave::arguments(&add, text)).to_string(),
            format!("expected 2 arguments, got {got}: the function is func(a: s32, b: s32) -> s32")
        );
    }
}

#[test]
fn text_that_is_not_wave_is_refused_with_its_position() {
    let cases = [
        ("", "write them in brackets"),
        ("1, 2", "write them in brackets"),
        ("(1 2)", "at character 4, unexpected '2'"),
        ("(☃, 2)", "at character 2, unexpected '☃'"),
        ("(1, 2", "it ends too early"),
        (r#"("open)"#, "at character 2, unexpected '"),
        (
            "(1) (2)",
            "at character 5, nothing may follow the last bracket",
        ),
        ("(0x10)", "at character 3, unexpected 'x10'"),
        ("(+1)", "at character 2, unexpected '+'"),
        ("(())", "empty tuple"),
    ];
    for (text, message) in cases {
        let error = refused(wave::arguments(&echo(Type::S32), text)).to_string();
        assert!(
            error.starts_with(&format!("cannot read the arguments '{text}': ")),
            "{error}"
        );
        assert!(error.contains(message), "{error}");
    }
    let deep = format!("({}1{})", "[".repeat(1_000), "]".repeat(1_000));
    assert!(
        refused(wave::arguments(&echo(Type::S32), &deep))
            .to_string()
            .contains("nesting too deep")
    );
}

fn core(params: &[CoreType], results: &[CoreType]) -> CoreFunctionType {
    CoreFunctionType {
        params: params.into(),
        results: results.into(),
    }
}

#[test]
fn core_functions_take_and_return_numbers() {
    use CoreType::{F32, F64, I32, I64};
    let ty = core(&[I32, I64, F32, F64], &[I32, I64, F32, F64, F64]);
    let slots = wave::core_arguments(&ty, "(-1, -9223372036854775808, nan, -inf)").unwrap();
    assert_eq!(slots.len(), 5);
    assert_eq!((slots[0].as_i32(), slots[1].as_i64()), (-1, i64::MIN));
    assert!(slots[2].as_f32().is_nan());
    assert_eq!(slots[3].as_f64(), f64::NEG_INFINITY);
    assert_eq!(
        wave::core_results(&ty, &slots),
        "(-1, -9223372036854775808, nan, -inf, 0)"
    );
    assert_eq!(
        wave::core_results(&core(&[], &[F32]), &[Slot::f32(1.5)]),
        "1.5"
    );
    assert_eq!(wave::core_results(&core(&[], &[]), &[]), "()");
}

#[test]
fn core_arguments_that_do_not_fit_are_refused() {
    let ty = core(&[CoreType::F64, CoreType::I32], &[]);
    let refusal = |text: &str| refused(wave::core_arguments(&ty, text)).to_string();
    assert_eq!(
        refusal("(1, 4294967295)"),
        "argument 2: expected i32 (-2147483648 to 2147483647), got 4294967295"
    );
    assert_eq!(refusal("(true, 1)"), "argument 1: expected f64, got true");
    assert_eq!(
        refusal("(1)"),
        "expected 2 arguments, got 1: the function is func(f64, i32) -> ()"
    );
    let reference = core(&[CoreType::Reference], &[]);
    assert_eq!(code(wave::core_arguments(&reference, "(1)")), "UNSUPPORTED");
    let vector = wave::core_arguments(&core(&[], &[CoreType::V128]), "()");
    assert!(matches!(vector, Err(Error::Unsupported(_))));
}

#[test]
fn a_long_result_is_truncated() {
    let ty = echo(list_of(Type::U8));
    let text = wave::result(&ty, Some(&Value::List(List::U8(vec![7; 1 << 20].into()))));
    assert!(
        text.starts_with("[7, 7, ") && text.ends_with('…') && text.len() < 1_100,
        "{}",
        text.len()
    );
}
