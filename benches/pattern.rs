//! Parsing patterns, and their fingerprints.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use stixkit::pattern::Pattern;

/// `[file:hashes.'SHA-256' = '…' OR …]`
fn hashes(count: usize) -> String {
    let tests: Vec<String> = (0..count).map(|number| format!("file:hashes.'SHA-256' = '{number:064x}'")).collect();
    format!("[{}]", tests.join(" OR "))
}

fn parse(criterion: &mut Criterion) {
    let address = "[ipv4-addr:value = '198.51.100.7']".to_owned();
    let windows = r"[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\Software\\Example' AND windows-registry-key:values[*].name = 'run']".to_owned();
    let mut group = criterion.benchmark_group("pattern/parse");
    for (name, text) in [
        ("address", address),
        ("hash", hashes(1)),
        ("registry", windows),
        ("3 hashes", hashes(3)),
        ("10,000 hashes", hashes(10_000)),
        ("64 KiB of (", "(".repeat(64 * 1024)),
        ("64 KiB of NOT", "NOT ".repeat(16 * 1024)),
    ] {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| Pattern::parse(black_box(&text)).is_ok()));
    }
    group.finish();
}

/// Of parsed patterns.
fn fingerprint(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pattern/fingerprint");
    for (name, text) in [
        ("address", "[ipv4-addr:value = '198.51.100.7']".to_owned()),
        ("hash", hashes(1)),
        ("3 hashes", hashes(3)),
        ("10,000 hashes", hashes(10_000)),
        ("64 KiB of brackets", ["([a:b = 1] AND [a:c = 2])"; 2_600].join(" FOLLOWEDBY ")),
    ] {
        let Ok(pattern) = Pattern::parse(&text) else { continue };
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| black_box(&pattern).fingerprint()));
    }
    group.finish();
}

criterion_group!(benches, parse, fingerprint);
criterion_main!(benches);
