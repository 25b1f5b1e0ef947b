//! The types of component functions and values.

use std::fmt;
use std::sync::Arc;

use wasmtime::component::types::{self as wasm, ComponentFunc};

/// The maximum number of parts (types, fields, cases, names) in the description of one function.
///
/// Types share their parts inside a component but not in a [`Type`]: a binary of a few hundred bytes
/// can declare a type of a million parts. A larger one is [`Type::Unsupported`].
const MAX_PARTS: usize = 1 << 16;

/// The maximum number of parts in all descriptions of one component.
const MAX_COMPONENT_PARTS: usize = 1 << 18;

/// The bytes of a name that count as one part: names too are shared in the binary but not in a
/// [`Type`].
const PART_BYTES: usize = 16;

/// The number of parts that the descriptions of one component have left.
#[derive(Debug)]
pub struct DescriptionBudget(usize);

impl Default for DescriptionBudget {
    fn default() -> Self {
        DescriptionBudget(MAX_COMPONENT_PARTS)
    }
}

impl DescriptionBudget {
    /// Runs `describe` with the parts that one description may have, and deducts those it used.
    fn spend<T>(&mut self, describe: impl FnOnce(&mut usize) -> T) -> T {
        let granted = MAX_PARTS.min(self.0);
        let mut parts = granted;
        let described = describe(&mut parts);
        self.0 -= granted - parts;
        described
    }
}

/// A component type, owned and cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// `bool`.
    Bool,
    /// `s8`.
    S8,
    /// `u8`.
    U8,
    /// `s16`.
    S16,
    /// `u16`.
    U16,
    /// `s32`.
    S32,
    /// `u32`.
    U32,
    /// `s64`.
    S64,
    /// `u64`.
    U64,
    /// `f32`.
    F32,
    /// `f64`.
    F64,
    /// `char`.
    Char,
    /// `string`.
    String,
    /// `list<T>`: the element's type.
    List(Arc<Type>),
    /// `record`: its fields in order.
    Record(Arc<[Field]>),
    /// `tuple`: its elements in order.
    Tuple(Arc<[Type]>),
    /// `variant`: its cases in order.
    Variant(Arc<[Case]>),
    /// `enum`: the names of its cases in order.
    Enum(Arc<[Box<str>]>),
    /// `option<T>`: the payload's type.
    Option(Arc<Type>),
    /// `result<T, E>`.
    Result(Arc<ResultType>),
    /// `flags`: their names, from the lowest bit; at most 32.
    Flags(Arc<[Box<str>]>),
    /// A type that no value can have yet, in words.
    Unsupported(Box<str>),
}

/// A field of a `record`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The name, in kebab-case.
    pub name: Box<str>,
    /// The type.
    pub ty: Type,
}

/// A case of a `variant`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The name, in kebab-case.
    pub name: Box<str>,
    /// The type of the payload, if there is one.
    pub ty: Option<Type>,
}

/// The two sides of a `result`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultType {
    /// The type of the payload of a success, if there is one.
    pub ok: Option<Type>,
    /// The type of the payload of an error, if there is one.
    pub err: Option<Type>,
}

/// The type of a component function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionType {
    /// Names (kebab-case) and types of the parameters in order.
    pub params: Vec<(Box<str>, Type)>,
    /// The type of the result, if there is one.
    pub result: Option<Type>,
}

/// A function has a parameter or result of an unsupported type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the function has a parameter or result of an unsupported type: {type_name}")]
pub struct UnsupportedType {
    /// The type, in words.
    pub type_name: Box<str>,
}

impl FunctionType {
    /// The type of `func`, which may be of an instance or of a component.
    pub fn new(func: &ComponentFunc) -> Self {
        Self::within(func, &mut DescriptionBudget::default())
    }

    /// As `new`, within what the descriptions of one component have left.
    pub fn within(func: &ComponentFunc, budget: &mut DescriptionBudget) -> Self {
        budget.spend(|parts| Self::describe(func, parts))
    }

    fn describe(func: &ComponentFunc, parts: &mut usize) -> Self {
        let params = func
            .params()
            .map(|(name, ty)| (name.into(), convert(&ty, parts)))
            .collect();
        let mut results = func.results().map(|ty| convert(&ty, parts));
        let result = match (results.next(), results.next()) {
            (first, None) => first,
            (_, Some(_)) => Some(Type::Unsupported("several results".into())),
        };
        FunctionType { params, result }
    }

