//! Conversion between JavaScript values and component values, directed by the type, in jco's mapping.
//!
//! A [`Shape`] is a type prepared for JavaScript: the same tree, with JavaScript's property names. A value that does not
//! fit is refused with the path to it, and never wrapped.

use crate::error::Thrown;
use crate::js::{Env, PendingException, Value as Js, ValueType};
use crate::value::number::Number;
use airssys_wasm_engine::Error;
use airssys_wasm_engine::value::{List, Mismatch, PathSegment, Type, Value};
use std::borrow::Cow;
use std::ffi::CString;

/// A type with the JavaScript names of its parts.
pub enum Shape {
    Bool,
    Number(Number),
    Char,
    String,
    Numbers(Number),
    List(Box<Shape>),
    Record(Vec<(Name, Shape)>),
    Tuple(Vec<Shape>),
    Variant(Vec<(Name, Option<Shape>)>),
    Enum(Vec<Name>),
    /// `undefined` or the payload.
    Option(Box<Shape>),
    /// An option of an option: `{ tag, val }`, or the two could not be told apart.
    TaggedOption(Box<Shape>),
    Result(Option<Box<Shape>>, Option<Box<Shape>>),
    Flags(Vec<Name>),
    /// Never converted: the engine refuses functions of such types.
    Unsupported,
}

/// A name in WIT and what JavaScript calls it.
pub struct Name {
    wit: Box<str>,
    /// camelCase, for properties.
    js: CString,
}

/// Why a value was not converted.
pub enum ConvertError {
    Mismatch(Mismatch),
    /// JavaScript threw (a getter, say), and its exception is pending.
    Exception,
}

impl From<PendingException> for ConvertError {
    fn from(_: PendingException) -> Self {
        Self::Exception
    }
}

impl From<Mismatch> for ConvertError {
    fn from(mismatch: Mismatch) -> Self {
        Self::Mismatch(mismatch)
    }
}

impl ConvertError {
    pub fn within(self, segment: PathSegment) -> Self {
        match self {
            Self::Mismatch(mismatch) => Self::Mismatch(mismatch.within(segment)),
            Self::Exception => Self::Exception,
        }
    }
}

impl From<ConvertError> for Thrown {
    fn from(error: ConvertError) -> Self {
        match error {
            ConvertError::Mismatch(mismatch) => Self::Error(Error::BadValue(mismatch.to_string())),
            ConvertError::Exception => Self::Exception,
        }
    }
}

pub type Converted<T> = Result<T, ConvertError>;

impl Name {
    fn new(wit: &str) -> Self {
        let mut js = String::with_capacity(wit.len());
        let mut upper = false;
        for c in wit.chars() {
            match c {
                '-' => upper = true,
                c if upper => {
                    js.extend(c.to_uppercase());
                    upper = false;
                }
                c => js.push(c),
            }
        }
        Self {
            wit: wit.into(),
            js: CString::new(js).unwrap_or_default(),
        }
    }

    fn js(&self) -> Cow<'_, str> {
        self.js.to_string_lossy()
    }
}

/// The JavaScript name of a WIT name, in camelCase.
pub fn camel_case(wit: &str) -> String {
    Name::new(wit).js().into_owned()
}

