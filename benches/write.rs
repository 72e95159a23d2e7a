//! Writing typed objects, beside `serde_json` writing the same data from its own values.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use stixkit::Bundle;

use generate::{ATTACK_OBJECTS, FEED_INDICATORS, KeyOrder, Layout, bench_size};

mod generate;

fn write(criterion: &mut Criterion) {
    let mut attack = Vec::new();
    generate::attack(bench_size(ATTACK_OBJECTS), KeyOrder::TypeFirst, Layout::Compact, &mut attack).unwrap();
    let mut feed = Vec::new();
    generate::feed(bench_size(FEED_INDICATORS), KeyOrder::TypeFirst, Layout::Compact, &mut feed).unwrap();
    for (name, bytes) in [("write/attack", attack), ("write/feed50k", feed)] {
        let bundle = Bundle::from_slice(&bytes).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let mut out = Vec::with_capacity(2 * bytes.len());
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10).throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function("serde_json::Value", |bencher| {
            bencher.iter(|| {
                out.clear();
                serde_json::to_writer(&mut out, black_box(&value)).unwrap();
            });
        });
        group.bench_function("typed", |bencher| {
            bencher.iter(|| {
                out.clear();
                serde_json::to_writer(&mut out, black_box(&bundle)).unwrap();
            });
        });
        group.finish();
    }
}

criterion_group!(benches, write);
criterion_main!(benches);
