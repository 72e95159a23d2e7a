//! Texts and lists of texts that several sinks make of a row and its indicator.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::Hash;

use crate::object::IndicatorParts;
use crate::row::Row;
use crate::vocab::IndicatorType;

/// Name and description in one text, for schemas that have room for one.
pub(super) fn summary<'r>(row: &'r Row<'_>) -> Option<Cow<'r, str>> {
    match (filled(row.context.name.as_deref()), filled(row.context.description.as_deref())) {
        // Many a feed begins the description with the name.
        (Some(name), Some(description)) if !description.starts_with(name) => {
            Some(Cow::Owned(format!("{name}: {description}")))
        }
        (name, description) => description.or(name).map(Cow::Borrowed),
    }
}

/// The text, unless there is none in it.
pub(super) fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

/// The URLs of the indicator's external references.
pub(super) fn references<'a>(indicator: &IndicatorParts<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    indicator.common.external_references.iter().filter_map(|reference| filled(reference.url.as_deref()))
}

/// Labels first, then these indicator types, each once.
pub(super) fn labels<'r>(row: &'r Row<'_>, types: &'r [IndicatorType]) -> Vec<Cow<'r, str>> {
    let types = types.iter().map(IndicatorType::as_str);
    unique(row.context.labels.iter().map(String::as_str).chain(types)).into_iter().map(Cow::Borrowed).collect()
}

/// Each item once, in order.
pub(super) fn unique<T: Clone + Eq + Hash>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = HashSet::new();
    items.filter(|item| seen.insert(item.clone())).collect()
}