impl Shape {
    pub fn new(ty: &Type) -> Self {
        if let Some(number) = Number::of(ty) {
            return Self::Number(number);
        }
        match ty {
            Type::Bool => Self::Bool,
            Type::Char => Self::Char,
            Type::String => Self::String,
            Type::List(element) => match Number::of(element) {
                Some(number) => Self::Numbers(number),
                None => Self::List(Box::new(Self::new(element))),
            },
            Type::Record(fields) => Self::Record(
                fields
                    .iter()
                    .map(|field| (Name::new(&field.name), Self::new(&field.ty)))
                    .collect(),
            ),
            Type::Tuple(types) => Self::Tuple(types.iter().map(Self::new).collect()),
            Type::Variant(cases) => Self::Variant(
                cases
                    .iter()
                    .map(|case| (Name::new(&case.name), case.ty.as_ref().map(Self::new)))
                    .collect(),
            ),
            Type::Enum(names) => Self::Enum(names.iter().map(|name| Name::new(name)).collect()),
            Type::Option(payload) => match **payload {
                Type::Option(_) => Self::TaggedOption(Box::new(Self::new(payload))),
                _ => Self::Option(Box::new(Self::new(payload))),
            },
            Type::Result(sides) => {
                let side = |ty: &Option<Type>| ty.as_ref().map(|ty| Box::new(Self::new(ty)));
                Self::Result(side(&sides.ok), side(&sides.err))
            }
            Type::Flags(names) => Self::Flags(names.iter().map(|name| Name::new(name)).collect()),
            _ => Self::Unsupported,
        }
    }

    /// What an error message expects.
    fn expected(&self) -> String {
        match self {
            Self::Bool => "a boolean".to_owned(),
            Self::Number(number) => number.expected().to_owned(),
            Self::Char => "a string of one Unicode scalar value (char)".to_owned(),
            Self::String => "a string".to_owned(),
            Self::Numbers(number) => format!(
                "{} or an array (list<{}>)",
                number.array_name(),
                number.name()
            ),
            Self::List(_) => "an array (list)".to_owned(),
            Self::Record(fields) => format!(
                "an object with {} (record)",
                names(fields.iter().map(|(name, _)| name.js()))
            ),
            Self::Tuple(types) => format!("an array of {} (tuple)", types.len()),
            Self::Variant(cases) => format!(
                "{{ tag, val }} with tag {} (variant)",
                one_of(cases.iter().map(|(name, _)| &*name.wit))
            ),
            Self::Enum(cases) => format!("{} (enum)", one_of(cases.iter().map(|name| &*name.wit))),
            Self::Option(payload) => format!("undefined or {}", payload.expected()),
            Self::TaggedOption(_) => {
                "{ tag: 'none' } or { tag: 'some', val } (option of an option)".to_owned()
            }
            Self::Result(..) => "{ tag: 'ok', val } or { tag: 'err', val } (result)".to_owned(),
            Self::Flags(flags) => format!(
                "an object of booleans named {} (flags)",
                names(flags.iter().map(Name::js))
            ),
            Self::Unsupported => "a value of a supported type".to_owned(),
        }
    }

    fn mismatch(&self, env: Env<'_>, value: Js<'_>) -> ConvertError {
        Mismatch::new(self.expected(), describe(env, value)).into()
    }

