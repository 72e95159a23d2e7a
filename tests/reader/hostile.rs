//! Input that means harm, or might: bounded work, a clear error, and no panic.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use stixkit::error::ErrorKind;
use stixkit::reader::{Item, Limits};
use stixkit::{Error, Reader};

use super::{Pieces, Seen, assert_same, drain, read, read_within};

const SMALL: &str = r#"{"type":"bundle","id":"bundle--1","objects":[
{"type":"x-a","id":"x-a--1","v":["é",{"a":-1.5e3}]},
{"id":"x-a--2","v":"\u00e9\"","type":"x-a"}],"x":null}"#;

/// Counts of objects and rejections, and the first error, of an input in place and as a stream; all in proportion to
/// the input's size.
fn count(input: &[u8]) -> (usize, usize, Option<ErrorKind>) {
    fn of<S: stixkit::reader::Source>(mut reader: Reader<S>, len: usize) -> (usize, usize, Option<ErrorKind>) {
        let (mut objects, mut rejected, mut first) = (0, 0, None);
        for item in reader.by_ref() {
            match item {
                Ok(Item::Object(_)) => objects += 1,
                Ok(Item::Rejected(bad)) => {
                    rejected += 1;
                    first = first.or(Some(bad.error.kind()));
                }
                Err(error) => first = first.or(Some(error.kind())),
            }
        }
        assert!(reader.bytes_read() <= len as u64, "no byte is read twice");
        (objects, rejected, first)
    }
    let counts = of(Reader::from_slice(input), input.len());
    assert_eq!(of(Reader::from_reader(input), input.len()), counts);
    counts
}

/// Counts of an input in two sizes, the second four times the first; the work must not grow much more.
///
/// Work is the time that the processor spends. What disturbs a try makes it longer, so one good try is proof enough.
#[track_caller]
fn linear(input: impl Fn(usize) -> Vec<u8>, len: usize) -> (usize, usize, Option<ErrorKind>) {
    let inputs = [input(len / 4), input(len)];
    let mut best = [Duration::MAX; 2];
    for _ in 0..5 {
        let mut counts = Default::default();
        for (input, best) in inputs.iter().zip(&mut best) {
            let start = worked();
            counts = count(input);
            *best = worked().saturating_sub(start).min(*best);
        }
        // Short times are noise.
        if best[1] < 8 * best[0].max(Duration::from_millis(50)) {
            return counts;
        }
    }
    panic!("four times the input takes {:?}, and not {:?}", best[1], best[0]);
}

/// For how long this thread has had a processor. Where the system does not tell, the time that has passed.
fn worked() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let nanoseconds = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = nanoseconds.and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

fn repeat(unit: &str) -> impl Fn(usize) -> Vec<u8> {
    move |count| unit.repeat(count).into_bytes()
}

/// A million; without optimization a tenth, which says the same.
const MILLION: usize = if cfg!(debug_assertions) { 100_000 } else { 1_000_000 };

// Nesting.

#[test]
fn a_million_brackets() {
    for unit in ["[", "{\"a\":", "{", "[{\"a\":", "}", "]", "[]", "{}"] {
        let (objects, _, _) = linear(repeat(unit), MILLION);
        assert_eq!(objects, 0, "{unit}");
    }
}

#[test]
fn a_million_brackets_that_close() {
    let closed = |open: &'static str, close: &'static str| {
        move |depth| format!("{}1{}", open.repeat(depth), close.repeat(depth)).into_bytes()
    };
    assert_eq!(linear(closed("[", "]"), MILLION), (0, 1, Some(ErrorKind::TooDeep)));
    assert_eq!(linear(closed("{\"a\":", "}"), MILLION).0, 0);
}

#[test]
fn a_million_brackets_in_an_object_cost_it_alone() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let input = move |depth: usize| {
            let (open, close) = (open.repeat(depth), close.repeat(depth));
            let good = r#"{"type":"x-a","id":"x-a--1"}"#;
            format!(
                r#"{{"type":"bundle","objects":[{good},{{"type":"x-a","id":"x-a--2","v":{open}1{close}}},{good}]}}"#
            )
            .into_bytes()
        };
        assert_eq!(linear(input, MILLION), (2, 1, Some(ErrorKind::TooDeep)));
    }
}

#[test]
fn a_million_bundles_in_lists() {
    let (objects, rejected, first) = linear(repeat("[{\"type\":\"bundle\",\"objects\":["), MILLION / 4);
    assert_eq!(objects, 0);
    assert!(rejected >= 1 && first.is_some());
}

// Many of a kind.

