//! WAVE: the arguments of a call and its result in the component model's text for values.
//!
//! The crate `wasm-wave` parses. Its tree is converted to our [`Value`]s here, so that a wrong value is reported as one
//! from JavaScript is: with the path to it and the type in WIT.
//!
//! ```text
//! "(42, {x: 1})"  ─ wasm-wave ─→  tree  ─ read.rs, by the types ─→  values
//! value           ─ write.rs, by its type ─→  "ok([1, 2, 3])"
//! ```

mod read;
mod write;

use crate::error::{Error, Result};
use crate::func::{CoreFunctionType, Slot, Slots};
use crate::value::{FunctionType, Value};
use wasm_wave::ast::Node;
use wasm_wave::parser::{ParserError, ParserErrorKind};
use wasm_wave::untyped::UntypedFuncCall;

/// The arguments of a component function in `text`, such as `(42, "text", {x: 1, y: none})`.
///
/// As in WAVE, trailing options may be omitted, and so may `some` and `ok` if what they hold is unambiguous.
///
/// # Errors
///
/// `BAD_VALUE` with the position at which `text` is not WAVE, with the number of arguments if it is wrong, or with the
/// path to a value of the wrong type.
pub fn arguments(ty: &FunctionType, text: &str) -> Result<Vec<Value<'static>>> {
    let parsed = ParsedArguments::parse(text)?;
    parsed.read(|nodes, source| {
        check_count(ty.params.len(), required(ty), nodes.len(), ty)?;
        read::arguments(ty, nodes, source).map_err(|mismatch| Error::BadValue(mismatch.to_string()))
    })
}

/// The arguments of a core function in `text`, such as `(42, -0.5, nan)`, in as many slots as the call needs.
///
/// # Errors
///
/// As [`arguments`].
pub fn core_arguments(ty: &CoreFunctionType, text: &str) -> Result<Slots> {
    ty.check_numbers()?;
    let parsed = ParsedArguments::parse(text)?;
    parsed.read(|nodes, source| {
        check_count(ty.params.len(), ty.params.len(), nodes.len(), ty)?;
        let mut slots = Slots::new();
        for (index, (ty, node)) in ty.params.iter().zip(nodes).enumerate() {
            let slot = read::slot(*ty, node, source);
            slots.push(slot.map_err(|mismatch| {
                Error::BadValue(format!(
                    "argument {}: expected {}, got {}",
                    index + 1,
                    mismatch.expected,
                    mismatch.got
                ))
            })?);
        }
        slots.resize(ty.slots(), Slot::default());
        Ok(slots)
    })
}

/// The result of a component function in WAVE; `()` if it has none. Truncated if it is very long.
pub fn result(ty: &FunctionType, value: Option<&Value<'_>>) -> String {
    match (&ty.result, value) {
        (Some(ty), Some(value)) => write::text(ty, value),
        _ => "()".to_owned(),
    }
}

/// The results of a core function in WAVE: one number, or `(…)` of none or several.
pub fn core_results(ty: &CoreFunctionType, slots: &[Slot]) -> String {
    let numbers = ty.results.iter().zip(slots);
    let numbers: Vec<String> = numbers
        .map(|(ty, slot)| write::number(*ty, *slot))
        .collect();
    match &*numbers {
        [number] => number.clone(),
        numbers => format!("({})", numbers.join(", ")),
    }
}

/// Arguments that are parsed, but not typed yet.
struct ParsedArguments<'a> {
    text: &'a str,
    call: UntypedFuncCall<'static>,
}

/// The function name that the parser expects in front of the arguments.
const NAME: &str = "f";

impl<'a> ParsedArguments<'a> {
    fn parse(text: &'a str) -> Result<Self> {
        if !text.starts_with('(') {
            return Err(Error::BadValue(format!(
                "cannot read the arguments '{}': write them in brackets, as in (1, 2)",
                read::clip(text)
            )));
        }
        let source = format!("{NAME}{text}");
        let call = UntypedFuncCall::parse(&source).map(UntypedFuncCall::into_owned);
        let call = call.map_err(|error| unreadable(text, &source, &error))?;
        Ok(Self { text, call })
    }

    fn read<T>(&self, read: impl FnOnce(&[&Node], &str) -> Result<T>) -> Result<T> {
        let source = self.call.source();
        let Some(node) = self.call.params_node() else {
            return read(&[], source);
        };
        let nodes = node
            .as_tuple()
            .map_err(|error| unreadable(self.text, source, &error))?;
        read(&nodes.collect::<Vec<_>>(), source)
    }
}

fn unreadable(text: &str, source: &str, error: &ParserError) -> Error {
    let span = error.span();
    let found = source.get(span.clone()).unwrap_or_default();
    let what = match error.kind() {
        ParserErrorKind::UnexpectedEnd => {
            "it ends too early; close what is open with ')', ']', '}' or a quote".to_owned()
        }
        ParserErrorKind::TrailingCharacters => {
            format!(
                "nothing may follow the last bracket, got '{}'",
                read::clip(found)
            )
        }
        ParserErrorKind::InvalidToken | ParserErrorKind::UnexpectedToken => {
            format!("unexpected '{}'", read::clip(found))
        }
        kind => match error.detail() {
            Some(detail) => format!("{kind} {detail}"),
            None => kind.to_string(),
        },
    };
    let before = source.get(NAME.len()..span.start).unwrap_or_default();
    Error::BadValue(format!(
        "cannot read the arguments '{}': at character {}, {what}",
        read::clip(text),
        before.chars().count() + 1
    ))
}

/// The number of arguments that must be present: trailing options may be omitted.
fn required(ty: &FunctionType) -> usize {
    let last = ty.params.iter().rposition(|(_, ty)| !read::is_option(ty));
    last.map_or(0, |index| index + 1)
}

fn check_count(most: usize, least: usize, got: usize, ty: &dyn std::fmt::Display) -> Result<()> {
    if (least..=most).contains(&got) {
        return Ok(());
    }
    let expected = match (least, most) {
        (1, 1) => "1 argument".to_owned(),
        (least, most) if least == most => format!("{most} arguments"),
        (least, most) => format!("{least} to {most} arguments"),
    };
    Err(Error::BadValue(format!(
        "expected {expected}, got {got}: the function is {ty}"
    )))
}
