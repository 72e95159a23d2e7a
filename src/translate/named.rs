//! The ready targets.

use super::field_map::FieldMap;
use super::language::Language;

/// A ready target.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named {
    pub(super) name: &'static str,
    pub(super) purpose: &'static str,
    language: Language,
    /// Maps as JSON.
    maps: &'static [&'static str],
    /// What all tables of the maps are named instead.
    table: Option<&'static str>,
}

const DEFENDER: &str = include_str!("maps/defender.json");
const SENTINEL: &str = include_str!("maps/sentinel.json");
const ASIM: &str = include_str!("maps/asim.json");
const ECS: &str = include_str!("maps/ecs.json");
const CIM: &str = include_str!("maps/cim.json");
const SIGMA: &str = include_str!("maps/sigma.json");
const OCSF: &str = include_str!("maps/ocsf.json");

const fn named(name: &'static str, purpose: &'static str, language: Language, maps: &'static [&'static str]) -> Named {
    Named { name, purpose, language, maps, table: None }
}

/// The fields of ECS are the same wherever they are, but not the name of the table.
const fn elastic(name: &'static str, purpose: &'static str, language: Language) -> Named {
    Named { name, purpose, language, maps: &[ECS], table: Some("logs-*") }
}

pub(super) const NAMES: &[Named] = &[
    named("kql:defender", "KQL on the tables of Microsoft Defender XDR", Language::Kql, &[DEFENDER]),
    named("kql:sentinel", "KQL on the classic tables of Microsoft Sentinel", Language::Kql, &[SENTINEL]),
    named("kql:asim", "KQL on the parsers of ASIM", Language::Kql, &[ASIM]),
    named("kql:microsoft", "KQL on the tables of Defender XDR and Sentinel", Language::Kql, &[DEFENDER, SENTINEL]),
    elastic("eql:ecs", "EQL on the indices `logs-*` with the fields of ECS", Language::Eql),
    elastic("esql:ecs", "ES|QL on these indices", Language::Esql),
    elastic("lucene:ecs", "Lucene's query string on these indices", Language::Lucene),
    named("spl:cim", "SPL on events with the tags of Splunk's common information model (CIM)", Language::Spl, &[CIM]),
    named("sigma", "Sigma rules, which ignore case", Language::Sigma, &[SIGMA]),
    named("sigma:cased", "Sigma rules with the modifier `cased`", Language::SigmaCased, &[SIGMA]),
    named("sql:duckdb", "DuckDB on a table with the fields of ECS as columns", Language::DuckDb, &[ECS]),
    named("sql:datafusion", "DataFusion on such a table", Language::DataFusion, &[ECS]),
    named("sql:clickhouse", "ClickHouse on such a table", Language::ClickHouse, &[ECS]),
    named("sql:spark", "Spark on such a table", Language::Spark, &[ECS]),
    named("sql:trino", "Trino on such a table", Language::Trino, &[ECS]),
    named("sql:postgres", "Postgres on such a table", Language::Postgres, &[ECS]),
    named("sql:duckdb:ocsf", "DuckDB on tables of the classes of OCSF", Language::DuckDb, &[OCSF]),
    named("sql:datafusion:ocsf", "DataFusion on such tables", Language::DataFusion, &[OCSF]),
    named("sql:clickhouse:ocsf", "ClickHouse on such tables", Language::ClickHouse, &[OCSF]),
    named("sql:spark:ocsf", "Spark on such tables", Language::Spark, &[OCSF]),
    named("sql:trino:ocsf", "Trino on such tables, as those of Security Lake", Language::Trino, &[OCSF]),
    named("sql:postgres:ocsf", "Postgres on such tables", Language::Postgres, &[OCSF]),
];

/// Returns the language and map of a target.
pub(super) fn target(name: &str) -> Option<(Language, FieldMap)> {
    let named = NAMES.iter().find(|named| named.name == name)?;
    // A test reads all of them.
    let maps = named.maps.iter().filter_map(|json| FieldMap::from_json(json).ok());
    let map = maps.reduce(FieldMap::with)?;
    Some((named.language, named.table.map_or(map.clone(), |table| map.with_table(table))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ready_map_is_read() {
        for named in NAMES {
            for json in named.maps {
                FieldMap::from_json(json).unwrap_or_else(|error| panic!("{}: {error}", named.name));
            }
            assert!(target(named.name).is_some());
        }
    }
}
