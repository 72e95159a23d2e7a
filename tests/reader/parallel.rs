//! What several threads read is what one reads.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use stixkit::reader::{Item, ItemView, Limits, Parallel, Source};
use stixkit::{Bundle, Error, Reader};

/// All that is known after an input was read.
#[derive(Debug, PartialEq)]
struct Read {
    items: Vec<String>,
    end: Result<String, String>,
}

fn by_one(mut reader: Reader<impl Source>) -> Read {
    let (mut items, mut failure) = (Vec::new(), None);
    for item in reader.by_ref() {
        match item {
            Ok(item) => items.push(format!("{item:?}")),
            Err(error) => failure = Some(format!("{error:?}")),
        }
    }
    let end = format!("{:?} {:?}", reader.container(), reader.findings());
    Read { items, end: failure.map_or(Ok(end), Err) }
}

fn by_many(parallel: Parallel, input: &[u8]) -> Read {
    let mut all = Vec::new();
    let shown = |items: Vec<Item>| items.iter().map(|item| format!("{item:?}")).collect::<Vec<_>>();
    let end = parallel.map(input, shown, |mut items| {
        all.append(&mut items);
        Ok::<_, Error>(())
    });
    let end = end.map(|end| format!("{:?} {:?}", end.members, end.findings)).map_err(|error| format!("{error:?}"));
    Read { items: all, end }
}

/// A stream that comes a few bytes at a time, read by this thread and mapped by others.
fn by_pipeline(parallel: Parallel, limits: Limits, input: &[u8]) -> Read {
    let mut all = Vec::new();
    let shown = |items: Vec<Item>| items.iter().map(|item| format!("{item:?}")).collect::<Vec<_>>();
    let reader = Reader::from_reader(Dribble(input)).with_limits(limits);
    let end = parallel.map_reader(reader, shown, |mut items| {
        all.append(&mut items);
        Ok::<_, Error>(())
    });
    let end = end.map(|end| format!("{:?} {:?}", end.members, end.findings)).map_err(|error| format!("{error:?}"));
    Read { items: all, end }
}

struct Dribble<'i>(&'i [u8]);

impl std::io::Read for Dribble<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = buffer.len().min(997);
        self.0.read(&mut buffer[..most])
    }
}

/// What one thread reads of a stream.
fn by_stream(limits: Limits, input: &[u8]) -> Read {
    by_one(Reader::from_reader(input).with_limits(limits))
}

/// A view without its index, which counts from the start of a part.
fn shown(view: &ItemView<'_>) -> String {
    match view {
        ItemView::Indicator(view) => {
            format!("{} {:?} {:?} {} {:?}", view.offset(), view.id(), view.name(), view.json(), view.findings())
        }
        ItemView::Object(accepted) => format!("{} {:?} {:?}", accepted.offset, accepted.object, accepted.findings),
        ItemView::Rejected(rejected) => format!("{:?} {:?} {:?}", rejected.position, rejected.error, rejected.raw),
    }
}

/// Holds that a fold sees what one reader sees, and counts from the start of each part.
#[track_caller]
fn assert_folded(parallel: Parallel, limits: Limits, input: &[u8], count: usize) {
    let mut reader = Reader::from_slice(input).with_limits(limits);
    let mut expected = Vec::new();
    while let Some(Ok(view)) = reader.next_view() {
        expected.push(shown(&view));
    }
    let add = |all: &mut Vec<String>, view: ItemView<'_>| {
        let index = match &view {
            ItemView::Indicator(view) => view.index(),
            ItemView::Object(accepted) => accepted.index,
            ItemView::Rejected(rejected) => rejected.index,
        };
        assert_eq!(index, all.len() as u64);
        all.push(shown(&view));
    };
    let mut all = Vec::new();
    let end = parallel.fold(input, Vec::new, add, |mut part| {
        assert!(!part.is_empty());
        all.append(&mut part);
        Ok::<_, Error>(())
    });
    assert_eq!(all, expected, "{}", input.escape_ascii());
    assert_eq!(all.len(), count);
    if let Ok(end) = end {
        let found = (reader.container(), reader.findings());
        assert_eq!(format!("{:?} {:?}", end.members, end.findings), format!("{:?} {:?}", found.0, found.1));
    }
}

