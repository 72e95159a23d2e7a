//! The columns of the Lockheed Martin kill chain.

use crate::object::KillChainPhase;
use crate::sink::kill_chain::lockheed_martin;

/// As many phases have a column.
pub(super) const PHASES: usize = 6;

pub(super) const INSTALLATION: &str = "lockheed-martin-cyber-kill-chain:installation";

/// The phases of an indicator, sorted.
#[derive(Default)]
pub(super) struct KillChain {
    /// Those with a column, if any are of the chain that has columns.
    pub(super) flags: Option<[bool; PHASES]>,
    pub(super) installation: bool,
    pub(super) others: Vec<String>,
}

impl KillChain {
    pub(super) fn new(phases: &[KillChainPhase]) -> Self {
        let mut chain = Self::default();
        for phase in phases {
            let number = lockheed_martin(phase).map(|(number, _)| number);
            if number.is_some() {
                chain.flags.get_or_insert_default();
            }
            // The fifth, installation, has no column.
            let place = match number.flatten() {
                Some(number @ 1..=4) => usize::from(number) - 1,
                Some(5) => {
                    chain.installation = true;
                    continue;
                }
                Some(number @ 6..=7) => usize::from(number) - 2,
                _ => {
                    chain.others.push([&*phase.kill_chain_name, ":", &phase.phase_name].concat());
                    continue;
                }
            };
            chain.flags.get_or_insert_default()[place] = true;
        }
        chain
    }
}
