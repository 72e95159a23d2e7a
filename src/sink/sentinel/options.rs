//! What the caller decides about the tables.

use chrono::TimeDelta;

use super::default_validity::DefaultValidity;
use super::normal_values::NormalValues;
use super::threat_types::ThreatTypes;
use crate::Timestamp;
use crate::row::{State, ValueKind};

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
    pub(super) normal_values: NormalValues,
    default_validity: DefaultValidity,
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

    /// Sets which values of `ObservableValue` are in normal form. Default:
    /// [`NormalValues::Common`], those of hashes, domains and addresses.
    #[must_use]
    pub fn with_normal_values(mut self, values: NormalValues) -> Self {
        self.normal_values = values;
        self
    }

    /// Sets how long an indicator without an end is valid. The end goes into `ValidUntil` and
    /// `ExpirationDateTime`, and the row reports that it is a default. Default: there is no end,
    /// and **none of the rules that Microsoft ships fires**, because all of them compare it.
    ///
    /// The time is counted from `TimeGenerated`, or from the start of validity if that is later, so
    /// that an indicator stays valid as long as the feed is written again and again. Without
    /// [`with_time_generated`](Self::with_time_generated) it is counted from the start of validity.
    /// [`Mapper::with_default_validity`](crate::row::Mapper::with_default_validity) always counts
    /// from there, decides on the state of all rows, and takes precedence.
    ///
    /// ```
    /// use chrono::{DateTime, TimeDelta, Utc};
    /// use stixkit::row::{Mapper, ValueKind};
    /// use stixkit::sink::sentinel::{Options, ThreatIntelIndicators};
    /// use stixkit::table::JsonLine;
    /// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "labels": ["benign"],
    /// #     "pattern": "[ipv4-addr:value = '192.0.2.1']", "valid_from": "2024-02-01T10:00:00Z"}"#;
    /// # let indicator = serde_json::from_str(text)?;
    ///
    /// let now: DateTime<Utc> = "2024-05-20T00:00:00Z".parse()?;
    /// let options = Options::new()
    ///     .with_time_generated(now)
    ///     .with_default_validity(TimeDelta::days(90))
    ///     .with_default_validity_of(ValueKind::Ipv4, TimeDelta::days(14));
    /// let mapper = Mapper::new(now);
    /// let outcome = mapper.map(&indicator);
    /// let row = ThreatIntelIndicators::rows(&outcome, &indicator, &options).next().unwrap();
    /// let json = serde_json::to_value(&JsonLine(&row))?;
    /// assert_eq!(json["ValidUntil"], "2024-06-03T00:00:00.000Z");
    /// assert_eq!(json["AdditionalFields"]["ExpirySource"], "default");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_default_validity(mut self, validity: TimeDelta) -> Self {
        self.default_validity.set(validity);
        self
    }

    /// Sets how long an indicator without an end is valid if its value is of this kind, for example
    /// because addresses change hands sooner than hashes. One that is not positive leaves such
    /// values without an end. Default: as [`with_default_validity`](Self::with_default_validity)
    /// sets it for all kinds.
    #[must_use]
    pub fn with_default_validity_of(mut self, kind: ValueKind, validity: TimeDelta) -> Self {
        self.default_validity.set_of(kind, validity);
        self
    }

    /// The end of a row without one, if there is a default for its value.
    pub(super) fn default_end(&self, kind: Option<ValueKind>, from: Option<&Timestamp>) -> Option<Timestamp> {
        let validity = self.default_validity.of(kind)?;
        let start = from.max(self.time_generated.as_ref())?;
        start.instant().checked_add_signed(validity).map(Timestamp::from)
    }

    pub(super) fn source<'o>(&'o self, of_row: &'o str) -> &'o str {
        self.source_system.as_deref().unwrap_or(of_row)
    }

    pub(super) fn is_active(&self, state: State) -> bool {
        state == State::Active || (state == State::Pending && self.pending_is_active)
    }
}