/// Holds that threads with parts of several sizes see what one reader sees.
#[track_caller]
pub(super) fn assert_parallel(limits: Limits, input: &[u8]) {
    let expected = by_one(Reader::from_slice(input).with_limits(limits));
    let small = if input.len() < 50_000 { [1, 60] } else { [input.len() / 20, input.len() / 9] };
    for part_bytes in small.into_iter().chain([input.len() / 4]) {
        let parallel = Parallel::new().with_threads(3).with_part_bytes(part_bytes).with_limits(limits);
        let seen = by_many(parallel, input);
        for (seen, expected) in seen.items.iter().zip(&expected.items) {
            assert_eq!(seen, expected, "in parts of {part_bytes}: {}", input.escape_ascii());
        }
        assert_eq!(seen.items.len(), expected.items.len(), "in parts of {part_bytes}: {}", input.escape_ascii());
        assert_eq!(seen.end, expected.end, "in parts of {part_bytes}: {}", input.escape_ascii());
        assert_folded(parallel, limits, input, expected.items.len());
        assert_eq!(by_pipeline(parallel, limits, input), by_stream(limits, input), "{}", input.escape_ascii());
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn fixtures_seeds_and_regressions_are_read_alike() {
    let mut paths = Vec::new();
    for folder in ["fixtures", "seeds/read", "seeds/taxii_page", "regressions/read"] {
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder), &mut paths);
    }
    assert!(paths.len() > 50, "{}", paths.len());
    for path in paths {
        assert_parallel(Limits::default(), &fs::read(path).unwrap());
    }
}

