//! The speed of calls with values beside Wasmtime's typed and dynamic calls: ratios to read, not to
//! assert. `cargo test --release -- --ignored --nocapture value::speed`.

#![allow(clippy::print_stdout, reason = "its purpose is to print figures")]

use std::borrow::Cow;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use airssys_wasm_engine::value::{Field, List, Type, Value};
use wasmtime::Store;
use wasmtime::component::{ComponentNamedList, ComponentType, Lift, Lower, Val, WasmList};

use super::guest::{self, Guest};
use super::val::val;

#[derive(ComponentType, Lift, Lower, Clone)]
#[component(record)]
struct Entry {
    x0: u32,
    x1: f64,
    x2: bool,
}

fn entry() -> Type {
    Type::Record(
        [Type::U32, Type::F64, Type::Bool]
            .into_iter()
            .enumerate()
            .map(|(n, ty)| Field {
                name: format!("x{n}").into(),
                ty,
            })
            .collect(),
    )
}

/// The guest of these tests, changed to free everything when it echoes.
fn guest() -> Guest {
    let mut types = String::new();
    let entry = guest::define(&entry(), &mut types, &mut 0);
    let echo = |ty: &str| format!("(param \"x\" (list {ty})) (result (list {ty}))");
    let wat = guest::component(
        "(func (export \"add\") (param i32 i32) (result i32)
            (i32.add (local.get 0) (local.get 1)))
         (func (export \"second\") (param i32 i32) (result i32)
            (global.set $top (i32.const 1024)) local.get 1)",
        "utf8",
        &types,
        &[
            (
                "add",
                "add",
                "(param \"a\" s32) (param \"b\" s32) (result s32)",
            ),
            ("bytes", "pair", &echo("u8")),
            ("doubles", "pair", &echo("f64")),
            ("texts", "pair", &echo("string")),
            ("entries", "pair", &echo(&entry)),
            (
                "entries-in",
                "second",
                &format!("(param \"x\" (list {entry})) (result u32)"),
            ),
        ],
    );
    Guest::from_wat(&wat.replace(
        "(i32.store (i32.const 16) (local.get 0))",
        "(i32.store (i32.const 16) (local.get 0)) (global.set $top (i32.const 1024))",
    ))
}

/// Times calls by `Value`, typed and by `Val`, each the best mean of several taken in turns, and
/// prints them in nanoseconds.
fn compare(
    guest: &mut Guest,
    (name, calls, slow_calls): (&str, u32, u32),
    ty: &Type,
    args: &[Value<'_>],
    typed: &mut dyn FnMut(&mut Store<()>),
) {
    let func = guest.func(name);
    let mut ours = |store: &mut Store<()>| {
        black_box(func.call(store, black_box(args)).unwrap());
    };
    let func = guest.wasmtime_func(name);
    let vals: Vec<Val> = args.iter().map(|value| val(ty, value)).collect();
    let mut result = [Val::Bool(false)];
    let mut dynamic = |store: &mut Store<()>| {
        func.call(store, black_box(&vals), &mut result).unwrap();
        black_box(&result);
    };
    let [mut a, mut b, mut c] = [f64::INFINITY; 3];
    for _ in 0..9 {
        a = a.min(mean(&mut guest.store, calls, &mut ours));
        b = b.min(mean(&mut guest.store, calls, typed));
        c = c.min(mean(&mut guest.store, slow_calls, &mut dynamic));
    }
    println!(
        "{name:>10}: ours {a:>9.1} ns, typed {b:>9.1} ns, Val {c:>12.1} ns: ours is {:.2} × typed, \
         Val {:.1} × ours",
        a / b,
        c / a
    );
}

fn mean(store: &mut Store<()>, calls: u32, call: &mut dyn FnMut(&mut Store<()>)) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        call(store);
    }
    start.elapsed().as_nanos() as f64 / f64::from(calls)
}

/// Calls the export as a function typed at compile time.
fn typed<P, R>(guest: &mut Guest, name: &str, params: P) -> impl FnMut(&mut Store<()>) + use<P, R>
where
    P: ComponentNamedList + Lower + Copy,
    R: ComponentNamedList + Lift,
{
    let func = guest
        .wasmtime_func(name)
        .typed::<P, R>(&guest.store)
        .unwrap();
    move |store| {
        black_box(func.call(store, black_box(params)).unwrap());
    }
}

fn list(element: Type) -> Type {
    Type::List(Arc::new(element))
}

fn bytes(guest: &mut Guest, len: usize, calls: (&str, u32, u32)) {
    let bytes = vec![7u8; len];
    let func = guest.wasmtime_func("bytes");
    let typed = func
        .typed::<(&[u8],), (WasmList<u8>,)>(&guest.store)
        .unwrap();
    let args = [Value::List(List::U8(Cow::Borrowed(&bytes)))];
    // Wasmtime's `Vec<u8>` is lifted byte by byte; this is the fastest that it offers.
    compare(guest, calls, &list(Type::U8), &args, &mut |store| {
        let (list,) = typed.call(&mut *store, (black_box(&bytes),)).unwrap();
        black_box(list.as_le_slice(&*store).to_vec());
    });
}

#[test]
#[ignore = "prints figures and asserts nothing"]
fn calls_beside_wasmtime() {
    let guest = &mut guest();
    guest.store.set_hostcall_fuel(usize::MAX);

    let mut add = typed::<_, (i32,)>(guest, "add", (1, 2));
    let args = [Value::S32(1), Value::S32(2)];
    compare(guest, ("add", 50_000, 50_000), &Type::S32, &args, &mut add);

    bytes(guest, 16, ("bytes", 20_000, 20_000));
    bytes(guest, 1 << 20, ("bytes", 50, 1));

    let numbers = vec![0.5; 1 << 17];
    let mut doubles = typed::<_, (Vec<f64>,)>(guest, "doubles", (&*numbers,));
    let args = [Value::List(List::F64(Cow::Borrowed(&numbers)))];
    compare(
        guest,
        ("doubles", 50, 2),
        &list(Type::F64),
        &args,
        &mut doubles,
    );

    let text: Vec<String> = (0..1000).map(|n| format!("text number {n}")).collect();
    let mut texts = typed::<_, (Vec<String>,)>(guest, "texts", (&*text,));
    let values = text.iter().map(|text| Value::String(Cow::Borrowed(text)));
    let args = [Value::List(List::Values(values.collect()))];
    compare(
        guest,
        ("texts", 50, 50),
        &list(Type::String),
        &args,
        &mut texts,
    );

    let records = vec![
        Entry {
            x0: 1,
            x1: 2.5,
            x2: true
        };
        1000
    ];
    let fields = |e: &Entry| vec![Value::U32(e.x0), Value::F64(e.x1), Value::Bool(e.x2)];
    let values = records.iter().map(|entry| Value::Record(fields(entry)));
    let args = [Value::List(List::Values(values.collect()))];
    let mut entries = typed::<_, (Vec<Entry>,)>(guest, "entries", (&*records,));
    compare(
        guest,
        ("entries", 50, 50),
        &list(entry()),
        &args,
        &mut entries,
    );
    let mut entries_in = typed::<_, (u32,)>(guest, "entries-in", (&*records,));
    compare(
        guest,
        ("entries-in", 50, 50),
        &list(entry()),
        &args,
        &mut entries_in,
    );
}
