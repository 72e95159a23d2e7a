//! How much a search may do.

use super::error::{Error, ErrorKind};

/// The steps that are left.
#[derive(Debug)]
pub(super) struct Budget(u64);

impl Budget {
    pub(super) fn new(steps: u64) -> Self {
        Self(steps)
    }

    /// Takes a number of steps, or fails if there are not as many.
    pub(super) fn spend(&mut self, steps: usize) -> Result<(), Error> {
        match self.0.checked_sub(steps as u64) {
            Some(left) => {
                self.0 = left;
                Ok(())
            }
            None => Err(Self::exceeded()),
        }
    }

    /// The error for a search that takes more than any budget.
    pub(super) fn exceeded() -> Error {
        Error::new(ErrorKind::TooComplex)
    }
}
