//! Translating patterns into queries: one comparison, and 50,000 indicators at once.
//!
//! Targets are made before, as programs do, because that reads a map.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use stixkit::pattern::Pattern;
use stixkit::translate::{Policy, Target, translate_many};

const INDICATORS: usize = 50_000;

fn target(name: &str) -> Target {
    Target::named(name).unwrap_or_else(|| panic!("there is no target {name}")).with_policy(Policy::AllowAny)
}

fn parsed(texts: &[String]) -> Vec<Pattern<'_>> {
    texts.iter().filter_map(|text| Pattern::parse(text).ok()).collect()
}

/// Of parsed patterns.
fn one(criterion: &mut Criterion) {
    let texts = [
        "[file:size = 4711]".to_owned(),
        "[url:value = 'https://c2.example/a']".to_owned(),
        "[ipv4-addr:value = '198.51.100.7']".to_owned(),
        "[file:name = 'a.exe' AND file:size = 4711]".to_owned(),
    ];
    let patterns = parsed(&texts);
    for name in ["kql:defender", "kql:sentinel", "sql:duckdb", "sql:trino:ocsf"] {
        let target = target(name);
        let mut group = criterion.benchmark_group(format!("translate/{name}"));
        for (pattern, text) in patterns.iter().zip(&texts) {
            group.bench_function(text.trim_matches(['[', ']']), |bencher| {
                bencher.iter(|| black_box(pattern).translate(&target).is_ok());
            });
        }
        group.finish();
    }
}

/// Of parsed patterns of one value.
fn many(criterion: &mut Criterion) {
    let texts: Vec<_> = (0..INDICATORS)
        .map(|number| match number % 4 {
            0 => format!("[file:hashes.'SHA-256' = '{number:064x}']"),
            1 => format!("[domain-name:value = 'c{number}.example']"),
            2 => format!("[url:value = 'https://c2.example/{number}']"),
            _ => format!("[ipv4-addr:value = '198.{}.{}.7']", number / 256 % 256, number % 256),
        })
        .collect();
    let patterns = parsed(&texts);
    let ids: Vec<_> = (0..INDICATORS).map(|number| format!("indicator--{number:032x}")).collect();
    let mut group = criterion.benchmark_group("translate_many/50,000");
    group.sample_size(10).throughput(Throughput::Elements(INDICATORS as u64));
    for name in ["kql:defender", "kql:sentinel", "sql:duckdb", "sql:trino:ocsf"] {
        let target = target(name);
        group.bench_function(name, |bencher| {
            bencher.iter(|| translate_many(ids.iter().map(String::as_str).zip(black_box(&patterns)), &target));
        });
    }
    group.finish();
}

criterion_group!(benches, one, many);
criterion_main!(benches);