    /// Converts `value` to a component value. JavaScript may run (getters, proxies).
    pub fn to_value(&self, env: Env<'_>, value: Js<'_>) -> Converted<Value<'static>> {
        match self {
            Self::Bool => env
                .as_bool(value)
                .map(Value::Bool)
                .ok_or_else(|| self.mismatch(env, value)),
            Self::Number(number) => number.to_value(env, value),
            Self::Char => env
                .as_char(value)
                .map(Value::Char)
                .ok_or_else(|| self.mismatch(env, value)),
            Self::String => match env.as_string(value) {
                Some(text) => Ok(Value::String(text.into())),
                None => Err(self.mismatch(env, value)),
            },
            Self::Numbers(number) => self.to_numbers(env, *number, value),
            Self::List(element) => self.to_list(env, element, value),
            Self::Record(fields) => self.to_record(env, fields, value),
            Self::Tuple(types) => self.to_tuple(env, types, value),
            Self::Variant(cases) => self.to_variant(env, cases, value),
            Self::Enum(cases) => self.to_enum(env, cases, value),
            Self::Option(payload) => match env.value_type(value)? {
                ValueType::Undefined | ValueType::Null => Ok(Value::Option(None)),
                _ => Ok(Value::Option(Some(Box::new(payload.to_value(env, value)?)))),
            },
            Self::TaggedOption(payload) => self.to_tagged_option(env, payload, value),
            Self::Result(ok, err) => self.to_result(env, ok.as_deref(), err.as_deref(), value),
            Self::Flags(names) => self.to_flags(env, names, value),
            Self::Unsupported => Err(self.mismatch(env, value)),
        }
    }

    /// The elements of a list of numbers where they lie in JavaScript's memory, if they can be taken from there.
    ///
    /// # Safety
    ///
    /// No JavaScript may run while the value lives.
    pub unsafe fn borrow<'a>(&self, env: Env<'_>, value: Js<'_>) -> Option<Value<'a>> {
        let Self::Numbers(number) = self else {
            return None;
        };
        let array = env.typed_array(value).filter(|array| !array.is_detached)?;
        // SAFETY: the caller guarantees it.
        Some(Value::List(unsafe { number.borrow(&array) }?))
    }

    fn to_numbers(&self, env: Env<'_>, number: Number, value: Js<'_>) -> Converted<Value<'static>> {
        if let Some(array) = env.typed_array(value) {
            if array.is_detached {
                return Err(Mismatch::new(
                    self.expected(),
                    "a typed array whose buffer is detached",
                )
                .into());
            }
            return number
                .copy(&array)
                .map(Value::List)
                .ok_or_else(|| self.mismatch(env, value));
        }
        if !env.is_array(value)? {
            return Err(self.mismatch(env, value));
        }
        Ok(Value::List(number.elements(env, value)?))
    }

    fn to_list(&self, env: Env<'_>, element: &Shape, value: Js<'_>) -> Converted<Value<'static>> {
        if !env.is_array(value)? {
            return Err(self.mismatch(env, value));
        }
        Ok(Value::List(List::Values(elements(
            env,
            value,
            |env, js| element.to_value(env, js),
        )?)))
    }

    fn to_record(
        &self,
        env: Env<'_>,
        fields: &[(Name, Shape)],
        value: Js<'_>,
    ) -> Converted<Value<'static>> {
        self.check_object(env, value)?;
        let field = |(name, shape): &(Name, Shape)| {
            let field = env.property(value, &name.js)?;
            shape
                .to_value(env, field)
                .map_err(|error| error.within(PathSegment::Field(name.js().into())))
        };
        Ok(Value::Record(
            fields.iter().map(field).collect::<Converted<_>>()?,
        ))
    }

    fn to_tuple(&self, env: Env<'_>, types: &[Shape], value: Js<'_>) -> Converted<Value<'static>> {
        if !env.is_array(value)? {
            return Err(self.mismatch(env, value));
        }
        let length = env.length(value)? as usize;
        if length != types.len() {
            return Err(Mismatch::new(self.expected(), format!("an array of {length}")).into());
        }
        let mut values = Vec::with_capacity(types.len());
        for (index, shape) in types.iter().enumerate() {
            let js = env.element(value, index as u32)?;
            values.push(
                shape
                    .to_value(env, js)
                    .map_err(|error| error.within(PathSegment::Index(index)))?,
            );
        }
        Ok(Value::Tuple(values))
    }

    fn to_variant(
        &self,
        env: Env<'_>,
        cases: &[(Name, Option<Shape>)],
        value: Js<'_>,
    ) -> Converted<Value<'static>> {
        let tag = self.tag(env, value)?;
        let found = cases.iter().position(|(name, _)| *name.wit == *tag);
        let Some((index, (name, shape))) = found.and_then(|index| Some((index, cases.get(index)?)))
        else {
            return Err(Mismatch::new(self.expected(), format!("tag '{tag}'")).into());
        };
        let payload = payload(env, value, shape.as_ref(), || {
            PathSegment::Case(name.wit.clone())
        })?;
        Ok(Value::Variant(index as u32, payload))
    }

    fn to_enum(&self, env: Env<'_>, cases: &[Name], value: Js<'_>) -> Converted<Value<'static>> {
        let text = env
            .as_string(value)
            .ok_or_else(|| self.mismatch(env, value))?;
        match cases.iter().position(|name| *name.wit == *text) {
            Some(index) => Ok(Value::Enum(index as u32)),
            None => Err(self.mismatch(env, value)),
        }
    }

    fn to_tagged_option(
        &self,
        env: Env<'_>,
        shape: &Shape,
        value: Js<'_>,
    ) -> Converted<Value<'static>> {
        match &*self.tag(env, value)? {
            "none" => Ok(Value::Option(None)),
            "some" => Ok(Value::Option(payload(env, value, Some(shape), || {
                PathSegment::Some
            })?)),
            tag => Err(Mismatch::new(self.expected(), format!("tag '{tag}'")).into()),
        }
    }

    fn to_result(
        &self,
        env: Env<'_>,
        ok: Option<&Shape>,
        err: Option<&Shape>,
        value: Js<'_>,
    ) -> Converted<Value<'static>> {
        match &*self.tag(env, value)? {
            "ok" => Ok(Value::Result(Ok(payload(env, value, ok, || {
                PathSegment::Ok
            })?))),
            "err" => Ok(Value::Result(Err(payload(env, value, err, || {
                PathSegment::Err
            })?))),
            tag => Err(Mismatch::new(self.expected(), format!("tag '{tag}'")).into()),
        }
    }

    fn to_flags(&self, env: Env<'_>, names: &[Name], value: Js<'_>) -> Converted<Value<'static>> {
        self.check_object(env, value)?;
        for given in env.own_names(value)? {
            if !names
                .iter()
                .any(|name| name.js.to_bytes() == given.as_bytes())
            {
                return Err(
                    Mismatch::new(self.expected(), format!("the unknown flag '{given}'")).into(),
                );
            }
        }
        let mut bits = 0_u32;
        for (bit, name) in names.iter().enumerate() {
            let js = env.property(value, &name.js)?;
            let is = match env.value_type(js)? {
                ValueType::Undefined => false,
                _ => env.as_bool(js).ok_or_else(|| {
                    Shape::Bool
                        .mismatch(env, js)
                        .within(PathSegment::Field(name.js().into()))
                })?,
            };
            bits |= u32::from(is) << bit;
        }
        Ok(Value::Flags(bits))
    }

    fn check_object(&self, env: Env<'_>, value: Js<'_>) -> Converted<()> {
        match env.value_type(value)? {
            ValueType::Object if !env.is_array(value)? => Ok(()),
            _ => Err(self.mismatch(env, value)),
        }
    }

    fn tag(&self, env: Env<'_>, value: Js<'_>) -> Converted<String> {
        self.check_object(env, value)?;
        let tag = env.property(value, c"tag")?;
        match env.as_string(tag) {
            Some(tag) => Ok(tag),
            None => Err(Mismatch::new(
                self.expected(),
                format!("an object whose tag is {}", describe(env, tag)),
            )
            .into()),
        }
    }

    /// The JavaScript value for `value`.
    pub fn to_js<'s>(&self, env: Env<'s>, value: &Value<'_>) -> Result<Js<'s>, PendingException> {
        match (self, value) {
            (_, Value::Bool(is)) => env.boolean(*is),
            (_, Value::S8(number)) => env.int32((*number).into()),
            (_, Value::U8(number)) => env.int32((*number).into()),
            (_, Value::S16(number)) => env.int32((*number).into()),
            (_, Value::U16(number)) => env.int32((*number).into()),
            (_, Value::S32(number)) => env.int32(*number),
            (_, Value::U32(number)) => env.double((*number).into()),
            (_, Value::S64(number)) => env.bigint_i64(*number),
            (_, Value::U64(number)) => env.bigint_u64(*number),
            (_, Value::F32(number)) => env.double((*number).into()),
            (_, Value::F64(number)) => env.double(*number),
            (_, Value::Char(c)) => env.string(c.encode_utf8(&mut [0; 4])),
            (_, Value::String(text)) => env.string(text),
            (_, Value::List(List::U8(list))) => env.typed_array_of(list),
            (_, Value::List(List::S8(list))) => env.typed_array_of(list),
            (_, Value::List(List::U16(list))) => env.typed_array_of(list),
            (_, Value::List(List::S16(list))) => env.typed_array_of(list),
            (_, Value::List(List::U32(list))) => env.typed_array_of(list),
            (_, Value::List(List::S32(list))) => env.typed_array_of(list),
            (_, Value::List(List::U64(list))) => env.typed_array_of(list),
            (_, Value::List(List::S64(list))) => env.typed_array_of(list),
            (_, Value::List(List::F32(list))) => env.typed_array_of(list),
            (_, Value::List(List::F64(list))) => env.typed_array_of(list),
            (Self::List(shape), Value::List(List::Values(list))) => {
                array(env, list.iter().map(|value| (&**shape, value)))
            }
            (Self::Tuple(shapes), Value::Tuple(values)) => array(env, shapes.iter().zip(values)),
            (Self::Record(fields), Value::Record(values)) => {
                let object = env.object()?;
                for ((name, shape), value) in fields.iter().zip(values) {
                    env.set_property(object, &name.js, shape.to_js(env, value)?)?;
                }
                Ok(object)
            }
            (Self::Variant(cases), Value::Variant(index, payload)) => match cases
                .get(*index as usize)
            {
                Some((name, shape)) => tagged(env, &name.wit, shape.as_ref(), payload.as_deref()),
                None => env.undefined(),
            },
            (Self::Enum(cases), Value::Enum(index)) => match cases.get(*index as usize) {
                Some(name) => env.string(&name.wit),
                None => env.undefined(),
            },
            (Self::Option(shape), Value::Option(Some(payload))) => shape.to_js(env, payload),
            (Self::TaggedOption(shape), Value::Option(Some(payload))) => {
                tagged(env, "some", Some(shape), Some(payload))
            }
            (Self::TaggedOption(_), Value::Option(None)) => tagged(env, "none", None, None),
            (Self::Result(ok, _), Value::Result(Ok(payload))) => {
                tagged(env, "ok", ok.as_deref(), payload.as_deref())
            }
            (Self::Result(_, err), Value::Result(Err(payload))) => {
                tagged(env, "err", err.as_deref(), payload.as_deref())
            }
            (Self::Flags(names), Value::Flags(bits)) => {
                let object = env.object()?;
                for (bit, name) in names.iter().enumerate() {
                    env.set_property(object, &name.js, env.boolean(bits >> bit & 1 == 1)?)?;
                }
                Ok(object)
            }
            _ => env.undefined(),
        }
    }

    /// The two sides, where the shape is a result.
    pub fn result(&self) -> Option<(Option<&Shape>, Option<&Shape>)> {
        match self {
            Self::Result(ok, err) => Some((ok.as_deref(), err.as_deref())),
            _ => None,
        }
    }
}

