//! Containers of other forms than a list of objects, and what is around them. Each test bears the id of its case.

use stixkit::error::ErrorKind;
use stixkit::{FindingKind, Reader};

use super::{drain, read};

const URL: &str = r#"{"type":"url","id":"url--1","value":"a"}"#;
const FILE: &str = r#"{"type":"file","id":"file--2","name":"b"}"#;

/// The ids that are read, the faults, and the findings' kinds with their paths.
fn seen(text: &str) -> (Vec<String>, Vec<String>, Vec<(FindingKind, String)>) {
    let seen = read(text);
    assert!(seen.error.is_none(), "{text}");
    (
        seen.objects.iter().map(|accepted| accepted.object.id().to_string()).collect(),
        seen.rejected.iter().map(|rejected| format!("{} {}", rejected.error.kind(), rejected.error.path())).collect(),
        seen.findings.iter().map(|finding| (finding.kind, finding.path.clone())).collect(),
    )
}

fn wrapped(path: &str) -> Vec<(FindingKind, String)> {
    vec![(FindingKind::Wrapped, path.to_owned())]
}

fn not_a_list(path: &str) -> Vec<(FindingKind, String)> {
    vec![(FindingKind::NotAList, path.to_owned())]
}

#[test]
fn b01_one_object_or_a_map_instead_of_a_list() {
    for start in [r#"{"type":"bundle","id":"bundle--1","#, r#"{"more":false,"#] {
        let (ids, faults, findings) = seen(&format!(r#"{start}"objects":{URL}}}"#));
        assert_eq!((ids, faults, findings), (vec!["url--1".to_owned()], vec![], not_a_list("$")));

        let (ids, faults, findings) = seen(&format!(r#"{start}"objects":{{"a":{URL},"b":{FILE},"c":5}},"next":"x"}}"#));
        assert_eq!(ids, ["url--1", "file--2"]);
        assert_eq!(faults, ["an object was expected $.objects.c"]);
        assert_eq!(findings, not_a_list("$"));

        let nested = format!(r#"{{"type":"bundle","id":"bundle--2","objects":[{URL},{FILE}]}}"#);
        let (ids, faults, _) = seen(&format!(r#"{start}"objects":{nested}}}"#));
        assert_eq!((ids.len(), faults.len()), (2, 0));
    }
}

#[test]
fn b01_a_scalar_instead_of_a_list_is_rejected_with_its_place() {
    for value in ["60", r#""none""#, "true", r#""[{\"type\":\"url\"}]""#] {
        let (ids, faults, _) = seen(&format!(r#"{{"type":"bundle","id":"bundle--1","objects":{value}}}"#));
        assert_eq!((ids.len(), faults), (0, vec!["an object was expected $.objects".to_owned()]), "{value}");
    }
    let (ids, faults, findings) = seen(r#"{"type":"bundle","id":"bundle--1","objects":null}"#);
    assert_eq!((ids.len(), faults.len(), findings), (0, 0, vec![(FindingKind::Null, "$".to_owned())]));
    let (ids, faults, _) = seen(r#"{"type":"bundle","id":"bundle--1","objects":{"x":1}}"#);
    assert_eq!((ids.len(), faults), (0, vec!["a required property is missing $.objects".to_owned()]));
}

#[test]
fn b21_repeated_objects_are_all_read_and_told() {
    let (ids, faults, findings) =
        seen(&format!(r#"{{"type":"bundle","id":"bundle--1","objects":[{URL}],"objects":[{FILE}]}}"#));
    assert_eq!((ids.len(), faults.len()), (2, 0));
    assert_eq!(findings, [(FindingKind::RepeatedKey, "$".to_owned())]);
}

#[test]
fn b33_compressed_input_is_named() {
    for (bytes, name) in [
        (&b"\x1f\x8b\x08\0\0\0\0\0"[..], "gzip"),
        (b"PK\x03\x04\x14\0\0\0", "zip"),
        (b"\x28\xb5\x2f\xfd\x04\0\0\0", "Zstandard"),
        (b"\xfd7zXZ\0\0\0", "xz"),
        (b"BZh91AY&SY", "bzip2"),
        (b"\xff\xfe\0\0{\0\0\0", "UTF-32"),
        (b"\0\0\xfe\xff\0\0\0{", "UTF-32"),
    ] {
        let mut reader = Reader::from_slice(bytes);
        let error = reader.next().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Encoding);
        assert!(error.detail().contains(name), "{error}");
        assert!(reader.next().is_none());
    }
}

#[test]
fn b33_a_slice_of_gzip_names_the_way() {
    let error = Reader::from_slice(b"\x1f\x8b\x08\0\0\0\0\0\0\0").next().unwrap().unwrap_err();
    assert!(error.detail().contains("read it as a stream"), "{error}");
}

#[cfg(feature = "gzip")]
mod gzip {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use stixkit::reader::Limits;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn b33_a_stream_is_decompressed() {
        let text = format!(r#"{{"type":"bundle","id":"bundle--1","objects":[{URL},{{"type":"x"}},{FILE}]}}"#);
        let plain = drain(Reader::from_slice(text.as_bytes()));
        assert_eq!((plain.objects.len(), plain.rejected.len()), (2, 1));
        let (first, second) = text.as_bytes().split_at(text.len() / 2);
        let members = [gzip(first), gzip(second)].concat();
        for bytes in [gzip(text.as_bytes()), members] {
            // Places are those in the decompressed text.
            assert_eq!(drain(Reader::from_reader(&bytes[..])).lines, plain.lines);
        }
    }

    #[test]
    fn b33_what_is_compressed_twice_or_cut_is_an_error() {
        let text = format!("{URL}\n").repeat(1000);
        let twice = gzip(&gzip(text.as_bytes()));
        let error = drain(Reader::from_reader(&twice[..])).error.unwrap();
        assert_eq!(error.kind(), ErrorKind::Encoding);
        let once = gzip(text.as_bytes());
        let cut = drain(Reader::from_reader(&once[..once.len() - 4]));
        assert_eq!(cut.error.unwrap().kind(), ErrorKind::Io);
        assert!(cut.objects.len() > 900, "what comes before the cut is good");
    }

    #[test]
    fn b33_limits_are_about_decompressed_bytes() {
        let bomb = gzip(&vec![b' '; 8 << 20]);
        assert!(bomb.len() < 16 << 10);
        let limits = Limits::default().with_total_bytes(1 << 20);
        let error = drain(Reader::from_reader(&bomb[..]).with_limits(limits)).error.unwrap();
        assert_eq!(error.kind(), ErrorKind::InputTooLarge);
        let long = gzip(format!(r#"{{"type":"x-a","id":"x-a--1","v":"{}"}}"#, "x".repeat(8 << 20)).as_bytes());
        let limits = Limits::default().with_object_bytes(1 << 20);
        let seen = drain(Reader::from_reader(&long[..]).with_limits(limits));
        assert_eq!(seen.rejection().error.kind(), ErrorKind::ObjectTooLarge);
    }
}

#[test]
fn b34_lines_may_end_in_cr() {
    let broken = r#"{"type":"url","id":"url--9","value":oops"#;
    let text = [URL, FILE, broken, URL].join("\r") + "\r";
    let seen = drain(Reader::from_str(&text));
    assert_eq!((seen.objects.len(), seen.rejected.len()), (3, 1), "{:?}", seen.lines);
    let place = seen.rejected[0].position;
    assert_eq!((place.line, place.offset as usize), (1, URL.len() + FILE.len() + 2));
}

#[test]
fn c06_containers_inside_other_objects_are_read() {
    let bundle = format!(r#"{{"type":"bundle","id":"bundle--1","objects":[{URL},{FILE}]}}"#);
    for (text, count, path) in [
        (format!(r#"{{"status":"ok","data":{bundle}}}"#), 2, "$.data"),
        (format!(r#"{{"stix_objects":[{URL},{FILE}],"total":2}}"#), 2, "$.stix_objects"),
        (format!(r#"{{"data":{{"data":{URL}}},"x":[1]}}"#), 1, "$.data.data"),
        (format!(r#"{{"_id":1,"stix":{URL}}}"#), 1, "$.stix"),
        (format!(r#"{{"a":{{"more":false,"objects":[{URL}]}}}}"#), 1, "$.a"),
        (format!(r#"{{"type":"response","items":[{URL}]}}"#), 1, "$.items"),
        (format!(r#"{{"a":[{{"b":{URL}}}]}}"#), 1, "$.a"),
    ] {
        let (ids, faults, findings) = seen(&text);
        assert_eq!((ids.len(), faults), (count, vec![]), "{text}");
        assert_eq!(findings.first(), wrapped(path).first(), "{text}");

        // Each path is told once, on however many lines it occurs.
        let (ids, faults, again) = seen(&format!("{text}\n{text}\n{text}"));
        assert_eq!((ids.len(), faults.len(), again), (3 * count, 0, findings), "{text}");
    }
}

#[test]
fn c06_what_has_no_stix_below_stays_one_rejection() {
    let far = format!("{}{URL}{}", r#"{"a":"#.repeat(20), "}".repeat(20));
    for text in [r#"{"a":1,"b":{"c":[{"type":"x"}]}}"#, r#"{"error":{"code":5}}"#, &far] {
        let (ids, faults, findings) = seen(text);
        assert_eq!((ids.len(), faults.len(), findings.len()), (0, 1, 0), "{text}");
    }
    // An extension may hold anything.
    let (ids, faults, _) = seen(&format!(r#"{{"extensions":{{"x":{URL}}},"id":"file--3","name":"c","type":"file"}}"#));
    assert_eq!((ids, faults.len()), (vec!["file--3".to_owned()], 0));
}

#[test]
fn c06_a_path_says_where_the_objects_are() {
    let text = format!(r#"{{"x":{URL},"data":{{"y":[{URL}],"items":[{FILE},7]}}}}"#);
    for path in ["data.items", "$.data.items"] {
        let seen = drain(Reader::from_str(&text).at(path));
        assert_eq!((seen.objects.len(), seen.rejected.len(), seen.findings.len()), (1, 1, 0), "{path}");
        assert_eq!(seen.rejected[0].error.path(), "$.data.items[1]");
    }
    let seen = drain(Reader::from_str(&text).at("data.nothing"));
    assert_eq!((seen.objects.len(), seen.rejected.len()), (0, 0));
    assert_eq!(seen.findings.len(), 1);
    assert!(seen.findings[0].detail.contains("data.nothing"), "{:?}", seen.findings);

    let map = format!(r#"{{"a":{{"x":{URL},"y":{FILE},"z":7}}}}"#);
    let seen = drain(Reader::from_str(&map).at("a"));
    assert_eq!((seen.objects.len(), seen.rejected[0].error.path()), (2, "$.a.z"));

    let bundle = format!(r#"{{"a":{{"type":"bundle","id":"bundle--1","objects":[{URL}]}}}}"#);
    assert_eq!(drain(Reader::from_str(&bundle).at("a")).objects.len(), 1);
}

#[test]
fn a_wrapped_feed_is_streamed_in_the_memory_of_one_object() {
    let objects = vec![URL; 200_000].join(",");
    let text = format!(r#"{{"status":"ok","data":{{"type":"bundle","objects":[{objects}]}},"end":1}}"#);
    let limits = stixkit::reader::Limits::default().with_object_bytes(1024);
    let reader = Reader::from_reader(text.as_bytes()).with_limits(limits);
    assert_eq!(reader.filter(|item| !item.as_ref().unwrap().is_rejected()).count(), 200_000);
}
