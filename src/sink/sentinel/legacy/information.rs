//! The column `AdditionalInformation`.

use crate::object::IndicatorParts;
use crate::row::Row;
use crate::sink::sentinel::json_text::{JsonObject, json_list};
use crate::sink::sentinel::once::is_short;
use crate::vocab::IndicatorType;

/// `AdditionalInformation` as it is in rows that have nothing of their own to say, and where that
/// goes in others.
#[derive(Debug)]
pub(super) struct Information {
    pub(super) json: String,
    pub(super) end_at: usize,
    pub(super) relation_at: usize,
    pub(super) observables_at: usize,
}

impl Information {
    /// `phases` are those without a column.
    pub(super) fn new(row: &Row<'_>, indicator: &IndicatorParts<'_>, phases: &[String]) -> Self {
        Self::with(row, indicator, json_list(phases), |_| true)
    }

    /// The same for other rows than the first: without long texts.
    pub(super) fn short(row: &Row<'_>, indicator: &IndicatorParts<'_>, phases: &[String]) -> Self {
        Self::with(row, indicator, json_list(phases), is_short)
    }

    fn with(
        row: &Row<'_>,
        indicator: &IndicatorParts<'_>,
        phases: Option<String>,
        is_kept: impl Fn(&str) -> bool,
    ) -> Self {
        // The rest takes about 200.
        let pattern = indicator.pattern;
        let has_pattern = is_kept(pattern);
        let mut document = JsonObject::with_capacity(if has_pattern { pattern.len() } else { 0 } + 256);
        if has_pattern {
            document.put_text("pattern", pattern);
        }
        document.put_text("pattern_type", row.pattern_type.as_str());
        if let Some(modified) = &row.modified {
            document.put_time("modified", modified);
        }
        if let Some(from) = &row.validity.from {
            document.put_time("valid_from", from);
        }
        let end_at = document.len();
        if let Some(source) = row.validity.expiry_source {
            document.put_text("expiry_source", source.as_str());
        }
        let relation_at = document.len();
        if let Some(reason) = row.reason_code() {
            document.put_text("reason", reason);
        }
        let observables_at = document.len();
        let mut put = |name, json: Option<String>| {
            if let Some(json) = json.filter(|json| is_kept(json)) {
                document.put_json(name, &json);
            }
        };
        if let [_, _, ..] = &row.context.indicator_types[..] {
            put("indicator_types", json_list(row.context.indicator_types.iter().map(IndicatorType::as_str)));
        }
        put("kill_chain", phases);
        let references = &indicator.common.external_references;
        if !references.is_empty() {
            // OK because references always have a JSON form.
            put("external_references", serde_json::to_string(references).ok());
        }
        Self { json: document.finish().unwrap_or_default(), end_at, relation_at, observables_at }
    }
}
