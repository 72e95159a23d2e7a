//! Sets of indicators.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use stixkit::matching::event::{Event, Place, Rule, Value};
use stixkit::matching::set::{Hit, How, IndicatorSet};
use stixkit::matching::suppress::Suppress;
use stixkit::object::Indicator;
use stixkit::row::{Direction, ValueKind};
use stixkit::{Identifier, Kind, Timestamp};
use uuid::Uuid;

mod cases;
mod differential;
mod generate;
mod hostile;
mod objects;
mod operations;
mod snapshots;

/// An indicator with a number for its identifier.
pub(super) fn indicator(number: u128, pattern: &str) -> Indicator {
    let id = Identifier::new(Kind::Indicator, Uuid::from_u128(number));
    let text = serde_json::json!({
        "type": "indicator",
        "spec_version": "2.1",
        "id": id,
        "created": "2024-05-01T00:00:00Z",
        "modified": "2024-05-01T00:00:00Z",
        "pattern": pattern,
        "pattern_type": "stix",
        "valid_from": "2024-05-01T00:00:00Z",
    });
    serde_json::from_value(text).unwrap()
}

pub(super) fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The number of the indicator of a hit.
pub(super) fn number(hit: &Hit<'_>) -> u128 {
    hit.id().uuid().unwrap().as_u128()
}

/// A set that reports addresses for documentation, too.
pub(super) fn empty() -> IndicatorSet {
    IndicatorSet::new().with_suppress(Suppress::new())
}

/// A set of indicators with the numbers from 0 on.
pub(super) fn set<'p>(patterns: impl IntoIterator<Item = &'p str>) -> IndicatorSet {
    let mut set = empty();
    for (at, pattern) in patterns.into_iter().enumerate() {
        let inserted = set.insert(&indicator(at as u128, pattern));
        assert!(inserted.skipped.is_empty(), "{pattern}: {inserted:?}");
    }
    set
}

/// What a lookup finds: numbers, and how.
pub(super) fn lookup(set: &IndicatorSet, kind: ValueKind, value: &str) -> Vec<(u128, How)> {
    set.lookup(kind, value).map(|hit| (number(&hit), hit.how())).collect()
}

/// Rules for the events of tests.
pub(super) struct Rules(Vec<Rule>);

impl Rules {
    pub(super) fn new() -> Self {
        let rule = |field: &str, slot: &str, path: &str| Rule::new(field, Place::new(slot, path).unwrap());
        let end = |field: &str, direction: Direction, reference: &str| {
            rule(field, field, "ipv4-addr:value")
                .with_kind(ValueKind::Ipv4)
                .with_direction(direction)
                .with_place(Place::new("traffic", reference).unwrap())
        };
        Self(vec![
            end("src", Direction::Src, "network-traffic:src_ref.value"),
            end("dst", Direction::Dst, "network-traffic:dst_ref.value"),
            rule("port", "traffic", "network-traffic:dst_port"),
            rule("query", "query", "domain-name:value").with_kind(ValueKind::Domain),
            rule("url", "url", "url:value").with_kind(ValueKind::Url),
            rule("image", "image", "file:name").with_kind(ValueKind::Name),
            rule("image.md5", "image", "file:hashes.MD5").with_kind(ValueKind::Hash),
            rule("image.sha256", "image", "file:hashes.'SHA-256'").with_kind(ValueKind::Hash),
            rule("image.size", "image", "file:size"),
            rule("parent", "parent", "file:name").with_kind(ValueKind::Name),
            rule("parent.md5", "parent", "file:hashes.MD5").with_kind(ValueKind::Hash),
            rule("parent.sha256", "parent", "file:hashes.'SHA-256'").with_kind(ValueKind::Hash),
            rule("six", "six", "ipv6-addr:value").with_kind(ValueKind::Ipv6),
            rule("command", "process", "process:command_line").with_kind(ValueKind::Text),
            rule("from", "mail", "email-message:from_ref.value")
                .with_kind(ValueKind::Email)
                .with_direction(Direction::Src),
            rule("key", "key", "windows-registry-key:key").with_kind(ValueKind::RegistryKey),
            rule("user", "user", "user-account:user_id"),
        ])
    }

    pub(super) fn get(&self, field: &str) -> &Rule {
        self.0.iter().find(|rule| rule.field() == field).unwrap_or_else(|| panic!("no field {field}"))
    }

    /// Values by their fields. Those of digits are numbers.
    pub(super) fn values<'v>(&'v self, fields: &[(&str, &'v str)]) -> Vec<Value<'v>> {
        use stixkit::matching::event::Form;
        let is_number = |field: &str| matches!(field, "port" | "image.size");
        let form = |field| if is_number(field) { Form::Number } else { Form::Text };
        fields.iter().map(|(field, text)| Value::new(self.get(field), text).with_form(form(field))).collect()
    }
}

/// The numbers of the indicators that an event hits at an instant.
pub(super) fn hits(set: &IndicatorSet, values: &[Value<'_>], at: Option<&str>) -> BTreeSet<u128> {
    let event = Event::new(values).with_time(at.map(|at| Timestamp::parse(at).unwrap()));
    let mut found = BTreeSet::new();
    set.scanner().event(&event, |hit| {
        found.insert(number(&hit));
    });
    found
}
