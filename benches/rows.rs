//! From the bytes of a feed to core rows, beside what `serde_json` needs to skip the same bytes,
//! and on to tables.
//!
//! The formats write to nowhere: how fast a disk is says nothing about the crate. They come with
//! their features: `cargo bench --bench rows --features csv,parquet`. A table of another sink is
//! measured the same way, with the records that it makes of indicator and outcome.

use std::hint::black_box;
#[cfg(any(feature = "csv", feature = "parquet"))]
use std::io;

use chrono::DateTime;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde::de::IgnoredAny;
use stixkit::object::Indicator;
use stixkit::reader::{Item, ItemView, Reader};
#[cfg(any(feature = "csv", feature = "parquet"))]
use stixkit::row::Row;
use stixkit::row::{Mapper, Outcome};
#[cfg(feature = "csv")]
use stixkit::sink::sentinel::{Options, ThreatIntelligenceIndicator};
use stixkit::{Bundle, Object};

use generate::{FEED_INDICATORS, KeyOrder, Layout, bench_size};

mod generate;

/// An instant that makes some of the feed's indicators active, pending and expired.
fn mapper() -> Mapper {
    Mapper::new(DateTime::from_timestamp(1_767_225_600, 0).unwrap()).with_source("bench")
}

fn map<'a>(
    mapper: &mut Mapper,
    objects: impl Iterator<Item = &'a Object>,
    mut sink: impl FnMut(&Indicator, &Outcome<'_>),
) {
    for object in objects {
        match object {
            Object::Indicator(indicator) => sink(indicator, &mapper.map(indicator)),
            other => mapper.learn(other),
        }
    }
}

fn map_views(bytes: &[u8], mut sink: impl FnMut(&Outcome<'_>)) {
    let (mut mapper, mut reader) = (mapper(), Reader::from_slice(black_box(bytes)));
    while let Some(item) = reader.next_view() {
        match item.unwrap() {
            ItemView::Indicator(view) => sink(&mapper.map_view(&view)),
            ItemView::Object(accepted) => mapper.learn(&accepted.object),
            ItemView::Rejected(_) => {}
        }
    }
}

fn map_bytes(bytes: &[u8], mut sink: impl FnMut(&Indicator, &Outcome<'_>)) {
    let mut mapper = mapper();
    for item in Reader::from_slice(black_box(bytes)) {
        if let Item::Object(accepted) = item.unwrap() {
            map(&mut mapper, std::iter::once(&accepted.object), &mut sink);
        }
    }
}

fn rows(criterion: &mut Criterion) {
    let mut bytes = Vec::new();
    generate::feed(bench_size(FEED_INDICATORS), KeyOrder::TypeFirst, Layout::Compact, &mut bytes).unwrap();
    let bundle = Bundle::from_slice(&bytes).unwrap();
    let mut group = criterion.benchmark_group("rows/feed50k");
    group.sample_size(10).throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("IgnoredAny", |bencher| {
        bencher.iter(|| serde_json::from_slice::<IgnoredAny>(black_box(&bytes)).unwrap());
    });
    group.bench_function("objects to rows", |bencher| {
        bencher.iter(|| {
            let mut rows = 0;
            map(&mut mapper(), black_box(bundle.objects()).iter(), |_, outcome| rows += outcome.rows.len());
            rows
        });
    });
    group.bench_function("bytes to rows", |bencher| {
        bencher.iter(|| {
            let mut rows = 0;
            map_views(&bytes, |outcome| rows += outcome.rows.len());
            rows
        });
    });
    group.bench_function("bytes to objects to rows", |bencher| {
        bencher.iter(|| {
            let mut rows = 0;
            map_bytes(&bytes, |_, outcome| rows += outcome.rows.len());
            rows
        });
    });
    #[cfg(feature = "csv")]
    group.bench_function("bytes to CSV of core rows", |bencher| {
        bencher.iter(|| {
            let mut writer = stixkit::table::csv::CsvWriter::new::<Row<'_>>(io::sink());
            map_views(&bytes, |outcome| outcome.rows.iter().for_each(|row| writer.write(row).unwrap()));
            writer.finish().unwrap()
        });
    });
    #[cfg(feature = "parquet")]
    group.bench_function("bytes to Parquet of core rows", |bencher| {
        bencher.iter(|| {
            let mut writer = stixkit::table::parquet::ParquetWriter::new::<Row<'_>>(io::sink()).unwrap();
            map_views(&bytes, |outcome| outcome.rows.iter().for_each(|row| writer.write(row).unwrap()));
            writer.finish().unwrap()
        });
    });
    #[cfg(feature = "csv")]
    group.bench_function("bytes to CSV of Sentinel's legacy table", |bencher| {
        let options = Options::new();
        bencher.iter(|| {
            let mut writer = stixkit::table::csv::CsvWriter::new::<ThreatIntelligenceIndicator<'_>>(io::sink());
            map_bytes(&bytes, |indicator, outcome| {
                let rows = ThreatIntelligenceIndicator::rows(outcome, indicator, &options);
                rows.iter().for_each(|row| writer.write(row).unwrap());
            });
            writer.finish().unwrap()
        });
    });
    group.finish();
}

criterion_group!(benches, rows);
criterion_main!(benches);
