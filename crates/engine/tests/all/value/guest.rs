//! Components that exercise a type.
//!
//! None of its functions knows the type: a list is an address and a length whatever it is a list
//! of, so giving both back echoes it, and forged bytes are a value of any type.
//!
//! ```text
//! echo   (list<T>) -> list<T>               the pair of address and length, as it came
//! many   (T, 17 × u64) -> tuple<T, 17 × u64>  spilled parameters are laid out as the tuple is
//! take   (T)                                stores the core values that it was given
//! give   (T) -> T, or (list<T>) -> T        one core value as it came, or the first element
//! forge  (image: list<u8>, offset: u32) -> T        reads the value from the image
//! forge-list  the same -> list<T>           the image begins with the list's address and length
//! dump   () -> list<u8>                     all memory that was ever written
//! ```

use airssys_wasm_engine::value::{DynamicFunc, Type};
use wasmtime::component::{Component, Func, Linker};
use wasmtime::{Engine, Store};

/// Parameters of `many` after the first.
pub const FILLERS: usize = 17;

/// An instance in a new store.
pub struct Guest {
    pub store: Store<()>,
    instance: wasmtime::component::Instance,
}

impl Guest {
    pub fn new(engine: &Engine, component: &Component) -> Self {
        let mut store = Store::new(engine, ());
        let instance = Linker::new(engine)
            .instantiate(&mut store, component)
            .unwrap();
        Guest { store, instance }
    }

    pub fn from_wat(wat: &str) -> Self {
        let engine = Engine::default();
        let component = Component::new(&engine, wat).unwrap_or_else(|e| panic!("{e:?}\n{wat}"));
        Guest::new(&engine, &component)
    }

    pub fn wasmtime_func(&mut self, name: &str) -> Func {
        self.instance.get_func(&mut self.store, name).unwrap()
    }

    pub fn func(&mut self, name: &str) -> DynamicFunc {
        let func = self.wasmtime_func(name);
        DynamicFunc::new(func, &self.store).unwrap()
    }
}

