//! What goes over the wire.

use std::error::Error;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use stixkit::taxii::Event;

/// Counts.
#[derive(Default)]
pub(crate) struct Traffic {
    requests: AtomicU64,
    retries: AtomicU64,
    bytes: AtomicU64,
}

impl Traffic {
    /// Counts an event, and says on the standard error that nothing goes on for a while.
    pub(crate) fn note(&self, event: &Event) {
        match event {
            Event::Exchange(exchange) => {
                self.requests.fetch_add(1, Relaxed);
                self.retries.fetch_add(u64::from(exchange.attempt > 0), Relaxed);
                self.bytes.fetch_add(exchange.sent + exchange.received, Relaxed);
            }
            Event::Wait { time, is_retry: true, .. } => {
                _ = writeln!(io::stderr(), "the server cannot answer now; trying again in {:.1} s", time.as_secs_f64());
            }
            _ => {}
        }
    }

    /// What was counted since the last call, as members of a JSON object.
    pub(crate) fn take(&self) -> String {
        let [requests, retries, bytes] =
            [&self.requests, &self.retries, &self.bytes].map(|count| count.swap(0, Relaxed));
        format!("\"requests\":{requests},\"retries\":{retries},\"bytes\":{bytes}")
    }
}

/// An error and what is behind it: the library's errors print their own layer alone.
pub(crate) fn reason(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        let layer = error.to_string();
        // Some layers say what the one below them says.
        if !text.ends_with(&layer) {
            text.push_str(": ");
            text.push_str(&layer);
        }
        next = error.source();
    }
    text
}
