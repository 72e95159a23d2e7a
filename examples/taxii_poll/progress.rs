//! How far a poll has come, on a terminal.

use std::io::{self, IsTerminal, Write};

/// A line that is written over each time. Messages begin at its start, and so write over it, too.
pub(crate) struct Progress {
    is_terminal: bool,
}

impl Progress {
    /// Only where a person watches: a log has no use for it.
    pub(crate) fn new() -> Self {
        Self { is_terminal: io::stderr().is_terminal() }
    }

    pub(crate) fn show(&self, pages: u64, objects: u64) {
        self.write(&format!("page {pages}, {objects} objects"));
    }

    pub(crate) fn clear(&self) {
        self.write("");
    }

    fn write(&self, text: &str) {
        if self.is_terminal {
            // A terminal that is gone is no reason to stop.
            _ = write!(io::stderr(), "{text}\x1b[K\r");
        }
    }
}
