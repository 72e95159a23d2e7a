//! The query languages.

use super::dialect::Dialect;
use super::kql::Kql;
use super::sql::{Flavour, Sql};

/// A query language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// The Kusto query language of Microsoft Defender XDR, Sentinel and Azure Data Explorer.
    Kql,
    /// SQL of DuckDB.
    DuckDb,
    /// SQL of Apache DataFusion.
    DataFusion,
    /// SQL of ClickHouse.
    ClickHouse,
    /// SQL of Apache Spark and Databricks.
    Spark,
    /// SQL of Trino, Presto and Athena.
    Trino,
    /// SQL of PostgreSQL.
    Postgres,
}

pub(super) fn dialect(language: Language) -> &'static dyn Dialect {
    match language {
        Language::Kql => &Kql,
        Language::DuckDb => &Sql(Flavour::DuckDb),
        Language::DataFusion => &Sql(Flavour::DataFusion),
        Language::ClickHouse => &Sql(Flavour::ClickHouse),
        Language::Spark => &Sql(Flavour::Spark),
        Language::Trino => &Sql(Flavour::Trino),
        Language::Postgres => &Sql(Flavour::Postgres),
    }
}
