//! Random types and values for differential tests, seeded so that failures are reproducible.

use std::borrow::Cow;
use std::sync::Arc;

use airssys_wasm_engine::value::{Case, Field, List, ResultType, Type, Value};

/// SplitMix64 (Steele, Lea and Flood 2014): every seed has another sequence.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn flip(&mut self) -> bool {
        self.below(2) == 0
    }

    /// A type whose parts nest at most `depth` levels deep.
    pub fn ty(&mut self, depth: usize) -> Type {
        match self.below(if depth == 0 { 15 } else { 22 }) {
            0 => Type::Bool,
            1 => Type::S8,
            2 => Type::U8,
            3 => Type::S16,
            4 => Type::U16,
            5 => Type::S32,
            6 => Type::U32,
            7 => Type::S64,
            8 => Type::U64,
            9 => Type::F32,
            10 => Type::F64,
            11 => Type::Char,
            12 => Type::String,
            13 => Type::Enum(names("e", self.cases())),
            14 => Type::Flags(names("f", 1 + self.below(32))),
            15 | 16 => Type::List(Arc::new(self.ty(depth - 1))),
            17 => Type::Option(Arc::new(self.ty(depth - 1))),
            18 => Type::Result(Arc::new(ResultType {
                ok: self.payload(depth),
                err: self.payload(depth),
            })),
            19 => Type::Record(self.fields(depth)),
            20 => Type::Tuple((0..=self.below(4)).map(|_| self.ty(depth - 1)).collect()),
            _ => self.variant(depth),
        }
    }

    fn fields(&mut self, depth: usize) -> Arc<[Field]> {
        let fields = 1 + self.below(6);
        let field = |n| Field {
            name: format!("x{n}").into(),
            ty: self.ty(depth - 1),
        };
        (0..fields).map(field).collect()
    }

    fn variant(&mut self, depth: usize) -> Type {
        let cases = self.cases();
        let case = |n| Case {
            name: format!("c{n}").into(),
            // After the first few, cases only enlarge the discriminant.
            ty: if n < 5 { self.payload(depth) } else { None },
        };
        Type::Variant((0..cases).map(case).collect())
    }

    fn payload(&mut self, depth: usize) -> Option<Type> {
        (self.below(4) > 0).then(|| self.ty(depth - 1))
    }

    /// Mostly a few; sometimes more than fit into one byte.
    fn cases(&mut self) -> usize {
        match self.below(8) {
            0 => 250 + self.below(20),
            _ => 1 + self.below(6),
        }
    }

    pub fn value(&mut self, ty: &Type) -> Value<'static> {
        match ty {
            Type::Bool => Value::Bool(self.flip()),
            Type::S8 => Value::S8(self.number() as i8),
            Type::U8 => Value::U8(self.number() as u8),
            Type::S16 => Value::S16(self.number() as i16),
            Type::U16 => Value::U16(self.number() as u16),
            Type::S32 => Value::S32(self.number() as i32),
            Type::U32 => Value::U32(self.number() as u32),
            Type::S64 => Value::S64(self.number() as i64),
            Type::U64 => Value::U64(self.number()),
            Type::F32 => Value::F32(self.f32()),
            Type::F64 => Value::F64(self.f64()),
            Type::Char => Value::Char(self.char()),
            Type::String => Value::String(Cow::Owned(self.text())),
            Type::List(element) => Value::List(self.list(element)),
            Type::Record(fields) => {
                Value::Record(fields.iter().map(|field| self.value(&field.ty)).collect())
            }
            Type::Tuple(types) => Value::Tuple(types.iter().map(|ty| self.value(ty)).collect()),
            Type::Variant(cases) => {
                let case = self.below(cases.len());
                Value::Variant(case as u32, self.boxed(cases[case].ty.as_ref()))
            }
            Type::Enum(names) => Value::Enum(self.below(names.len()) as u32),
            Type::Option(some) => match self.below(3) {
                0 => Value::Option(None),
                _ => Value::Option(self.boxed(Some(some))),
            },
            Type::Result(sides) => Value::Result(match self.flip() {
                true => Ok(self.boxed(sides.ok.as_ref())),
                false => Err(self.boxed(sides.err.as_ref())),
            }),
            Type::Flags(names) => Value::Flags((self.next() & ((1 << names.len()) - 1)) as u32),
            Type::Unsupported(name) => unreachable!("{name} is never generated"),
        }
    }

    fn boxed(&mut self, ty: Option<&Type>) -> Option<Box<Value<'static>>> {
        ty.map(|ty| Box::new(self.value(ty)))
    }

    fn list(&mut self, element: &Type) -> List<'static> {
        let len = self.below(6);
        match element {
            Type::S8 => List::S8((0..len).map(|_| self.number() as i8).collect()),
            Type::U8 => List::U8((0..len).map(|_| self.number() as u8).collect()),
            Type::S16 => List::S16((0..len).map(|_| self.number() as i16).collect()),
            Type::U16 => List::U16((0..len).map(|_| self.number() as u16).collect()),
            Type::S32 => List::S32((0..len).map(|_| self.number() as i32).collect()),
            Type::U32 => List::U32((0..len).map(|_| self.number() as u32).collect()),
            Type::S64 => List::S64((0..len).map(|_| self.number() as i64).collect()),
            Type::U64 => List::U64((0..len).map(|_| self.number()).collect()),
            Type::F32 => List::F32((0..len).map(|_| self.f32()).collect()),
            Type::F64 => List::F64((0..len).map(|_| self.f64()).collect()),
            _ => List::Values((0..len).map(|_| self.value(element)).collect()),
        }
    }

    /// Any number, with the ends of ranges more often than by chance.
    fn number(&mut self) -> u64 {
        match self.below(4) {
            0 => u64::MAX << self.below(64),
            1 => 1 << self.below(64),
            2 => self.below(3) as u64,
            _ => self.next(),
        }
    }

    fn f32(&mut self) -> f32 {
        [
            0.0,
            -0.0,
            1.5,
            f32::INFINITY,
            f32::NAN,
            f32::from_bits(self.next() as u32),
        ][self.below(6)]
    }

    fn f64(&mut self) -> f64 {
        [
            0.0,
            -0.0,
            1.5,
            f64::INFINITY,
            f64::NAN,
            f64::from_bits(self.next()),
        ][self.below(6)]
    }

    fn char(&mut self) -> char {
        [
            'a',
            '\0',
            'é',
            'ÿ',
            'Ā',
            '€',
            '\u{ffff}',
            '🦀',
            '\u{10ffff}',
        ][self.below(9)]
    }

    /// Text that is sometimes ASCII, sometimes Latin-1 and sometimes neither.
    fn text(&mut self) -> String {
        let alphabet: &[char] = match self.below(3) {
            0 => &['a', 'b', ' '],
            1 => &['a', 'é', 'ÿ'],
            _ => &['a', 'é', '€', '🦀'],
        };
        (0..self.below(12))
            .map(|_| alphabet[self.below(alphabet.len())])
            .collect()
    }

    /// Bytes that a hostile guest might write: small numbers, addresses, and noise.
    pub fn image(&mut self, words: usize) -> Vec<u8> {
        let word = |_| match self.below(6) {
            0 => self.next() as u32,
            1 => u32::MAX,
            2 => 1024 + 4 * self.below(words) as u32,
            _ => self.below(4) as u32,
        };
        (0..words).map(word).flat_map(u32::to_le_bytes).collect()
    }
}

fn names(prefix: &str, count: usize) -> Arc<[Box<str>]> {
    (0..count).map(|n| format!("{prefix}{n}").into()).collect()
}