/// A component around `core`, the text of a core module named `$m` whose functions `funcs` lifts
/// by `(canon lift (core func $i "name") …)`, with `$options` for memory, realloc and encoding.
pub fn component(core: &str, encoding: &str, types: &str, funcs: &[(&str, &str, &str)]) -> String {
    let lifted: String = funcs
        .iter()
        .map(|(name, core_name, signature)| {
            format!(
                "(func (export \"{name}\") {signature} (canon lift (core func $i \"{core_name}\") \
                 (memory $memory) (realloc $realloc) string-encoding={encoding}))\n"
            )
        })
        .collect();
    format!(
        "(component
            (core module $m
                (memory (export \"memory\") 64)
                (global $top (mut i32) (i32.const 1024))
                (func $allocate (param $align i32) (param $size i32) (result i32)
                    (local $at i32)
                    (local.set $at (i32.and
                        (i32.add (global.get $top) (i32.sub (local.get $align) (i32.const 1)))
                        (i32.sub (i32.const 0) (local.get $align))))
                    (global.set $top (i32.add (local.get $at) (local.get $size)))
                    local.get $at)
                (func (export \"realloc\") (param $old i32) (param $from i32) (param $align i32)
                        (param $size i32) (result i32)
                    (local $at i32)
                    (local.set $at (call $allocate (local.get $align) (local.get $size)))
                    (memory.copy (local.get $at) (local.get $old)
                        (select (local.get $from) (local.get $size)
                            (i32.lt_u (local.get $from) (local.get $size))))
                    local.get $at)
                (func (export \"pair\") (param i32 i32) (result i32)
                    (i32.store (i32.const 16) (local.get 0))
                    (i32.store (i32.const 20) (local.get 1))
                    i32.const 16)
                (func (export \"same\") (param i32) (result i32) local.get 0)
                (func (export \"first\") (param i32 i32) (result i32) local.get 0)
                (func (export \"shifted\") (param i32 i32 i32) (result i32)
                    (i32.add (local.get 0) (local.get 2)))
                (func (export \"dump\") (result i32)
                    (i32.store (i32.const 0) (i32.const 0))
                    (i32.store (i32.const 4) (global.get $top))
                    i32.const 0)
                {core})
            (core instance $i (instantiate $m))
            (alias core export $i \"memory\" (core memory $memory))
            (alias core export $i \"realloc\" (core func $realloc))
            {types}
            {lifted})"
    )
}

/// The component that exercises `ty`, as text.
pub fn for_type(ty: &Type, encoding: &str) -> String {
    let mut types = String::new();
    let t = define(ty, &mut types, &mut 0);
    let flat = flat(ty);
    let (core, give, give_core, forge_core) = match flat.as_slice() {
        [one] => (
            format!(
                "(func (export \"one\") (param {one}) (result {one}) local.get 0)
                 (func (export \"load\") (param i32 i32 i32) (result {one})
                    ({one}.load (i32.add (local.get 0) (local.get 2))))"
            ),
            format!("(param \"x\" {t}) (result {t})"),
            "one",
            "load",
        ),
        _ => (
            String::new(),
            format!("(param \"x\" (list {t})) (result {t})"),
            "first",
            "shifted",
        ),
    };
    let core = core + &take(&flat);
    let fillers: String = (0..FILLERS)
        .map(|n| format!("(param \"u{n}\" u64)"))
        .collect();
    let forge = "(param \"image\" (list u8)) (param \"offset\" u32)";
    let tuple = format!("(tuple {t} {})", "u64 ".repeat(FILLERS));
    component(
        &core,
        encoding,
        &types,
        &[
            (
                "echo",
                "pair",
                &format!("(param \"x\" (list {t})) (result (list {t}))"),
            ),
            (
                "many",
                "same",
                &format!("(param \"x\" {t}) {fillers} (result {tuple})"),
            ),
            ("take", "take", &format!("(param \"x\" {t})")),
            ("give", give_core, &give),
            ("forge", forge_core, &format!("{forge} (result {t})")),
            (
                "forge-list",
                "shifted",
                &format!("{forge} (result (list {t}))"),
            ),
            ("dump", "dump", "(result (list u8))"),
        ],
    )
}

/// A core function that stores each parameter in a separate word.
fn take(flat: &[&str]) -> String {
    let params = if flat.len() > 16 { &["i32"] } else { flat };
    let stores: String = params
        .iter()
        .enumerate()
        .map(|(n, ty)| format!("({ty}.store (i32.const {}) (local.get {n}))", 64 + 8 * n))
        .collect();
    format!(
        "(func (export \"take\") (param {}) {stores})",
        params.join(" ")
    )
}

/// The core types that a value of type `ty` is passed in.
pub fn flat(ty: &Type) -> Vec<&'static str> {
    match ty {
        Type::S64 | Type::U64 => vec!["i64"],
        Type::F32 => vec!["f32"],
        Type::F64 => vec!["f64"],
        Type::String | Type::List(_) => vec!["i32", "i32"],
        Type::Record(fields) => fields.iter().flat_map(|field| flat(&field.ty)).collect(),
        Type::Tuple(types) => types.iter().flat_map(flat).collect(),
        Type::Option(some) => cases(&[Some(&**some)]),
        Type::Result(sides) => cases(&[sides.ok.as_ref(), sides.err.as_ref()]),
        Type::Variant(all) => cases(&all.iter().map(|case| case.ty.as_ref()).collect::<Vec<_>>()),
        _ => vec!["i32"],
    }
}

/// The discriminant, then slots wide enough for each case.
fn cases(payloads: &[Option<&Type>]) -> Vec<&'static str> {
    let mut joined: Vec<&str> = Vec::new();
    for payload in payloads.iter().flatten() {
        for (n, ty) in flat(payload).into_iter().enumerate() {
            match joined.get_mut(n) {
                None => joined.push(ty),
                Some(slot) => *slot = join(slot, ty),
            }
        }
    }
    [vec!["i32"], joined].concat()
}

fn join(a: &'static str, b: &'static str) -> &'static str {
    match (a, b) {
        _ if a == b => a,
        ("i32", "f32") | ("f32", "i32") => "i32",
        _ => "i64",
    }
}

/// Adds the definition of `ty` to `types`; returns how to refer to it.
pub fn define(ty: &Type, types: &mut String, count: &mut usize) -> String {
    let text = match ty {
        Type::List(element) => return format!("(list {})", define(element, types, count)),
        Type::Option(some) => return format!("(option {})", define(some, types, count)),
        Type::Tuple(parts) => {
            let parts: Vec<_> = parts.iter().map(|ty| define(ty, types, count)).collect();
            return format!("(tuple {})", parts.join(" "));
        }
        Type::Result(sides) => {
            let ok = sides
                .ok
                .as_ref()
                .map(|ty| define(ty, types, count))
                .unwrap_or_default();
            let err = sides.err.as_ref().map(|ty| define(ty, types, count));
            let err = err.map(|err| format!("(error {err})")).unwrap_or_default();
            return format!("(result {ok} {err})");
        }
        Type::Record(fields) => fields.iter().fold("record".into(), |text: String, field| {
            let ty = define(&field.ty, types, count);
            format!("{text} (field \"{}\" {ty})", field.name)
        }),
        Type::Variant(cases) => cases.iter().fold("variant".into(), |text: String, case| {
            let ty = case
                .ty
                .as_ref()
                .map(|ty| define(ty, types, count))
                .unwrap_or_default();
            format!("{text} (case \"{}\" {ty})", case.name)
        }),
        Type::Enum(names) => format!("enum \"{}\"", names.join("\" \"")),
        Type::Flags(names) => format!("flags \"{}\"", names.join("\" \"")),
        scalar => return scalar.to_string(),
    };
    // Types that have names in WIT must be exported before an exported function may use them.
    *count += 1;
    let n = *count;
    types.push_str(&format!(
        "(type $d{n} ({text})) (export $t{n} \"t{n}\" (type $d{n}))\n"
    ));
    format!("$t{n}")
}
