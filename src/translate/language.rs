//! The query languages.

/// A query language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// The Kusto query language of Microsoft Defender XDR, Sentinel and Azure Data Explorer.
    Kql,
    /// The event query language (EQL) of Elasticsearch.
    Eql,
    /// ES|QL, the piped query language of Elasticsearch.
    Esql,
    /// The query string of Lucene, as Elasticsearch and Kibana read it.
    Lucene,
    /// SPL, the search processing language of Splunk.
    Spl,
    /// Rules of Sigma, which ignore case if nothing else is stated.
    Sigma,
    /// Rules of Sigma with the modifier `cased`, which not all converters know.
    SigmaCased,
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
