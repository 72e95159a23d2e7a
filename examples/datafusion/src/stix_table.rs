//! Feeds as tables: `SELECT … FROM stix('feed.json')`.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::catalog::{TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::{DataFusionError, Result, ScalarValue, plan_err};
use datafusion::datasource::MemTable;
use datafusion::logical_expr::Expr;
use stixkit::row::{Mapper, Row};
use stixkit::table::arrow::RecordBatches;
use stixkit::{Bundle, Object, Reader, Timestamp};

/// The function `stix`: reads a feed and returns the core rows of its indicators, with their states at one time.
#[derive(Debug)]
pub(crate) struct StixTable {
    now: Timestamp,
}

impl StixTable {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self { now }
    }
}

impl TableFunctionImpl for StixTable {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        let [Expr::Literal(ScalarValue::Utf8(Some(path)), _)] = args.exprs() else {
            return plan_err!("stix() takes the path of a feed, as text");
        };
        let batches = rows(path, self.now.clone()).map_err(DataFusionError::External)?;
        let schema = stixkit::table::arrow::schema::<Row>();
        Ok(Arc::new(MemTable::try_new(schema, vec![batches])?))
    }
}

fn rows(path: &str, now: Timestamp) -> Result<Vec<RecordBatch>, Box<dyn std::error::Error + Send + Sync>> {
    let bundle = Bundle::read(Reader::open(path)?)?;
    let mut mapper = Mapper::new(now.instant()).with_source(path);
    bundle.objects().iter().for_each(|object| mapper.learn(object));
    let mut batches = RecordBatches::new::<Row>();
    let mut full = Vec::new();
    for object in bundle.objects() {
        let Object::Indicator(indicator) = object else { continue };
        for row in &mapper.map(indicator).rows {
            full.extend(batches.push(row)?);
        }
    }
    full.extend(batches.finish()?);
    Ok(full)
}