    /// Checks that all parameters and the result have supported types.
    ///
    /// # Errors
    ///
    /// The first unsupported type: resources, streams, futures, maps, fixed-length lists, and
    /// descriptions of more than 65,536 parts.
    pub fn is_supported(&self) -> Result<(), UnsupportedType> {
        let types = self.params.iter().map(|(_, ty)| ty).chain(&self.result);
        match first_unsupported(types) {
            None => Ok(()),
            Some(type_name) => Err(UnsupportedType {
                type_name: type_name.into(),
            }),
        }
    }
}

impl Type {
    /// The description of Wasmtime's type.
    pub fn new(ty: &wasm::Type) -> Self {
        Self::within(ty, &mut DescriptionBudget::default())
    }

    /// As `new`, within what the descriptions of one component have left.
    pub fn within(ty: &wasm::Type, budget: &mut DescriptionBudget) -> Self {
        budget.spend(|parts| convert(ty, parts))
    }

    /// Whether this is a type of numbers, whose lists are packed.
    pub fn is_number(&self) -> bool {
        matches!(
            self,
            Type::S8
                | Type::U8
                | Type::S16
                | Type::U16
                | Type::S32
                | Type::U32
                | Type::S64
                | Type::U64
                | Type::F32
                | Type::F64
        )
    }

    /// The name of the first unsupported type within this one.
    pub fn unsupported(&self) -> Option<&str> {
        match self {
            Type::Unsupported(name) => Some(name),
            Type::List(inner) | Type::Option(inner) => inner.unsupported(),
            Type::Record(fields) => first_unsupported(fields.iter().map(|field| &field.ty)),
            Type::Tuple(types) => first_unsupported(types.iter()),
            Type::Variant(cases) => first_unsupported(cases.iter().filter_map(|c| c.ty.as_ref())),
            Type::Result(sides) => first_unsupported(sides.ok.iter().chain(&sides.err)),
            _ => None,
        }
    }
}

fn first_unsupported<'t>(types: impl IntoIterator<Item = &'t Type>) -> Option<&'t str> {
    types.into_iter().find_map(Type::unsupported)
}

fn convert(ty: &wasm::Type, parts: &mut usize) -> Type {
    if !take(parts, 1 + names_in(ty)) {
        return Type::Unsupported(format!("a type of more than {MAX_PARTS} parts").into());
    }
    match ty {
        wasm::Type::Bool => Type::Bool,
        wasm::Type::S8 => Type::S8,
        wasm::Type::U8 => Type::U8,
        wasm::Type::S16 => Type::S16,
        wasm::Type::U16 => Type::U16,
        wasm::Type::S32 => Type::S32,
        wasm::Type::U32 => Type::U32,
        wasm::Type::S64 => Type::S64,
        wasm::Type::U64 => Type::U64,
        wasm::Type::Float32 => Type::F32,
        wasm::Type::Float64 => Type::F64,
        wasm::Type::Char => Type::Char,
        wasm::Type::String => Type::String,
        wasm::Type::List(list) => Type::List(Arc::new(convert(&list.ty(), parts))),
        wasm::Type::Record(record) => Type::Record(
            record
                .fields()
                .map(|field| Field {
                    name: field.name.into(),
                    ty: convert(&field.ty, parts),
                })
                .collect(),
        ),
        wasm::Type::Tuple(tuple) => {
            Type::Tuple(tuple.types().map(|ty| convert(&ty, parts)).collect())
        }
        wasm::Type::Variant(variant) => Type::Variant(
            variant
                .cases()
                .map(|case| Case {
                    name: case.name.into(),
                    ty: case.ty.map(|ty| convert(&ty, parts)),
                })
                .collect(),
        ),
        wasm::Type::Enum(cases) => Type::Enum(cases.names().map(Box::from).collect()),
        wasm::Type::Option(option) => Type::Option(Arc::new(convert(&option.ty(), parts))),
        wasm::Type::Result(sides) => Type::Result(Arc::new(ResultType {
            ok: sides.ok().map(|ty| convert(&ty, parts)),
            err: sides.err().map(|ty| convert(&ty, parts)),
        })),
        wasm::Type::Flags(flags) => Type::Flags(flags.names().map(Box::from).collect()),
        wasm::Type::Own(_) => Type::Unsupported("own<resource>".into()),
        wasm::Type::Borrow(_) => Type::Unsupported("borrow<resource>".into()),
        wasm::Type::Future(_) => Type::Unsupported("future".into()),
        wasm::Type::Stream(_) => Type::Unsupported("stream".into()),
        wasm::Type::ErrorContext => Type::Unsupported("error-context".into()),
        wasm::Type::Map(_) => Type::Unsupported("map".into()),
        wasm::Type::FixedLengthList(_) => Type::Unsupported("list of fixed length".into()),
    }
}

