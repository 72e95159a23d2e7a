//! Microsoft Sentinel: tables and upload bodies.

mod complaints;
mod ended;
mod indicators;
mod legacy;
mod size;
mod uploads;
mod validity;

use std::collections::{BTreeMap, HashSet};

use serde_json::{Value, json};
use stixkit::Object;
use stixkit::object::Indicator;
use stixkit::row::{Mapper, SplitMode};
use stixkit::sink::sentinel::upload::Batches;
use stixkit::sink::sentinel::{
    Options, ThreatIntelIndicators, ThreatIntelObjects, ThreatIntelligenceIndicator, ThreatTypes,
};
use stixkit::table::{ColumnKind, JsonLine, Record};

use crate::golden::{self, assert_golden, assert_lines, now};
use crate::row::{FROM, ID, indicator, indicator_with, mapper};

fn golden_options() -> Options {
    Options::new()
        .with_time_generated(now())
        .with_azure_tenant_id("72f988bf-0000-4000-8000-2d7cd011db47")
        .with_workspace_id("2f9d1c4e-6a53-4b4c-8a0e-0d3a4b1f2a11")
}

pub(super) fn line(record: &impl Record) -> String {
    golden::json(&JsonLine(record))
}

#[test]
fn indicators_split() {
    let options = golden_options();
    assert_golden("sentinel.jsonl", SplitMode::Split, |indicator, outcome| {
        ThreatIntelIndicators::rows(outcome, indicator, &options).map(|row| line(&row)).collect()
    });
}

#[test]
fn indicators_exact() {
    let options = golden_options();
    assert_golden("sentinel-exact.jsonl", SplitMode::Exact, |indicator, outcome| {
        ThreatIntelIndicators::rows(outcome, indicator, &options).map(|row| line(&row)).collect()
    });
}

#[test]
fn objects() {
    let (bundle, mapper) = golden::feed(SplitMode::Split);
    let options = golden_options();
    let rows = bundle.objects().iter().filter_map(|object| ThreatIntelObjects::new(&mapper, object, &options));
    let lines: Vec<_> = rows.map(|row| line(&row)).collect();
    assert_lines("sentinel-objects.jsonl", &lines);
    let indicators = bundle.objects().iter().filter(|object| matches!(object, Object::Indicator(_))).count();
    assert_eq!(lines.len() + indicators, bundle.objects().len());
}

#[test]
fn legacy() {
    let (bundle, mapper) = golden::feed(SplitMode::Split);
    let mapper = mapper.with_default_validity(chrono::TimeDelta::days(180));
    let options = golden_options();
    let mut lines = Vec::new();
    for object in bundle.objects() {
        if let Object::Indicator(indicator) = object {
            let outcome = mapper.map(indicator);
            lines.extend(ThreatIntelligenceIndicator::rows(&outcome, indicator, &options).iter().map(line));
        }
    }
    assert_lines("sentinel-legacy.jsonl", &lines);
}

#[test]
fn upload_bodies() {
    let (bundle, _) = golden::feed(SplitMode::Split);
    let mut batches = Batches::new("golden", bundle.objects());
    let bodies: Vec<_> = batches.by_ref().collect();
    let lines: Vec<_> = bodies.iter().map(golden::json).collect();
    assert_lines("sentinel-upload.jsonl", &lines);
    assert_eq!(batches.left_out(), 2);
    let sent: usize = bodies.iter().map(|body| body.objects().len()).sum();
    assert_eq!(sent + 2, bundle.objects().len());
}

/// The columns of the project's own list, with the kind that each type is.
fn columns_of<R: Record>() -> Vec<(&'static str, ColumnKind)> {
    let list = include_str!("../fixtures/sentinel_columns.csv");
    let lines = list.lines().skip(1).filter_map(|line| {
        let [table, column, type_name] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let kind = match type_name {
            "string" => ColumnKind::Text,
            "datetime" => ColumnKind::Time,
            "int" => ColumnKind::Integer,
            "real" => ColumnKind::Real,
            "bool" => ColumnKind::Boolean,
            "dynamic" => ColumnKind::Json,
            _ => panic!("{line}"),
        };
        (table == R::TABLE).then_some((column, kind))
    });
    lines.collect()
}

