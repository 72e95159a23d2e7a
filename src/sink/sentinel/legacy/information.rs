//! The column `AdditionalInformation`.

use crate::object::Indicator;
use crate::row::Row;
use crate::sink::sentinel::json_text::{JsonObject, json_list};
use crate::vocab::IndicatorType;

/// `AdditionalInformation` as it is in rows that have nothing of their own to say, and where that
/// goes in others.
#[derive(Debug)]
pub(super) struct Information {
    pub(super) json: String,
    pub(super) relation_at: usize,
    pub(super) observables_at: usize,
}

impl Information {
    /// `phases` are those without a column.
    pub(super) fn new(row: &Row<'_>, indicator: &Indicator, phases: &[String]) -> Self {
        // The rest takes about 200.
        let mut document = JsonObject::with_capacity(row.pattern.len() + 256);
        document.put_text("pattern", &row.pattern);
        document.put_text("pattern_type", row.pattern_type.as_str());
        if let Some(modified) = &row.modified {
            document.put_time("modified", modified);
        }
        if let Some(from) = &row.validity.from {
            document.put_time("valid_from", from);
        }
        if let Some(source) = row.validity.expiry_source {
            document.put_text("expiry_source", source.as_str());
        }
        let relation_at = document.len();
        if let Some(reason) = row.reason_code() {
            document.put_text("reason", reason);
        }
        let observables_at = document.len();
        if let [_, _, ..] = &row.context.indicator_types[..] {
            let types = json_list(row.context.indicator_types.iter().map(IndicatorType::as_str));
            document.put_json("indicator_types", &types.unwrap_or_default());
        }
        if let Some(phases) = json_list(phases) {
            document.put_json("kill_chain", &phases);
        }
        if !indicator.common.external_references.is_empty() {
            document.put("external_references", &indicator.common.external_references);
        }
        Self { json: document.finish().unwrap_or_default(), relation_at, observables_at }
    }
}
