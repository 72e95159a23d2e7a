//! The query languages.

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