#[track_caller]
fn has_its_columns<R: Record>(count: usize) {
    let own: Vec<_> = R::COLUMNS.iter().map(|column| (column.name, column.kind)).collect();
    assert_eq!(own, columns_of::<R>());
    assert_eq!(own.len(), count);
    let names: HashSet<_> = own.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), count);
}

#[test]
fn the_tables_have_their_columns_and_no_others() {
    has_its_columns::<ThreatIntelIndicators<'_>>(27);
    has_its_columns::<ThreatIntelObjects<'_>>(16);
    has_its_columns::<ThreatIntelligenceIndicator<'_>>(64);
}

#[test]
fn the_golden_files_have_no_other_columns() {
    fn check<R: Record>(lines: &str) {
        let columns: Vec<_> = columns_of::<R>().into_iter().map(|(name, _)| name).collect();
        for line in lines.lines() {
            let row: Value = serde_json::from_str(line).unwrap();
            assert!(row.as_object().unwrap().keys().all(|name| columns.contains(&&**name)), "{line}");
        }
    }
    check::<ThreatIntelIndicators<'_>>(include_str!("../fixtures/golden/sentinel.jsonl"));
    check::<ThreatIntelIndicators<'_>>(include_str!("../fixtures/golden/sentinel-exact.jsonl"));
    check::<ThreatIntelObjects<'_>>(include_str!("../fixtures/golden/sentinel-objects.jsonl"));
    check::<ThreatIntelligenceIndicator<'_>>(include_str!("../fixtures/golden/sentinel-legacy.jsonl"));
}

pub(super) fn rows_of(mapper: &Mapper, indicator: &Indicator, options: &Options) -> Vec<Value> {
    let outcome = mapper.map(indicator);
    let rows = ThreatIntelIndicators::rows(&outcome, indicator, options);
    rows.map(|row| serde_json::to_value(JsonLine(&row)).unwrap()).collect()
}

pub(super) fn legacy_of(mapper: &Mapper, indicator: &Indicator, options: &Options) -> Vec<Value> {
    let outcome = mapper.map(indicator);
    let rows = ThreatIntelligenceIndicator::rows(&outcome, indicator, options);
    rows.iter().map(|row| serde_json::to_value(JsonLine(row)).unwrap()).collect()
}

/// The rows of a pattern.
pub(super) fn rows(pattern: &str) -> Vec<Value> {
    rows_of(&mapper(), &indicator(pattern), &Options::new())
}

pub(super) fn legacy_rows(pattern: &str) -> Vec<Value> {
    legacy_of(&mapper(), &indicator(pattern), &Options::new())
}

/// Columns of values, in alphabetical order.
pub(super) fn values(row: &Value) -> BTreeMap<&str, &Value> {
    let of_values = |name: &str| {
        ["Network", "Domain", "Url", "User", "File", "Email"].iter().any(|prefix| name.starts_with(prefix))
    };
    let columns = row.as_object().unwrap().iter().map(|(name, value)| (&**name, value));
    columns.filter(|(name, _)| of_values(name)).collect()
}

/// The columns of values that the only row of a pattern has.
#[track_caller]
pub(super) fn legacy_values(pattern: &str, expected: &Value) {
    let rows = legacy_rows(pattern);
    let [row] = &rows[..] else { panic!("{pattern} has {} rows", rows.len()) };
    assert_eq!(json!(values(row)), *expected, "{pattern}");
}

pub(super) fn information(row: &Value) -> Value {
    serde_json::from_str(row["AdditionalInformation"].as_str().unwrap()).unwrap()
}
