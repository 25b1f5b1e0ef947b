//! Type checks: whether a value has a type, and if not, where it differs.
//!
//! Wasmtime opens a call's scope before it lowers the arguments, and leaves it open if lowering
//! fails, which leaves the instance unusable. So all arguments are checked first.

use std::fmt::{self, Write as _};

use super::data::{List, Value};
use super::types::{Case, Field, FunctionType, Type};

/// The maximum length of a string that Wasmtime copies into a guest, in bytes of UTF-8.
const MAX_STRING_BYTES: usize = (1 << 31) - 1;

/// The maximum size of a list in a 32-bit memory, in bytes.
const MAX_LIST_BYTES: usize = u32::MAX as usize;

/// The maximum length of a type in a message.
const MAX_TYPE_TEXT: usize = 80;

/// A value does not have the expected type.
///
/// It reads `argument 2 'point', field 'x': expected s32, got string`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: expected {expected}, got {got}", self.path())]
pub struct Mismatch {
    /// The path to the value, innermost segment first.
    segments: Vec<PathSegment>,
    /// What was expected.
    pub expected: String,
    /// What was received.
    pub got: String,
}

/// One segment of the path to a value inside the arguments of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathSegment {
    /// The list of arguments itself, of the wrong length.
    Arguments,
    /// An argument: its position, counted from 0 and displayed from 1, and its parameter's name.
    Argument(usize, Box<str>),
    /// A record's field.
    Field(Box<str>),
    /// An element of a list or tuple, counted from 0.
    Index(usize),
    /// The payload of a variant's case.
    Case(Box<str>),
    /// The payload of an option.
    Some,
    /// The payload of a successful result.
    Ok,
    /// The payload of a failed result.
    Err,
}

impl Mismatch {
    /// A mismatch of the value itself; [`Mismatch::within`] adds where that value is.
    pub fn new(expected: impl Into<String>, got: impl Into<String>) -> Self {
        Mismatch {
            segments: Vec::new(),
            expected: expected.into(),
            got: got.into(),
        }
    }

    /// The same mismatch, seen from one level further out.
    #[must_use]
    pub fn within(mut self, segment: PathSegment) -> Self {
        self.segments.push(segment);
        self
    }

    /// The path to the value: `argument 2 'point', field 'x'`; without segments `value`.
    pub fn path(&self) -> String {
        if self.segments.is_empty() {
            return "value".into();
        }
        let segments: Vec<String> = self
            .segments
            .iter()
            .rev()
            .map(PathSegment::to_string)
            .collect();
        segments.join(", ")
    }
}

impl fmt::Display for PathSegment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PathSegment::Arguments => f.write_str("arguments"),
            PathSegment::Argument(position, name) => {
                write!(f, "argument {} '{name}'", position + 1)
            }
            PathSegment::Field(name) => write!(f, "field '{name}'"),
            PathSegment::Index(index) => write!(f, "index {index}"),
            PathSegment::Case(name) => write!(f, "case '{name}'"),
            PathSegment::Some => f.write_str("some"),
            PathSegment::Ok => f.write_str("ok"),
            PathSegment::Err => f.write_str("err"),
        }
    }
}

impl FunctionType {
    /// Checks that `args` fit the function, in number and in type.
    ///
    /// # Errors
    ///
    /// The first mismatch, with the path to it.
    #[inline]
    pub fn check(&self, args: &[Value<'_>]) -> Result<(), Mismatch> {
        if args.len() != self.params.len() {
            return Err(count(self.params.len(), args.len()).within(PathSegment::Arguments));
        }
        for (position, ((name, ty), value)) in self.params.iter().zip(args).enumerate() {
            ty.check(value)
                .map_err(|m| m.within(PathSegment::Argument(position, name.clone())))?;
        }
        Ok(())
    }
}

impl Type {
    /// Checks that `value` has this type.
    ///
    /// # Errors
    ///
    /// The first mismatch, with the path to it inside the value. Strings and lists that no 32-bit
    /// memory could hold are mismatches too.
    #[inline]
    pub fn check(&self, value: &Value<'_>) -> Result<(), Mismatch> {
        match (self, value) {
            (Type::Bool, Value::Bool(_))
            | (Type::S8, Value::S8(_))
            | (Type::U8, Value::U8(_))
            | (Type::S16, Value::S16(_))
            | (Type::U16, Value::U16(_))
            | (Type::S32, Value::S32(_))
            | (Type::U32, Value::U32(_))
            | (Type::S64, Value::S64(_))
            | (Type::U64, Value::U64(_))
            | (Type::F32, Value::F32(_))
            | (Type::F64, Value::F64(_))
            | (Type::Char, Value::Char(_)) => Ok(()),
            _ => self.check_compound(value),
        }
    }

