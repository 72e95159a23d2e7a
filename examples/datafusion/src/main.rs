//! Feeds as tables and a set of indicators as a function, in DataFusion and on a cluster of Ballista.
//!
//! `cargo run --release` in this folder. It takes nothing, writes a log of 20,000 events as Parquet, and asks for the
//! events that match a feed: in this process, on two executors on loopback, and by the crate alone. All three find the
//! same, or it fails.

mod cluster;
mod ioc_match;
mod log;
mod stix_table;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::execution::FunctionRegistry;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::ScalarUDF;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use stixkit::matching::event::FieldMap;
use stixkit::matching::set::IndicatorSet;
use stixkit::matching::suppress::Suppress;
use stixkit::{Bundle, Object, Timestamp};

use ioc_match::IocMatch;
use stix_table::StixTable;

type Error = Box<dyn std::error::Error + Send + Sync>;

const FEED: &str = include_str!("../samples/feed.json");

/// Rows that logs can be joined with, by their normal values.
const ROWS: &str = "SELECT type, value, state, valid_until FROM stix('{feed}') WHERE standalone ORDER BY type, value";

/// Networks, sub-domains and validity at the time of the event are what a join by value does not find.
const MATCHES: &str = r#"
    SELECT uid, ioc_match("id.resp_h", 'ipv4', ts) AS addresses, ioc_match(query, 'domain', ts) AS names
    FROM log
    WHERE ioc_match("id.resp_h", 'ipv4', ts) IS NOT NULL OR ioc_match(query, 'domain', ts) IS NOT NULL
"#;

/// An event and an indicator that it matches.
type Found = BTreeSet<(String, String)>;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let folder = tempfile::tempdir()?;
    let (feed, logs) = (folder.path().join("feed.json"), folder.path().join("log"));
    std::fs::write(&feed, FEED)?;
    let batches = log::write(&logs)?;

    let here = SessionContext::new_with_state(state(function()?.0));
    here.register_udtf("stix", Arc::new(StixTable::new(Timestamp::parse("2024-05-10T00:00:00Z")?)));
    let rows = here.sql(&ROWS.replace("{feed}", &feed.display().to_string())).await?.collect().await?;
    println!("{}\n", pretty_format_batches(&rows)?);
    let found = matches(&here, &logs).await?;
    println!("DataFusion: {} matches in {} events", found.len(), log::EVENTS);

    let executors = [function()?, function()?];
    let states = executors.each_ref().map(|(function, _)| state(function.clone()));
    let there = cluster::start(state(function()?.0), &states).await?;
    // The client's state is made anew, with Ballista's functions alone.
    there.register_udf(function()?.0);
    let distributed = matches(&there, &logs).await?;
    let shares = executors.map(|(_, calls)| calls.load(Ordering::Relaxed));
    println!("Ballista: {} matches; values looked up by the executors: {shares:?}", distributed.len());

    let by_crate = scan(&batches)?;
    println!("scan_batch: {} matches", by_crate.len());
    if found.is_empty() || found != distributed || found != by_crate {
        return Err("the three did not find the same".into());
    }
    Ok(())
}

/// The function with a set of its own, as each machine would have, and the count of its calls.
fn function() -> Result<(ScalarUDF, Arc<AtomicUsize>), Error> {
    let function = IocMatch::new(Arc::new(set()?));
    let calls = function.calls();
    Ok((ScalarUDF::new_from_impl(function), calls))
}

fn state(function: ScalarUDF) -> SessionState {
    let config = SessionConfig::new().with_target_partitions(log::FILES);
    let mut state = SessionStateBuilder::new().with_default_features().with_config(config).build();
    // OK because nothing had this name.
    let _ = state.register_udf(Arc::new(function));
    state
}

fn set() -> Result<IndicatorSet, Error> {
    // The sample has addresses for documentation.
    let mut set = IndicatorSet::new().with_suppress(Suppress::new());
    for object in Bundle::from_slice(FEED.as_bytes())?.objects() {
        let Object::Indicator(indicator) = object else { continue };
        let inserted = set.insert(indicator);
        if !inserted.skipped.is_empty() {
            return Err(format!("{:?}", inserted.skipped).into());
        }
    }
    Ok(set)
}

async fn matches(context: &SessionContext, log: &Path) -> Result<Found, Error> {
    context.register_parquet("log", log.display().to_string(), ParquetReadOptions::default()).await?;
    let mut found = Found::new();
    for batch in context.sql(MATCHES).await?.collect().await? {
        let events = texts(&batch, "uid")?;
        for column in ["addresses", "names"] {
            let lists = batch.column_by_name(column).ok_or("no such column")?.as_list::<i32>();
            for row in (0..batch.num_rows()).filter(|row| lists.is_valid(*row)) {
                let indicators = lists.value(row);
                let indicators = indicators.as_string::<i32>().iter().flatten();
                found.extend(indicators.map(|indicator| (events[row].clone(), indicator.to_owned())));
            }
        }
    }
    Ok(found)
}

/// What the crate finds by itself.
fn scan(batches: &[RecordBatch]) -> Result<Found, Error> {
    let (set, map) = (set()?, FieldMap::zeek());
    let mut found = Found::new();
    for batch in batches {
        let events = texts(batch, "uid")?;
        let scanned = set.scan_batch(batch, &map)?;
        if scanned.dropped > 0 || !scanned.refused.is_empty() {
            return Err("rows were not looked at, or hits were dropped".into());
        }
        for hits in &scanned.hits {
            let rows = hits.column_by_name("row").ok_or("no column")?.as_primitive::<Int64Type>();
            let indicators = texts(hits, "indicator")?;
            found.extend(rows.values().iter().zip(indicators).map(|(row, id)| (events[*row as usize].clone(), id)));
        }
    }
    Ok(found)
}

fn texts(batch: &RecordBatch, column: &str) -> Result<Vec<String>, Error> {
    let column = batch.column_by_name(column).ok_or("no such column")?;
    let column = datafusion::arrow::compute::cast(column, &datafusion::arrow::datatypes::DataType::Utf8)?;
    Ok(column.as_string::<i32>().iter().flatten().map(str::to_owned).collect())
}