fn names_in(ty: &wasm::Type) -> usize {
    match ty {
        wasm::Type::Record(record) => parts_of(record.fields().map(|field| field.name)),
        wasm::Type::Variant(variant) => parts_of(variant.cases().map(|case| case.name)),
        wasm::Type::Enum(cases) => parts_of(cases.names()),
        wasm::Type::Flags(flags) => parts_of(flags.names()),
        _ => 0,
    }
}

fn parts_of<'n>(names: impl Iterator<Item = &'n str>) -> usize {
    names.map(|name| 1 + name.len() / PART_BYTES).sum()
}

fn take(parts: &mut usize, wanted: usize) -> bool {
    let left = parts.checked_sub(wanted);
    *parts = left.unwrap_or(0);
    left.is_some()
}

/// The type in WIT syntax. Components do not store the names of types, so records, variants, enums
/// and flags are written out.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Bool => f.write_str("bool"),
            Type::S8 => f.write_str("s8"),
            Type::U8 => f.write_str("u8"),
            Type::S16 => f.write_str("s16"),
            Type::U16 => f.write_str("u16"),
            Type::S32 => f.write_str("s32"),
            Type::U32 => f.write_str("u32"),
            Type::S64 => f.write_str("s64"),
            Type::U64 => f.write_str("u64"),
            Type::F32 => f.write_str("f32"),
            Type::F64 => f.write_str("f64"),
            Type::Char => f.write_str("char"),
            Type::String => f.write_str("string"),
            Type::List(element) => write!(f, "list<{element}>"),
            Type::Record(fields) => braced(f, "record", fields),
            Type::Tuple(types) => {
                f.write_str("tuple<")?;
                separated(f, types)?;
                f.write_str(">")
            }
            Type::Variant(cases) => braced(f, "variant", cases),
            Type::Enum(names) => braced(f, "enum", names),
            Type::Option(some) => write!(f, "option<{some}>"),
            Type::Result(sides) => sides.fmt(f),
            Type::Flags(names) => braced(f, "flags", names),
            Type::Unsupported(name) => f.write_str(name),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.ty)
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.ty {
            None => f.write_str(&self.name),
            Some(ty) => write!(f, "{}({ty})", self.name),
        }
    }
}

impl fmt::Display for ResultType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.ok, &self.err) {
            (None, None) => f.write_str("result"),
            (Some(ok), None) => write!(f, "result<{ok}>"),
            (None, Some(err)) => write!(f, "result<_, {err}>"),
            (Some(ok), Some(err)) => write!(f, "result<{ok}, {err}>"),
        }
    }
}

/// `func(a: s32, b: s32) -> s32`.
impl fmt::Display for FunctionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("func(")?;
        for (position, (name, ty)) in self.params.iter().enumerate() {
            let comma = if position == 0 { "" } else { ", " };
            write!(f, "{comma}{name}: {ty}")?;
        }
        f.write_str(")")?;
        match &self.result {
            None => Ok(()),
            Some(ty) => write!(f, " -> {ty}"),
        }
    }
}

fn braced(f: &mut fmt::Formatter<'_>, keyword: &str, parts: &[impl fmt::Display]) -> fmt::Result {
    write!(f, "{keyword} {{ ")?;
    separated(f, parts)?;
    f.write_str(" }")
}

fn separated(f: &mut fmt::Formatter<'_>, parts: &[impl fmt::Display]) -> fmt::Result {
    for (position, part) in parts.iter().enumerate() {
        let comma = if position == 0 { "" } else { ", " };
        write!(f, "{comma}{part}")?;
    }
    Ok(())
}
