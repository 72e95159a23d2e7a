//! Reading: typed, in place and as a stream, beside what `serde_json` needs to skip the same bytes and to read them
//! into its own values.

use std::hint::black_box;
use std::path::PathBuf;

use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime};
use serde::de::IgnoredAny;
use stixkit::{Bundle, Reader};

use generate::{ATTACK_OBJECTS, FEED_INDICATORS, KeyOrder, Layout, bench_size};

mod generate;

/// The published ICS ATT&CK file, where the corpus is present.
fn real_attack() -> Option<Vec<u8>> {
    let corpus = std::env::var_os("STIXKIT_CORPUS").map_or_else(|| PathBuf::from("../shared/corpus"), PathBuf::from);
    let file = corpus.join("stix/mitre-attack+attack-stix-data/ics-attack/ics-attack.json");
    match std::fs::read(&file) {
        Ok(bytes) => Some(bytes),
        Err(_) => {
            eprintln!("read/attack-ics is left out: the corpus is not there");
            None
        }
    }
}

fn group(criterion: &mut Criterion, name: &str, bytes: &[u8]) {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10).throughput(Throughput::Bytes(bytes.len() as u64));
    references(&mut group, bytes);
    group.bench_function("typed", |bencher| {
        bencher.iter_with_large_drop(|| Bundle::from_slice(black_box(bytes)).unwrap());
    });
    group.finish();
}

/// Objects one at a time, each dropped before the next.
fn stream(criterion: &mut Criterion) {
    let (mut attack, mut feed) = (Vec::new(), Vec::new());
    generate::attack(bench_size(ATTACK_OBJECTS), KeyOrder::TypeFirst, Layout::Compact, &mut attack).unwrap();
    generate::feed(bench_size(FEED_INDICATORS), KeyOrder::TypeFirst, Layout::Compact, &mut feed).unwrap();
    for (name, bytes) in [("attack", attack), ("feed50k", feed)] {
        let mut group = criterion.benchmark_group(format!("read/stream/{name}"));
        group.sample_size(10).throughput(Throughput::Bytes(bytes.len() as u64));
        references(&mut group, &bytes);
        group.bench_function("stream", |bencher| {
            bencher.iter(|| Reader::from_reader(black_box(&bytes[..])).filter(|item| item.is_ok()).count());
        });
        group.bench_function("in place", |bencher| {
            bencher.iter(|| Reader::from_slice(black_box(&bytes)).filter(|item| item.is_ok()).count());
        });
        group.finish();
    }
}

fn references(group: &mut BenchmarkGroup<'_, WallTime>, bytes: &[u8]) {
    group.bench_function("IgnoredAny", |bencher| {
        bencher.iter(|| serde_json::from_slice::<IgnoredAny>(black_box(bytes)).unwrap());
    });
    group.bench_function("serde_json::Value", |bencher| {
        bencher.iter_with_large_drop(|| serde_json::from_slice::<serde_json::Value>(black_box(bytes)).unwrap());
    });
}

fn read(criterion: &mut Criterion) {
    for (order, suffix) in [(KeyOrder::TypeFirst, "type-first"), (KeyOrder::Alphabetical, "alphabetical")] {
        let mut bytes = Vec::new();
        generate::attack(bench_size(ATTACK_OBJECTS), order, Layout::Compact, &mut bytes).unwrap();
        group(criterion, &format!("read/attack/{suffix}"), &bytes);
        bytes.clear();
        generate::feed(bench_size(FEED_INDICATORS), order, Layout::Compact, &mut bytes).unwrap();
        group(criterion, &format!("read/feed50k/{suffix}"), &bytes);
    }
    if let Some(bytes) = real_attack() {
        group(criterion, "read/attack-ics", &bytes);
    }
}

criterion_group!(benches, read, stream);
criterion_main!(benches);