#[test]
fn a_million_members() {
    let distinct = |count: usize| {
        let members: String = (0..count).map(|n| format!(",\"k{n}\":{n}")).collect();
        format!(r#"{{"type":"x-a","id":"x-a--1"{members}}}"#).into_bytes()
    };
    assert_eq!(linear(distinct, MILLION / 2), (1, 0, None));
    for member in [",\"v\":1", ",\"labels\":5", ",\"type\":\"x-a\""] {
        let repeated =
            move |count: usize| format!(r#"{{"type":"x-a","id":"x-a--1"{}}}"#, member.repeat(count)).into_bytes();
        assert_eq!(linear(repeated, MILLION / 2), (1, 0, None), "{member}");
    }
}

#[test]
fn a_million_objects() {
    let object = r#"{"type":"x-a","id":"x-a--1"}"#;
    let list = |count: usize| format!("[{}{object}]", format!("{object},").repeat(count - 1)).into_bytes();
    assert_eq!(linear(list, MILLION / 4), (MILLION / 4, 0, None));
    let lines = |count: usize| format!("{object}\n").repeat(count).into_bytes();
    assert_eq!(linear(lines, MILLION / 4), (MILLION / 4, 0, None));
}

#[test]
fn a_hundred_thousand_broken_objects() {
    for bad in [
        r#"{"type":"x-a","id":"x-a--1",}"#,
        r#"{"type":"x-a","id":"x-a--1","v":"a"#,
        r#"{"v":1"#,
        r#"{"v":[1"#,
        "{'a':1}",
        "5",
        "\"",
        "x",
        ",",
    ] {
        for (before, between) in [("[", ","), ("", "\n")] {
            let input = |count: usize| format!("{before}{}", format!("{bad}{between}").repeat(count)).into_bytes();
            assert_eq!(linear(input, MILLION / 20).0, 0, "{bad}");
        }
    }
}

/// Every object holds a byte that is not UTF-8.
#[test]
fn invalid_utf8_everywhere() {
    let input = |count: usize| {
        let mut input = vec![b'['];
        for _ in 0..count {
            input.extend_from_slice(b"{\"type\":\"x-a\",\"id\":\"x-a--1\",\"v\":\"\xff\"},");
        }
        input
    };
    assert_eq!(linear(input, 20_000), (0, 20_000, Some(ErrorKind::Encoding)));
    let only = |count: usize| vec![0xff; count];
    assert_eq!(linear(only, MILLION).0, 0);
}

#[test]
fn a_string_of_a_hundred_megabytes() {
    let mut input = br#"[{"type":"x-a","id":"x-a--1"},{"type":"x-a","id":"x-a--2","v":""#.to_vec();
    input.resize(100 << 20, b'a');
    input.extend_from_slice(br#""},{"type":"x-a","id":"x-a--3"}]"#);
    assert_eq!(count(&input), (2, 1, Some(ErrorKind::ObjectTooLarge)));
}

#[test]
fn numbers_of_ten_thousand_digits() {
    let digits = "9".repeat(10_000);
    for number in [digits.clone(), format!("-{digits}.{digits}e{digits}"), format!("1e-{digits}")] {
        let text = format!(r#"{{"type":"x-a","id":"x-a--1","v":{number}}}"#);
        let seen = drain(Reader::from_str(&text));
        assert_eq!(seen.object().custom().get("v").unwrap().as_json(), number);
    }
}

// Next to nothing.

#[test]
fn little_input_gives_little() {
    for empty in ["", " \n\t\r\n", "\u{feff}", ",,,,", "[]", "[[],[]]", "{}", "{}{}", "[\n]\n[ ]"] {
        let seen = read(empty);
        assert_eq!((seen.objects.len(), seen.rejected.len(), seen.found()), (0, 0, vec![]), "{empty:?}");
    }
    for (bad, kind) in [
        ("null", ErrorKind::NotAnObject),
        ("5", ErrorKind::NotAnObject),
        ("\"\"", ErrorKind::NotAnObject),
        ("NaN", ErrorKind::Syntax),
        ("}", ErrorKind::Syntax),
        ("]", ErrorKind::Syntax),
        ("{", ErrorKind::UnexpectedEnd),
        ("\"", ErrorKind::UnexpectedEnd),
        ("{\"type\":\"x-a\"}", ErrorKind::MissingProperty),
    ] {
        assert_eq!(read(bad).rejection().error.kind(), kind, "{bad}");
    }
}

// Every input of a kind.

#[test]
fn every_prefix() {
    for end in 0..=SMALL.len() {
        let seen = read(&SMALL.as_bytes()[..end]);
        assert!(seen.objects.len() + seen.rejected.len() <= 4, "{:?}", seen.lines);
        assert!(seen.error.is_none());
    }
}

#[test]
fn every_change_of_one_byte() {
    let whole = SMALL.as_bytes();
    let check = |input: &[u8]| {
        let seen = drain(Reader::from_slice(input));
        for sizes in [&[usize::MAX][..], &[5]] {
            assert_same(&drain(Reader::from_reader(Pieces::halting(input, sizes))), &seen, input, sizes);
        }
        assert!(seen.objects.len() + seen.rejected.len() <= 12, "{:?}", seen.lines);
    };
    for at in 0..whole.len() {
        let mut shorter = whole.to_vec();
        shorter.remove(at);
        check(&shorter);
        for byte in *b"{}[]\",:\\ \n0-a\x00\x1e\x7f\x80\xc3\xef\xff" {
            let mut changed = whole.to_vec();
            changed[at] = byte;
            check(&changed);
            changed.insert(at, whole[at]);
            check(&changed);
        }
    }
}

// Limits.

/// The outcome with one limit at what the input needs, and with one less.
fn at_and_below(limits: [Limits; 2], input: &str) -> [Seen; 2] {
    let seen = limits.map(|limits| read_within(limits, input));
    assert!(seen[0].rejected.is_empty() && seen[0].error.is_none(), "{:?}", seen[0].lines);
    seen
}

const THREE: &str =
    r#"[{"type":"x-a","id":"x-a--1"},{"type":"x-a","id":"x-a--2","v":[["é€é€é€é€"]]},{"type":"x-a","id":"x-a--3"}]"#;

#[test]
fn depth_is_limited() {
    let limits = |depth| Limits::default().with_depth(depth);
    let [_, below] = at_and_below([limits(3), limits(2)], THREE);
    assert_eq!(below.ids(), ["x-a--1", "x-a--3"]);
    assert_eq!(below.rejection().error.kind(), ErrorKind::TooDeep);
}

#[test]
fn strings_are_limited() {
    let limits = |string_bytes| Limits::default().with_string_bytes(string_bytes);
    let [_, below] = at_and_below([limits(20), limits(19)], THREE);
    assert_eq!(below.ids(), ["x-a--1", "x-a--3"]);
    assert_eq!(below.rejection().error.kind(), ErrorKind::StringTooLong);
    assert_eq!(below.rejection().error.path(), "$[1].v[0][0]");
}

#[test]
fn objects_are_limited_in_size() {
    let len = r#"{"type":"x-a","id":"x-a--2","v":[["é€é€é€é€"]]}"#.len();
    for below in 28..len {
        let limits = |object_bytes| Limits::default().with_object_bytes(object_bytes);
        let [_, below] = at_and_below([limits(len), limits(below)], THREE);
        assert_eq!(below.ids(), ["x-a--1", "x-a--3"], "{:?}", below.lines);
        assert_eq!(below.rejection().error.kind(), ErrorKind::ObjectTooLarge);
        assert_eq!((below.rejection().index, below.rejection().id.as_deref()), (1, Some("x-a--2")));
    }
}

#[test]
fn objects_are_limited_in_number() {
    let limits = |objects| Limits::default().with_objects(objects);
    let [_, below] = at_and_below([limits(3), limits(2)], THREE);
    assert_eq!(below.objects.len(), 2);
    assert_eq!(below.error.as_ref().map(Error::kind), Some(ErrorKind::InputTooLarge));
}

#[test]
fn the_input_is_limited() {
    let limits = |total_bytes| Limits::default().with_total_bytes(total_bytes);
    let [_, below] = at_and_below([limits(THREE.len() as u64), limits(THREE.len() as u64 - 1)], THREE);
    assert_eq!(below.error.as_ref().map(Error::kind), Some(ErrorKind::InputTooLarge));
    assert_eq!(below.objects.len(), 3);
}

/// Whatever is given up at a limit, it is given up between characters.
#[test]
fn a_limit_is_safe_inside_a_character() {
    for object_bytes in 0..40 {
        let limits = Limits::default().with_object_bytes(object_bytes);
        for text in [
            THREE,
            "{\"type\":\"bundle\" é€é€é€é€é€é€é€é€é€é€é€é€é€",
            "{\"objects\":[],\"é€é€é€é€é€é€é€é€é€é€é€",
            "é€é€é€é€é€é€é€é€é€é€é€é€é€",
        ] {
            assert!(drain(Reader::from_str(text).with_limits(limits)).error.is_none());
            let streamed = Reader::from_reader(Pieces::halting(text.as_bytes(), &[5])).with_limits(limits);
            assert!(drain(streamed).error.is_none());
        }
    }
}

/// What came before a stream fails is read.
#[test]
fn a_stream_that_fails_gives_what_it_had() {
    struct Failing<'a>(&'a [u8]);

    impl std::io::Read for Failing<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if self.0.is_empty() {
                return Err(std::io::Error::other("cable cut"));
            }
            self.0.read(buffer)
        }
    }

    let seen = drain(Reader::from_reader(Failing(&SMALL.as_bytes()[..SMALL.len() - 20])));
    assert_eq!(seen.ids(), ["x-a--1"]);
    assert_eq!(seen.error.as_ref().map(Error::kind), Some(ErrorKind::Io));
}
