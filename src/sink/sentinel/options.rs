//! What the caller decides about the tables.

use super::threat_types::ThreatTypes;
use crate::Timestamp;
use crate::row::State;

/// Values for columns that the indicators do not fill. By default these columns are empty.
///
/// ```
/// use stixkit::sink::sentinel::{Options, ThreatTypes};
///
/// let options = Options::new()
///     .with_time_generated("2024-05-20T00:00:00Z".parse::<chrono::DateTime<chrono::Utc>>()?)
///     .with_workspace_id("2f9d1c4e-6a53-4b4c-8a0e-0d3a4b1f2a11")
///     .with_threat_types(ThreatTypes::Graph);
/// # let _ = options;
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    pub(super) time_generated: Option<Timestamp>,
    source_system: Option<String>,
    pub(super) azure_tenant_id: Option<String>,
    pub(super) workspace_id: Option<String>,
    pending_is_active: bool,
    pub(super) threat_types: ThreatTypes,
}

impl Options {
    /// Returns options with which only the indicators fill columns.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `TimeGenerated`, which is when the row was written and never when the indicator became
    /// valid. Default: none, and Sentinel puts in the time of ingestion.
    #[must_use]
    pub fn with_time_generated(mut self, now: impl Into<Timestamp>) -> Self {
        self.time_generated = Some(now.into());
        self
    }

    /// Sets `SourceSystem`, which is also part of every `Id`. Default: the mapper's
    /// [`source`](crate::row::Mapper::source).
    #[must_use]
    pub fn with_source_system(mut self, name: impl Into<String>) -> Self {
        self.source_system = Some(name.into());
        self
    }

    /// Sets `AzureTenantId`, the tenant that submitted the object. Default: none.
    #[must_use]
    pub fn with_azure_tenant_id(mut self, id: impl Into<String>) -> Self {
        self.azure_tenant_id = Some(id.into());
        self
    }

    /// Sets `WorkspaceId`, and `TenantId`, which in spite of its name is the workspace too.
    /// Default: none.
    #[must_use]
    pub fn with_workspace_id(mut self, id: impl Into<String>) -> Self {
        self.workspace_id = Some(id.into());
        self
    }

    /// Sets whether an indicator whose `valid_from` lies ahead is active. What Sentinel does with
    /// it is not published. Default: it is not.
    #[must_use]
    pub fn with_pending_as_active(mut self, is_active: bool) -> Self {
        self.pending_is_active = is_active;
        self
    }

    /// Sets the words of the legacy table's `ThreatType`. Default: those of STIX.
    #[must_use]
    pub fn with_threat_types(mut self, types: ThreatTypes) -> Self {
        self.threat_types = types;
        self
    }

    pub(super) fn source<'o>(&'o self, of_row: &'o str) -> &'o str {
        self.source_system.as_deref().unwrap_or(of_row)
    }

    pub(super) fn is_active(&self, state: State) -> bool {
        state == State::Active || (state == State::Pending && self.pending_is_active)
    }
}