    fn check_compound(&self, value: &Value<'_>) -> Result<(), Mismatch> {
        match (self, value) {
            (Type::String, Value::String(text)) => limit(text.len(), MAX_STRING_BYTES),
            (Type::List(element), Value::List(list)) => check_list(element, list),
            (Type::Record(fields), Value::Record(values)) => check_record(fields, values),
            (Type::Tuple(types), Value::Tuple(values)) => check_tuple(types, values),
            (Type::Variant(cases), Value::Variant(case, payload)) => {
                check_variant(cases, *case, payload.as_deref())
            }
            (Type::Enum(names), Value::Enum(case)) => position(names, *case).map(drop),
            (Type::Option(_), Value::Option(None)) => Ok(()),
            (Type::Option(some), Value::Option(Some(value))) => {
                some.check(value).map_err(|m| m.within(PathSegment::Some))
            }
            (Type::Result(sides), Value::Result(Ok(value))) => {
                check_payload(sides.ok.as_ref(), value.as_deref(), || PathSegment::Ok)
            }
            (Type::Result(sides), Value::Result(Err(value))) => {
                check_payload(sides.err.as_ref(), value.as_deref(), || PathSegment::Err)
            }
            (Type::Flags(names), Value::Flags(bits)) => check_flags(names.len(), *bits),
            _ => Err(differs(self, value)),
        }
    }
}

fn check_list(element: &Type, list: &List<'_>) -> Result<(), Mismatch> {
    match (element, list) {
        (Type::U8, List::U8(v)) => limit(size_of_val(&**v), MAX_LIST_BYTES),
        (Type::S8, List::S8(v)) => limit(size_of_val(&**v), MAX_LIST_BYTES),
        (Type::U16, List::U16(v)) => limit(size_of_val(&**v), MAX_LIST_BYTES),
        (Type::S16, List::S16(v)) => limit(size_of_val(&**v), MAX_LIST_BYTES),
        (Type::U32, List::U32(v)) => limit(size_of_val(&**v), MAX_LIST_BYTES),
        (Type::S32, List::S32(v)) => limit(size_of_val(&**v), MAX_LIST_BYTES),
        (Type::U64, List::U64(v)) => limit(size_of_val(&**v), MAX_LIST_BYTES),
        (Type::S64, List::S64(v)) => limit(size_of_val(&**v), MAX_LIST_BYTES),
        (Type::F32, List::F32(v)) => limit(size_of_val(&**v), MAX_LIST_BYTES),
        (Type::F64, List::F64(v)) => limit(size_of_val(&**v), MAX_LIST_BYTES),
        (element, List::Values(values)) if !element.is_number() => {
            limit(values.len(), MAX_LIST_BYTES)?;
            check_all(values.iter().map(|value| (element, value)))
        }
        _ => Err(Mismatch::new(
            format!("list<{}>", summary(element)),
            list.kind(),
        )),
    }
}

fn check_record(fields: &[Field], values: &[Value<'_>]) -> Result<(), Mismatch> {
    if fields.len() != values.len() {
        return Err(count_of("fields", fields.len(), values.len()));
    }
    fields.iter().zip(values).try_for_each(|(field, value)| {
        let within = |m: Mismatch| m.within(PathSegment::Field(field.name.clone()));
        field.ty.check(value).map_err(within)
    })
}

fn check_tuple(types: &[Type], values: &[Value<'_>]) -> Result<(), Mismatch> {
    if types.len() != values.len() {
        return Err(count_of("elements", types.len(), values.len()));
    }
    check_all(types.iter().zip(values))
}

fn check_all<'v>(
    mut pairs: impl Iterator<Item = (&'v Type, &'v Value<'v>)>,
) -> Result<(), Mismatch> {
    let mut index = 0;
    pairs.try_for_each(|(ty, value)| {
        let checked = ty
            .check(value)
            .map_err(|m| m.within(PathSegment::Index(index)));
        index += 1;
        checked
    })
}

fn check_variant(
    cases: &[Case],
    discriminant: u32,
    payload: Option<&Value<'_>>,
) -> Result<(), Mismatch> {
    let case = position(cases, discriminant)?;
    check_payload(case.ty.as_ref(), payload, || {
        PathSegment::Case(case.name.clone())
    })
}

fn check_payload(
    ty: Option<&Type>,
    payload: Option<&Value<'_>>,
    segment: impl FnOnce() -> PathSegment,
) -> Result<(), Mismatch> {
    let checked = match (ty, payload) {
        (None, None) => Ok(()),
        (Some(ty), Some(value)) => ty.check(value),
        (Some(ty), None) => Err(Mismatch::new(summary(ty), "no payload")),
        (None, Some(value)) => Err(Mismatch::new("no payload", value.kind())),
    };
    checked.map_err(|m| m.within(segment()))
}

fn check_flags(flags: usize, bits: u32) -> Result<(), Mismatch> {
    let unknown = u64::from(bits) >> flags.min(32);
    if unknown == 0 {
        return Ok(());
    }
    Err(Mismatch::new(
        format!("bits of {flags} flags"),
        format!("{bits:#b}"),
    ))
}

fn position<T>(cases: &[T], discriminant: u32) -> Result<&T, Mismatch> {
    let case = usize::try_from(discriminant)
        .ok()
        .and_then(|index| cases.get(index));
    case.ok_or_else(|| {
        Mismatch::new(
            format!("one of {} cases, counted from 0", cases.len()),
            format!("case {discriminant}"),
        )
    })
}

fn limit(bytes: usize, max: usize) -> Result<(), Mismatch> {
    if bytes <= max {
        return Ok(());
    }
    Err(Mismatch::new(
        format!("at most {max} bytes"),
        format!("{bytes} bytes"),
    ))
}

fn count(expected: usize, got: usize) -> Mismatch {
    Mismatch::new(expected.to_string(), got.to_string())
}

fn count_of(parts: &str, expected: usize, got: usize) -> Mismatch {
    Mismatch::new(format!("{expected} {parts}"), format!("{got} {parts}"))
}

#[cold]
fn differs(ty: &Type, value: &Value<'_>) -> Mismatch {
    Mismatch::new(summary(ty), value.kind())
}

/// `ty` in WIT syntax, truncated to [`MAX_TYPE_TEXT`].
pub(crate) fn summary(ty: &Type) -> String {
    let mut text = Bounded(String::new());
    if write!(text, "{ty}").is_err() {
        text.0.push('…');
    }
    text.0
}

/// Text that fails to grow beyond [`MAX_TYPE_TEXT`], which also ends the formatting.
struct Bounded(String);

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > MAX_TYPE_TEXT {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}