fn object(number: usize) -> String {
    match number % 9 {
        // A property is set aside, and a key is repeated.
        3 => format!(r#"{{"type":"url","id":"url--{number}","value":"a","value":"b","defanged":"no"}}"#),
        // Rejected.
        5 => format!(r#"{{"type":"url","id":"url--{number}"}}"#),
        // Objects below that look like elements.
        6 => format!(
            r#"{{"x_list":[{{"type":"a","id":"b"}}, {{"type":"a","id":"c"}}],"id":"x-a--{number}","type":"x-a"}}"#
        ),
        7 => format!(
            "{{\n \"id\": \"x-a--{number}\",\n \"name\": \",{{\\\"type\\\":\\\"a\\\"\",\n \"type\": \"x-a\"\n}}"
        ),
        _ => format!(r#"{{"type":"x-a","id":"x-a--{number}","x":{{"type":"y","id":"z"}}}}"#),
    }
}

fn joined(count: usize, separator: &str) -> String {
    (0..count).map(object).collect::<Vec<_>>().join(separator)
}

fn forms(count: usize) -> Vec<String> {
    let list = joined(count, ",\n");
    vec![
        format!(r#"{{"type":"bundle","id":"bundle--1","objects":[{list}],"x_last":1}}"#),
        format!(r#"{{"objects":[{}],"more":true}}"#, joined(count, " , ")),
        format!("[{list}]"),
        format!("[[{list}],[{list}]]"),
        joined(count, "\n"),
        joined(count, "\u{1e}"),
        joined(count, ""),
        format!(r#"{{"status":{{"objects":[{list}]}},"data":[{list}]}}"#),
        format!(
            r#"{{"type":"bundle","objects":[{list}]}}{{"type":"bundle","objects":[]}}[{list}]{{"objects":[{list}]}}"#
        ),
        format!(r#"[{list},{{"type":"bundle","objects":[{list}]}},{{"objects":[]}},{list}]"#),
        format!(r#"[{list},,{list} {list},]"#),
        format!(r#"{{"type":"bundle","objects":[{list},{{"type":"x-a","id":"lost,{list}]}}"#),
        format!(r#"[{list}"#),
    ]
}

#[test]
fn every_form_of_input_is_read_alike() {
    for form in forms(40) {
        assert_parallel(Limits::default(), form.as_bytes());
    }
}

#[test]
fn limits_apply_to_the_whole() {
    for form in forms(20) {
        for objects in [0, 1, 17, 20, 21] {
            assert_parallel(Limits::default().with_objects(objects), form.as_bytes());
        }
        let len = form.len() as u64;
        for bytes in [0, 1, len / 5, len / 2, len - 1] {
            assert_parallel(Limits::default().with_total_bytes(bytes), form.as_bytes());
        }
        assert_parallel(Limits::default().with_object_bytes(60), form.as_bytes());
        assert_parallel(Limits::default().with_string_bytes(8), form.as_bytes());
    }
}

#[test]
fn bytes_that_are_not_text_are_passed_alike() {
    let form = forms(40).remove(0).into_bytes();
    for at in (0..form.len()).step_by(211) {
        let mut bytes = form.clone();
        bytes[at] = 0xff;
        assert_parallel(Limits::default(), &bytes);
        bytes[at / 2] = 0xe2;
        assert_parallel(Limits::default(), &bytes);
    }
}

#[test]
fn a_bundle_is_the_same() {
    for form in forms(60) {
        let one = Bundle::from_slice(form.as_bytes()).unwrap();
        let many = Parallel::new().with_threads(4).with_part_bytes(300).bundle(form.as_bytes()).unwrap();
        assert_eq!(many.objects(), one.objects());
        assert_eq!(
            format!("{:?} {:?}", many.rejected(), many.findings()),
            format!("{:?} {:?}", one.rejected(), one.findings())
        );
        assert_eq!(format!("{:?}", many.members()), format!("{:?}", one.members()));
    }
}

/// A feed whose objects are in one list is read by all threads, though some are broken.
#[test]
fn most_parts_are_read_ahead() {
    let form = forms(4_000).remove(0);
    let this = std::thread::current().id();
    let parts = AtomicUsize::new(0);
    let map = |items: Vec<Item>| {
        assert_ne!(std::thread::current().id(), this);
        parts.fetch_add(1, Ordering::Relaxed);
        items.len()
    };
    let mut count = 0;
    let parallel = Parallel::new().with_threads(2).with_part_bytes(10_000);
    parallel
        .map(form.as_bytes(), map, |len| {
            count += len;
            Ok::<_, Error>(())
        })
        .unwrap();
    assert_eq!(count, 4_000);
    // The first object is read by this thread, and each cut leads to the next.
    let least = form.len() / 11_000;
    assert!((least..=least + 12).contains(&parts.into_inner()), "{least}");
}

#[test]
fn an_error_of_the_caller_ends_reading() {
    let form = forms(400).remove(0);
    let parallel = Parallel::new().with_threads(2).with_part_bytes(100);
    let mut calls = 0;
    let end = parallel.map(
        form.as_bytes(),
        |items| items,
        |_| {
            calls += 1;
            if calls == 3 { Err(Error::from(std::io::Error::other("enough"))) } else { Ok(()) }
        },
    );
    assert!(end.is_err());
    assert_eq!(calls, 3);
}

#[test]
fn a_panic_of_the_caller_is_passed_on() {
    let form = forms(400).remove(0);
    let parallel = Parallel::new().with_threads(2).with_part_bytes(100);
    let run =
        || parallel.map(form.as_bytes(), |items| assert!(items.len() > 1_000, "too few"), |()| Ok::<_, Error>(()));
    let panic = std::panic::catch_unwind(run).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"too few"));
}

#[test]
fn slices_are_mapped_in_order() {
    for (len, threads) in [(0, 2), (1, 2), (512, 2), (513, 2), (10_000, 3), (10_000, 1)] {
        let numbers: Vec<usize> = (0..len).collect();
        let mut seen = Vec::new();
        let parallel = Parallel::new().with_threads(threads);
        let copied = parallel.map_slice(&numbers, <[usize]>::to_vec, |mut part| {
            seen.append(&mut part);
            if seen.len() < 5_000 { Ok(()) } else { Err("enough") }
        });
        assert_eq!(copied.is_ok(), len < 5_000);
        assert!(seen.iter().copied().eq(0..seen.len()));
        assert!(seen.len() == len || copied.is_err());
    }
}

#[test]
fn elements_are_mapped_one_by_one_in_order() {
    for (len, threads) in [(0, 2), (1, 2), (2, 2), (600, 3), (600, 1)] {
        let numbers: Vec<usize> = (0..len).collect();
        let (open, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let map = |number: &usize| {
            most.fetch_max(open.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
            // The first elements take longest.
            std::thread::sleep(std::time::Duration::from_micros(if *number < 5 { 500 } else { 1 }));
            *number
        };
        let mut seen = Vec::new();
        let mapped = Parallel::new().with_threads(threads).map_each(&numbers, map, |number| {
            open.fetch_sub(1, Ordering::Relaxed);
            seen.push(number);
            if number < 500 { Ok(()) } else { Err("enough") }
        });
        assert_eq!(mapped.is_ok(), len < 500);
        assert!(seen.iter().copied().eq(0..len.min(501)));
        assert!(most.into_inner() <= 2 * threads + 1);
    }
}

/// However slow the caller is, no more than a few parts are on the way.
#[test]
fn a_pipeline_has_few_parts() {
    let form = forms(2_000).remove(0);
    let (made, mut joined) = (AtomicUsize::new(0), 0);
    let map = |items: Vec<Item>| {
        made.fetch_add(1, Ordering::Relaxed);
        items.len()
    };
    let parallel = Parallel::new().with_threads(3).with_part_bytes(1_000);
    let mut count = 0;
    let each = |len| {
        std::thread::sleep(std::time::Duration::from_micros(50));
        count += len;
        joined += 1;
        assert!(made.load(Ordering::Relaxed) - joined <= 5);
        Ok::<_, Error>(())
    };
    parallel.map_reader(Reader::from_reader(form.as_bytes()), map, each).unwrap();
    assert_eq!(count, 2_000);
}

/// What came before a fault of the stream is handed out, and then the fault.
#[test]
fn a_stream_that_fails_keeps_what_was_read() {
    struct Failing<'i>(&'i [u8]);
    impl std::io::Read for Failing<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(std::io::Error::other("the line is dead")),
                length => Ok(length),
            }
        }
    }
    let form = joined(90, "\n");
    let expected = by_one(Reader::from_reader(Failing(form.as_bytes())));
    assert!(expected.end.as_ref().is_err_and(|error| error.contains("the line is dead")));
    for (threads, part_bytes) in [(1, 500), (2, 500), (3, 1), (3, 1 << 20)] {
        let parallel = Parallel::new().with_threads(threads).with_part_bytes(part_bytes);
        let mut items = Vec::new();
        let shown = |items: Vec<Item>| items.iter().map(|item| format!("{item:?}")).collect::<Vec<_>>();
        let end = parallel.map_reader(Reader::from_reader(Failing(form.as_bytes())), shown, |mut part| {
            items.append(&mut part);
            Ok::<_, Error>(())
        });
        assert_eq!(items, expected.items);
        assert_eq!(end.map(|_| String::new()).map_err(|error| format!("{error:?}")), expected.end);
    }
}

#[test]
fn errors_and_panics_of_a_pipeline_end_it() {
    let form = forms(400).remove(0);
    let parallel = Parallel::new().with_threads(2).with_part_bytes(100);
    let mut calls = 0;
    let end = parallel.map_reader(
        Reader::from_reader(form.as_bytes()),
        |items| items,
        |_| {
            calls += 1;
            if calls == 3 { Err(Error::from(std::io::Error::other("enough"))) } else { Ok(()) }
        },
    );
    assert!(end.is_err());
    assert_eq!(calls, 3);
    let run = || {
        let few = |items: Vec<Item>| assert!(items.len() > 1_000, "too few");
        parallel.map_reader(Reader::from_reader(form.as_bytes()), few, |()| Ok::<_, Error>(()))
    };
    let panic = std::panic::catch_unwind(run).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"too few"));
}

proptest! {
    #[test]
    fn mutated_input_is_read_alike(
        form in 0..forms(0).len(),
        changes in prop::collection::vec(
            (any::<prop::sample::Index>(), prop::sample::select(&b"{}[]\",:\\0n \n\xff\x1e"[..]), 0..3_u8),
            0..6,
        ),
    ) {
        let mut bytes = forms(24).swap_remove(form).into_bytes();
        for (at, byte, what) in changes {
            let at = at.index(bytes.len());
            match what {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => _ = bytes.remove(at),
            }
        }
        assert_parallel(Limits::default(), &bytes);
    }
}
