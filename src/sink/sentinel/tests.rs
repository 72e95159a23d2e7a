//! What holds for the records of all tables.

use arbitrary::{Arbitrary, Unstructured};
use proptest::prelude::*;

use super::indicators::ThreatIntelIndicators;
use super::legacy::ThreatIntelligenceIndicator;
use super::objects::ThreatIntelObjects;
use super::options::Options;
use super::threat_types::ThreatTypes;
use crate::object::{Indicator, Object};
use crate::row::{EndedRow, Mapper, SplitMode};
use crate::table::{Cell, Cells, ColumnKind, JsonLine, Record};

/// That the cells are of their columns' kinds, that there is one for each, and that the JSON reads.
fn check<R: Record>(record: &R) -> Result<(), TestCaseError> {
    let mut kinds = Vec::new();
    let mut take = |number, cell: &Cell<'_>| {
        let kind = match cell {
            Cell::Null => panic!("it has a value"),
            Cell::Text(_) => ColumnKind::Text,
            Cell::Boolean(_) => ColumnKind::Boolean,
            Cell::Integer(value) => {
                assert!(i32::try_from(*value).is_ok());
                ColumnKind::Integer
            }
            Cell::Real(_) => ColumnKind::Real,
            Cell::Time(time) => {
                let text = time.to_string();
                assert!(text.ends_with('Z') && text.len() <= "2024-05-01T10:00:00.1234567Z".len(), "{text}");
                assert!(!text.starts_with("0000") && !text.contains(":60"), "{text}");
                ColumnKind::Time
            }
            Cell::List(_) => ColumnKind::List,
            Cell::Json(json) => {
                assert!(serde_json::from_str::<serde_json::Value>(json.as_json()).is_ok());
                ColumnKind::Json
            }
        };
        kinds.push((number, kind));
    };
    let mut cells = Cells::new(&mut take);
    record.cells(&mut cells);
    prop_assert_eq!(cells.shown(), R::COLUMNS.len());
    for (number, kind) in kinds {
        prop_assert_eq!(kind, R::COLUMNS[number].kind, "{}", R::COLUMNS[number].name);
    }
    serde_json::to_string(&JsonLine(record)).map_err(|error| TestCaseError::fail(error.to_string()))?;
    Ok(())
}

/// A part of a pattern that one of the columns may take.
const PARTS: &[&str] = &[
    "ipv4-addr:value = '192.0.2.1/33'",
    "network-traffic:dst_ref.value ISSUBSET '2001:db8::/32'",
    "network-traffic:src_port = 99999",
    "network-traffic:protocols[0] = 'TCP'",
    "network-traffic:extensions.'http-request-ext'.request_header.'user-agent'[*] = 'x'",
    "domain-name:resolves_to_refs[*].value = '192.0.2.7'",
    "autonomous-system:number = 'AS4200000000'",
    "file:hashes.own = 'd41d8cd98f00b204e9800998ecf8427e'",
    "file:hashes.AUTHENTIHASH = ''",
    "file:size = -5000000000",
    "file:ctime = '2024'",
    "file:x['y'] = 1",
    "email-addr:value = '@'",
    "email-message:content_type = 'text/html; CharSet=\"'",
    "email-message:additional_header_fields.'X-Originating-IP' = '[]'",
    "a:b = h'AB'",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_object_is_a_record(
        bytes in prop::collection::vec(any::<u8>(), 0..2048),
        parts in prop::collection::vec((prop::sample::select(PARTS), any::<bool>()), 0..5),
        text in "\\PC{0,40}",
    ) {
        let mut input = Unstructured::new(&bytes);
        let object = <Object as Arbitrary>::arbitrary(&mut input).unwrap();
        let mut indicator = <Indicator as Arbitrary>::arbitrary(&mut input).unwrap();
        let now = "2024-05-20T00:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        let options = Options::new().with_threat_types(ThreatTypes::Graph).with_time_generated(now);
        let options = options.with_default_validity(chrono::TimeDelta::days(30));
        indicator.pattern = text;
        if let Some(((first, _), others)) = parts.split_first() {
            indicator.pattern = format!("[{first}");
            for (part, is_and) in others {
                indicator.pattern += if *is_and { " AND " } else { " OR " };
                indicator.pattern += part;
            }
            indicator.pattern.push(']');
        }
        for mode in [SplitMode::Split, SplitMode::Exact, SplitMode::Primary] {
            let mapper = Mapper::new(now).with_split_mode(mode);
            let outcome = mapper.map(&indicator);
            for record in ThreatIntelIndicators::rows(&outcome, &indicator, &options) {
                check(&record)?;
            }
            for record in ThreatIntelligenceIndicator::rows(&outcome, &indicator, &options) {
                check(&record)?;
            }
            let ended: Vec<_> = outcome.rows.iter().map(EndedRow::from_row).collect();
            for record in ThreatIntelIndicators::ended(&ended, None, &options) {
                check(&record)?;
            }
            for record in ThreatIntelligenceIndicator::ended(&ended, None, &options) {
                check(&record)?;
            }
            if let Some(record) = ThreatIntelObjects::new(&mapper, &object, &options) {
                check(&record)?;
            }
        }
    }
}
