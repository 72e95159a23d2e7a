//! The part of an async runtime that a client needs.

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// A way to sleep, from the caller's runtime.
///
/// Any function that returns a future is a timer: `|duration| tokio::time::sleep(duration)`.
pub trait Timer: Send + Sync {
    /// Sleeps.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;

    /// Returns the time since any fixed moment, which never goes back. It is used for rates and for
    /// time caps. The default is the system's clock; there is none on `wasm32-unknown-unknown`,
    /// where a timer has to implement this method.
    fn now(&self) -> Duration {
        system_time()
    }
}

impl<F, S> Timer for F
where
    F: Fn(Duration) -> S + Send + Sync,
    S: Future<Output = ()> + Send + 'static,
{
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(self(duration))
    }
}

/// Returns the time since the first call.
pub(super) fn system_time() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}
