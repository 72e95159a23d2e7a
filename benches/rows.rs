//! From the bytes of a feed to core rows, beside what `serde_json` needs to skip the same bytes.

use std::hint::black_box;

use chrono::DateTime;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde::de::IgnoredAny;
use stixkit::reader::{Item, Reader};
use stixkit::row::Mapper;
use stixkit::{Bundle, Object};

use generate::{FEED_INDICATORS, KeyOrder, Layout, bench_size};

mod generate;

/// An instant that makes some of the feed's indicators active, pending and expired.
fn mapper() -> Mapper {
    Mapper::new(DateTime::from_timestamp(1_767_225_600, 0).unwrap()).source("bench")
}

fn rows_of<'a>(mapper: &mut Mapper, objects: impl Iterator<Item = &'a Object>) -> usize {
    let mut rows = 0;
    for object in objects {
        match object {
            Object::Indicator(indicator) => rows += mapper.map(indicator).rows.len(),
            other => mapper.learn(other),
        }
    }
    rows
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
    group.bench_function("bytes to rows", |bencher| {
        bencher.iter(|| {
            let mut mapper = mapper();
            let mut rows = 0;
            for item in Reader::from_slice(black_box(&bytes)) {
                if let Item::Object(accepted) = item.unwrap() {
                    rows += rows_of(&mut mapper, std::iter::once(&accepted.object));
                }
            }
            rows
        });
    });
    group.bench_function("objects to rows", |bencher| {
        bencher.iter(|| rows_of(&mut mapper(), black_box(bundle.objects()).iter()));
    });
    group.finish();
}

criterion_group!(benches, rows);
criterion_main!(benches);
