//! How far it is.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

/// Tells how far it is, on a terminal, when it takes long.
pub(crate) struct Progress {
    is_shown: bool,
    next: Option<Instant>,
}

impl Progress {
    const EVERY: Duration = Duration::from_millis(500);

    pub(crate) fn new() -> Self {
        let is_wanted = io::stderr().is_terminal();
        Self { is_shown: false, next: is_wanted.then(|| Instant::now() + Self::EVERY) }
    }

    pub(crate) fn show(&mut self, objects: u64, bytes: u64) {
        if objects.is_multiple_of(1024)
            && let Some(next) = self.next
            && Instant::now() >= next
        {
            // Rows on the same terminal begin where this begins, and are longer.
            eprint!("\r{objects} objects, {} MB\r", bytes / 1_000_000);
            self.is_shown = true;
            self.next = Some(Instant::now() + Self::EVERY);
        }
    }

    pub(crate) fn clear(&mut self) {
        if std::mem::take(&mut self.is_shown) {
            eprint!("\r\x1b[K");
        }
    }
}
