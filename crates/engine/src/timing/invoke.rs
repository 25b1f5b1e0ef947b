//! Calls of anybody's guest, as they are written: any function, with arguments of any type.
//!
//! Of one live instance, or each of an instance of its own that is made outside of the measured time. What a call costs
//! exactly is asked of an instance that has run nothing else, or the answer would depend on how many were measured.

use super::call::{Arguments, Calling};
use super::profile::{self, Span};
use super::{CHUNK, Exact, Guest, Ingredients, Workload, timed_chunks};
use crate::engine::Engine;
use crate::error::Result;
use crate::wave;
use std::time::Duration;

/// A call as it is written.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// Where the function is: its name, or an interface's name and a name in it.
    pub path: Vec<String>,
    /// The arguments in WAVE, such as `(42, "text")`.
    pub arguments: String,
}

/// The call of one live instance, again and again.
pub fn invoke(ingredients: Ingredients) -> Result<Box<dyn Workload>> {
    let invoked = Invoked::new(ingredients)?;
    let calling = invoked.calling()?;
    Ok(Box::new(Live { invoked, calling }))
}

/// The call of an instance of its own, which is made outside of the measured time.
pub fn invoke_fresh(ingredients: Ingredients) -> Result<Box<dyn Workload>> {
    let invoked = Invoked::new(ingredients)?;
    let peak = invoked.cost(1)?.peak_memory_bytes.unwrap_or(0);
    let chunk = (WAITING_BYTES / peak.max(1)).clamp(1, CHUNK);
    Ok(Box::new(Fresh { invoked, chunk }))
}

/// What the memories of the instances that wait to be called may take together, in bytes.
const WAITING_BYTES: u64 = 256 << 20;

/// What is called, with all that a new instance needs.
struct Invoked {
    ingredients: Ingredients,
    guest: Guest,
    arguments: Arguments,
}

struct Live {
    invoked: Invoked,
    calling: Calling,
}

struct Fresh {
    invoked: Invoked,
    /// Instances that are made before the clock is read.
    chunk: u64,
}

impl Invoked {
    /// The guest may come from the cache: compilation is not what is measured here.
    fn new(ingredients: Ingredients) -> Result<Self> {
        let engine = Engine::new(ingredients.config.clone())?;
        let guest = ingredients.guest_on(&engine)?;
        let arguments = guest.arguments(&ingredients.written)?;
        Ok(Self {
            ingredients,
            guest,
            arguments,
        })
    }

    /// A new instance, ready to be called.
    fn calling(&self) -> Result<Calling> {
        let live = self.guest.instantiate(&self.ingredients.limits)?;
        Calling::new(live, &self.path(), &self.arguments)
    }

    fn path(&self) -> Vec<&str> {
        let path = &self.ingredients.written.path;
        path.iter().map(String::as_str).collect()
    }

    /// What the call of this number costs in a new instance, counted from 1.
    fn cost(&self, number: u32) -> Result<Exact> {
        let mut calling = self.calling()?;
        for _ in 1..number {
            calling.once()?;
        }
        Ok(Exact {
            code_bytes: Some(self.guest.code_bytes()),
            ..calling.exact()?
        })
    }

    fn show(&self) -> Result<String> {
        let mut calling = self.calling()?;
        let returned = calling.once()?;
        Ok(calling.text(&returned))
    }

    fn profile(&self, span: Span, output: &mut Vec<u8>) -> Result<u64> {
        let Self {
            ingredients,
            arguments,
            ..
        } = self;
        profile::calls(ingredients, &self.path(), arguments, span, output)
    }
}

impl Workload for Live {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        self.calling.run(iterations)
    }

    /// Of the second call of a new instance: the first may prepare what the others find.
    fn exact(&mut self) -> Result<Exact> {
        self.invoked.cost(2)
    }

    fn show(&mut self) -> Result<String> {
        self.invoked.show()
    }

    fn profile(&mut self, span: Span, output: &mut Vec<u8>) -> Result<u64> {
        self.invoked.profile(span, output)
    }
}

impl Workload for Fresh {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed_chunks(
            iterations,
            self.chunk,
            || self.invoked.calling().map(Box::new),
            |mut calling| {
                let returned = calling.once()?;
                Ok((calling, returned))
            },
        )
    }

    fn exact(&mut self) -> Result<Exact> {
        self.invoked.cost(1)
    }

    fn show(&mut self) -> Result<String> {
        self.invoked.show()
    }

    fn profile(&mut self, span: Span, output: &mut Vec<u8>) -> Result<u64> {
        self.invoked.profile(span, output)
    }
}

impl Guest {
    /// The arguments of `written`, by the type of the function that it calls.
    fn arguments(&self, written: &Written) -> Result<Arguments> {
        match self {
            Self::Component(component) => {
                let path: Vec<&str> = written.path.iter().map(String::as_str).collect();
                let ty = component.function_type(&path)?;
                let values = wave::arguments(ty, &written.arguments)?;
                Ok(Arguments::Component(values.into()))
            }
            Self::Module(module) => {
                let ty = module.function_type(written.path.first().map_or("", String::as_str))?;
                Ok(Arguments::Core(wave::core_arguments(
                    ty,
                    &written.arguments,
                )?))
            }
        }
    }
}
