//! What the caller decides about the events.

use chrono::{DateTime, Utc};

/// Attributes of the events that the indicators do not fill.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    pub(super) time: i64,
    pub(super) product: String,
    pub(super) vendor: Option<String>,
    pub(super) product_version: Option<String>,
}

impl Options {
    /// Returns options for events of this instant: when the indicators were collected, usually the
    /// present. The product is this crate.
    pub fn new(time: impl Into<DateTime<Utc>>) -> Self {
        Self {
            time: time.into().timestamp_millis(),
            product: env!("CARGO_PKG_NAME").to_owned(),
            vendor: None,
            product_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }
    }

    /// Sets `metadata.product`: the name of the software that makes the events, and its version.
    #[must_use]
    pub fn with_product(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        (self.product, self.product_version) = (name.into(), Some(version.into()));
        self
    }

    /// Sets `metadata.product.vendor_name`. Default: none.
    #[must_use]
    pub fn with_vendor(mut self, name: impl Into<String>) -> Self {
        self.vendor = Some(name.into());
        self
    }
}
