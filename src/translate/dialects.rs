//! The dialect of each language.

use super::dialect::Dialect;
use super::eql::Eql;
use super::esql::Esql;
use super::kql::Kql;
use super::language::Language;
use super::lucene::Lucene;
use super::sigma::Sigma;
use super::spl::Spl;
use super::sql::Sql;

/// Returns what prints queries of a language.
pub(super) fn dialect(language: Language) -> &'static dyn Dialect {
    match language {
        Language::Kql => &Kql,
        Language::Eql => &Eql,
        Language::Esql => &Esql,
        Language::Lucene => &Lucene,
        Language::Spl => &Spl,
        Language::Sigma => &Sigma { cased: false },
        Language::SigmaCased => &Sigma { cased: true },
        Language::DuckDb => &Sql(Language::DuckDb),
        Language::DataFusion => &Sql(Language::DataFusion),
        Language::ClickHouse => &Sql(Language::ClickHouse),
        Language::Spark => &Sql(Language::Spark),
        Language::Trino => &Sql(Language::Trino),
        Language::Postgres => &Sql(Language::Postgres),
    }
}