fn payload(
    env: Env<'_>,
    value: Js<'_>,
    shape: Option<&Shape>,
    segment: impl FnOnce() -> PathSegment,
) -> Converted<Option<Box<Value<'static>>>> {
    let js = env.property(value, c"val")?;
    match shape {
        Some(shape) => match shape.to_value(env, js) {
            Ok(value) => Ok(Some(Box::new(value))),
            Err(error) => Err(error.within(segment())),
        },
        None if env.value_type(js)? == ValueType::Undefined => Ok(None),
        None => {
            Err(ConvertError::from(Mismatch::new("no val", describe(env, js))).within(segment()))
        }
    }
}

/// The longest JavaScript array that is converted: more elements fit into no guest with room for anything else.
const MAX_ARRAY_LENGTH: u32 = 1 << 26;

/// The elements of a JavaScript array, each converted.
pub fn elements<T>(
    env: Env<'_>,
    array: Js<'_>,
    convert: impl Fn(Env<'_>, Js<'_>) -> Converted<T>,
) -> Converted<Vec<T>> {
    let length = env.length(array)?;
    if length > MAX_ARRAY_LENGTH {
        let expected = format!("an array of at most {MAX_ARRAY_LENGTH} elements");
        return Err(Mismatch::new(expected, format!("one of {length}")).into());
    }
    // An array may only claim to be long: its elements, not its length, pay for the memory.
    let mut values = Vec::with_capacity(length.min(1_024) as usize);
    for index in 0..length {
        let work = |env: Env<'_>| {
            let js = env.element(array, index)?;
            convert(env, js).map_err(|error| error.within(PathSegment::Index(index as usize)))
        };
        // SAFETY: `work` creates values through the environment of the scope alone.
        values.push(unsafe { env.scoped(work) }??);
    }
    Ok(values)
}

