//! The call of an exported function on a live instance, through the code that the addon calls.

use crate::config::WorkloadConfig;
use crate::guest::GuestInstance;
use crate::prepared_call::{Arguments, PreparedCall};
use crate::profile;
use crate::workload::{DeterministicCosts, ProfileSpan, Workload};
use airssys_wasm_engine::Result;
use std::time::Duration;

/// Calls an exported function of one instance repeatedly.
pub fn call(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    let guest = config.compile()?;
    let code_bytes = guest.code_bytes();
    let name = config.call.name.clone();
    let mut instance = guest.instantiate(&config.limits)?;
    let arguments = match &mut instance {
        GuestInstance::Core(instance) => {
            let function = instance.function(&name)?;
            Arguments::Core(config.call.slots(function.ty())?.into())
        }
        GuestInstance::Component(_) => Arguments::Component(config.call.values().into()),
    };
    let call = PreparedCall::new(instance, &[&name], &arguments)?;
    Ok(Box::new(Call {
        config,
        arguments,
        call,
        code_bytes,
    }))
}

struct Call {
    config: WorkloadConfig,
    arguments: Arguments,
    call: PreparedCall,
    code_bytes: u64,
}

impl Workload for Call {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        self.call.run(iterations)
    }

    fn deterministic_costs(&mut self) -> Result<DeterministicCosts> {
        Ok(DeterministicCosts {
            code_bytes: Some(self.code_bytes),
            ..self.call.deterministic_costs()?
        })
    }

    fn profile(&mut self, span: ProfileSpan, output: &mut Vec<u8>) -> Result<u64> {
        let path = [&*self.config.call.name];
        profile::calls(&self.config, &path, &self.arguments, span, output)
    }
}