fn array<'s, 'a, 'b: 'a>(
    env: Env<'s>,
    values: impl ExactSizeIterator<Item = (&'a Shape, &'a Value<'b>)>,
) -> Result<Js<'s>, PendingException> {
    let array = env.array(values.len())?;
    for (index, (shape, value)) in values.enumerate() {
        let work = |env: Env<'_>| env.set_element(array, index as u32, shape.to_js(env, value)?);
        // SAFETY: `work` creates values through the environment of the scope alone.
        unsafe { env.scoped(work) }??;
    }
    Ok(array)
}

fn tagged<'s>(
    env: Env<'s>,
    tag: &str,
    shape: Option<&Shape>,
    payload: Option<&Value<'_>>,
) -> Result<Js<'s>, PendingException> {
    let object = env.object()?;
    env.set_property(object, c"tag", env.string(tag)?)?;
    let val = match (shape, payload) {
        (Some(shape), Some(payload)) => shape.to_js(env, payload)?,
        _ => env.undefined()?,
    };
    env.set_property(object, c"val", val)?;
    Ok(object)
}

/// The most names that a message lists.
const NAMED: usize = 32;

/// The longest string that a message quotes.
const QUOTED_CHARS: usize = 40;

/// Describes a value for an error message: `2147483648`, `"text"`, `bigint 5n`, `undefined`.
pub fn describe(env: Env<'_>, value: Js<'_>) -> String {
    let Ok(kind) = env.value_type(value) else {
        return "something unreadable".to_owned();
    };
    match kind {
        ValueType::Undefined => "undefined".to_owned(),
        ValueType::Null => "null".to_owned(),
        ValueType::Boolean | ValueType::Number => env.display(value, "a number"),
        ValueType::BigInt => format!("bigint {}n", clip(&env.display(value, "?"))),
        ValueType::String => quote(&env.as_string(value).unwrap_or_default()),
        ValueType::Symbol => "a symbol".to_owned(),
        ValueType::Function => "a function".to_owned(),
        ValueType::Object if env.is_array(value).unwrap_or(false) => {
            format!("an array of {}", env.length(value).unwrap_or(0))
        }
        ValueType::Object => match env.typed_array(value) {
            Some(array) => array.element.array_name().to_owned(),
            None => "an object".to_owned(),
        },
        ValueType::Other => "an external value".to_owned(),
    }
}

fn quote(text: &str) -> String {
    format!("the string {:?}", clip(text))
}

/// The text, or its start where it is long.
fn clip(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(QUOTED_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

fn names<S: AsRef<str>>(names: impl Iterator<Item = S>) -> String {
    quoted(names, ", ")
}

fn one_of<S: AsRef<str>>(options: impl Iterator<Item = S>) -> String {
    quoted(options, " | ")
}

fn quoted<S: AsRef<str>>(mut names: impl Iterator<Item = S>, separator: &str) -> String {
    let first = names.by_ref().take(NAMED);
    let mut texts: Vec<String> = first
        .map(|name| format!("'{}'", clip(name.as_ref())))
        .collect();
    match names.count() {
        0 => {}
        more => texts.push(format!("and {more} more")),
    }
    texts.join(separator)
}
