//! What servers do wrong, each with what becomes of it.

use stixkit::reader::Item;
use stixkit::taxii::{
    AnswerLimits, ApiRoot, Client, Dates, Error, ErrorKind, Filter, Options, Page, StatusWord, TransportErrorKind,
    Version, WalkOptions,
};

use super::script::{Answer, Script, object, ok, page, status, with};
use super::{block_on, client, ids, root, v20, v21};

const MORE: &str = r#""more":true"#;
const NEXT: &str = r#""more":true,"next":"n""#;

/// A walk over the objects, limit 2.
#[track_caller]
fn walk(answers: impl IntoIterator<Item = Answer>) -> (Result<Vec<Page>, Error>, Script) {
    walk_with(answers, v21(2))
}

#[track_caller]
fn walk_with(answers: impl IntoIterator<Item = Answer>, options: Options) -> (Result<Vec<Page>, Error>, Script) {
    let script = Script::new(answers);
    let version = options.version.unwrap_or(Version::V21);
    let result = block_on(client(&script, options).objects(&root(version), "c", Filter::new()).collect());
    (result, script)
}

#[track_caller]
fn assert_walk(answers: impl IntoIterator<Item = Answer>, expected: &str) -> Script {
    let (result, script) = walk(answers);
    let ids = ids(&result.unwrap());
    let expected: Vec<_> = expected.split_whitespace().map(|name| format!("x-a--{name}")).collect();
    assert_eq!(ids, expected);
    script.assert_used_up();
    script
}

#[track_caller]
fn assert_error(answers: impl IntoIterator<Item = Answer>, kind: ErrorKind) -> Error {
    let (result, script) = walk(answers);
    let error = result.unwrap_err();
    assert_eq!(error.kind(), kind, "{error:?}");
    script.assert_used_up();
    error
}

fn queries(script: &Script) -> Vec<String> {
    script.asked().iter().map(|asked| asked.split_once('?').map_or("", |(_, query)| query).to_owned()).collect()
}

#[test]
fn empty_pages_with_next_before_data() {
    assert_walk([page("", NEXT, None), page("", NEXT, None), page("a", "", Some((1, 1)))], "a");
}

#[test]
fn the_same_next_for_ever_without_data() {
    let error = assert_error((0..4).map(|_| page("", NEXT, None)), ErrorKind::NoProgress);
    assert!(error.detail().contains("nothing new"));
}

#[test]
fn the_same_next_for_ever_with_the_same_data() {
    let error = assert_error((0..5).map(|_| page("a b", NEXT, Some((1, 1)))), ErrorKind::NoProgress);
    assert_eq!(error.instant().unwrap().to_string(), "2024-01-01T00:00:01.000000Z");
}

#[test]
fn limit_zero_bait_is_not_taken() {
    // A limit of 0 gives empty pages with page numbers for ever, so it is never sent.
    let (result, script) = walk_with([page("a", "", None)], v21(0));
    assert_eq!(ids(&result.unwrap()).len(), 1);
    assert_eq!(queries(&script), ["limit=1"]);
}

#[test]
fn more_without_next_and_ties_over_the_limit() {
    let script = assert_walk(
        [
            page("a b", MORE, Some((1, 2))),
            page("b c", MORE, Some((2, 2))),
            page("b c d e", MORE, Some((2, 3))),
            page("e f", "", Some((3, 3))),
        ],
        "a b c d e f",
    );
    let after = |second| format!("added_after=2024-01-01T00%3A00%3A0{second}.999999Z");
    let expected = [
        "limit=2".to_owned(),
        format!("{}&limit=2", after(1)),
        format!("{}&limit=4", after(1)),
        format!("{}&limit=4", after(2)),
    ];
    assert_eq!(queries(&script), expected);
}

#[test]
fn more_without_next_and_a_server_that_caps_the_page() {
    let page = || page("a b", MORE, Some((1, 1)));
    assert_error([page(), page(), page(), status(403, "")], ErrorKind::NoProgress);
}

#[test]
fn more_without_next_and_without_anything() {
    let answers = (0..2).map(|_| page("", MORE, None));
    assert_error(answers, ErrorKind::NoProgress);
}

#[test]
fn more_without_next_and_header_asks_the_manifest() {
    let manifest =
        r#"{"objects":[{"id":"x-a--b","date_added":"2024-01-01T00:00:02.000000Z","version":"2023-01-01T00:00:00Z"}]}"#;
    let script = assert_walk([page("a b", MORE, None), ok(manifest), page("b c", "", None)], "a b c");
    assert_eq!(queries(&script)[1], "match%5Bid%5D=x-a--b&match%5Bversion%5D=all&limit=2");
    assert_eq!(queries(&script)[2], "added_after=2024-01-01T00%3A00%3A01.999999Z&limit=2");
    let error = assert_error([page("a b", MORE, None), ok("{}")], ErrorKind::NoProgress);
    assert!(error.detail().contains("manifest"));
}

#[test]
fn next_as_a_number() {
    let script = assert_walk([page("a", r#""more":true,"next":17"#, None), page("b", r#""more":false"#, None)], "a b");
    assert_eq!(queries(&script)[1], "limit=2&next=17");
}

#[test]
fn next_with_bytes_that_mean_something_in_urls() {
    let script = assert_walk([page("a", r#""more":true,"next":"+/=&%20é #?|""#, None), page("b", "", None)], "a b");
    assert_eq!(queries(&script)[1], "limit=2&next=%2B%2F%3D%26%2520%C3%A9%20%23%3F%7C");
}

#[test]
fn next_without_more() {
    assert_walk([page("a", r#""next":"n""#, None), page("b", r#""more":false,"next":"n""#, None)], "a b");
}

#[test]
fn date_headers_in_every_form() {
    let body = format!(r#"{{"more":true,"objects":[{}]}}"#, object("a"));
    let dated = |last: &str| {
        let kind = ("content-type", "application/taxii+json;version=2.1");
        with(200, &[kind, ("x-taxii-date-added-first", last), ("x-taxii-date-added-last", last)], &body)
    };
    for (last, after) in [
        ("2024-01-01T00:00:02Z", "2024-01-01T00%3A00%3A01.999999Z"),
        // Without trailing zeros, dates may be in the order of their texts.
        ("2024-01-01T00:00:02.5Z", "2024-01-01T00%3A00%3A01.999999Z"),
        ("2024-01-01T00:00:02.123Z", "2024-01-01T00%3A00%3A02.122999Z"),
        ("2024-01-01T00:00:02.123456789Z", "2024-01-01T00%3A00%3A02.123455Z"),
        (" 2024-01-01T00:00:02.123456+00:00 ", "2024-01-01T00%3A00%3A02.123455Z"),
        ("2024-01-01T02:00:02.123456+02:00", "2024-01-01T00%3A00%3A02.123455Z"),
    ] {
        let (result, script) = walk([dated(last), page("a b", "", None)]);
        assert_eq!(ids(&result.unwrap()).len(), 2, "{last}");
        assert_eq!(queries(&script)[1], format!("added_after={after}&limit=2"), "{last}");
    }
    for last in ["undefined", "Mon Jan 01 2024 00:00:02 GMT+0000 (Coordinated Universal Time)", "", "ü"] {
        let error = assert_error([dated(last)], ErrorKind::NoProgress);
        assert!(error.detail().contains("a date header is no timestamp"), "{error}");
    }
}

#[test]
fn dates_that_contradict_each_other_are_told() {
    for (answers, why) in [
        (vec![page("a", "", Some((5, 3)))], "the first date of a page is after its last one"),
        (vec![page("a", NEXT, Some((4, 5))), page("b", "", Some((1, 6)))], "the dates go backwards from page to page"),
    ] {
        let script = Script::new(answers);
        let client = client(&script, v21(2));
        let mut pages = client.objects(&root(Version::V21), "c", Filter::new());
        while block_on(pages.next_page()).unwrap().is_some() {}
        assert_eq!(pages.walk().dates(), Dates::Unreliable(why));
    }
    let script = Script::new([page("a", "", Some((1, 3)))]);
    let client = client(&script, v21(2));
    let filter = Filter::new().with_added_after("2024-01-01T00:00:02Z".parse::<stixkit::Timestamp>().unwrap());
    let mut pages = client.objects(&root(Version::V21), "c", filter);
    while block_on(pages.next_page()).unwrap().is_some() {}
    assert_eq!(pages.walk().dates(), Dates::Unreliable("objects from before the start that was asked for"));
}

#[test]
fn html_with_a_good_status() {
    for answer in [
        with(200, &[("content-type", "text/html; charset=utf-8")], "<html>Log in</html>"),
        with(200, &[("content-type", "application/json")], "\n <!DOCTYPE html>Log in"),
        with(200, &[], "<html>Log in</html>"),
    ] {
        let error = assert_error([answer], ErrorKind::NotTaxii);
        assert!(error.snippet().contains("Log in"));
        assert_eq!(error.status().unwrap(), 200);
    }
}

#[test]
fn other_media_types_are_taken_unless_strict() {
    let body = format!(r#"{{"objects":[{}]}}"#, object("a"));
    for kind in ["application/json", "application/stix+json;version=2.1", "text/plain", ""] {
        let headers = [("content-type", kind)];
        let headers = if kind.is_empty() { &[][..] } else { &headers[..] };
        let (result, _) = walk([with(200, headers, &body)]);
        let pages = result.unwrap();
        assert_eq!((pages[0].headers.media_type.as_str(), pages[0].headers.is_expected_type), (kind, false));
        let (result, _) = walk_with([with(200, headers, &body)], v21(2).with_strict(true));
        assert_eq!(result.unwrap_err().kind(), ErrorKind::NotTaxii);
    }
    for kind in ["application/taxii+json; charset=utf-8; version=2.1", "application/taxii+json;version=\"2.1\""] {
        let (result, _) = walk_with([with(200, &[("content-type", kind)], &body)], v21(2).with_strict(true));
        assert!(result.unwrap()[0].headers.is_expected_type, "{kind}");
    }
}

#[test]
fn an_error_message_with_a_good_status() {
    let error = assert_error([ok(r#"{"title":"Broken","http_status":"500"}"#)], ErrorKind::NotTaxii);
    assert_eq!(error.message().unwrap().title.as_deref(), Some("Broken"));
}

#[test]
fn an_answer_larger_than_the_limit() {
    // A bomb is stopped by its size after decompression; smaller pages are asked for, until there is no smaller one.
    let bomb = || page(&"a ".repeat(100), "", None);
    let (result, script) =
        walk_with((0..3).map(|_| bomb()), v21(4).with_answers(AnswerLimits::default().with_max_body(1000)));
    assert_eq!(result.unwrap_err().kind(), ErrorKind::AnswerTooLarge);
    assert_eq!(queries(&script), ["limit=4", "limit=2", "limit=1"]);
    let (result, _) = walk_with(
        [bomb(), page("a b", NEXT, None), page("c", "", None)],
        v21(4).with_answers(AnswerLimits::default().with_max_body(1000)),
    );
    assert_eq!(ids(&result.unwrap()).len(), 3);
}

#[test]
fn a_body_that_is_cut_in_an_object() {
    let whole = format!(r#"{{"more":true,"next":"n","objects":[{},{}]}}"#, object("a"), object("b"));
    for len in 1..whole.len() {
        let (result, _) = walk([ok(&whole[..len])]);
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Temporary, "{}", &whole[..len]);
    }
}

#[test]
fn one_bad_object_in_a_hundred() {
    for (bad, is_json) in [
        (r#"{"type":"indicator","id":"indicator--1"}"#, true),
        (r#"{"type":"x-a","id":"x-a--1",oops}"#, false),
        ("5", true),
    ] {
        let good: Vec<_> = (0..99).map(|name| object(&name.to_string())).collect();
        let body = format!(
            r#"{{"more":true,"next":"n","objects":[{},{bad},{}]}}"#,
            good[..50].join(","),
            good[50..].join(",")
        );
        let (result, _) = walk([ok(&body), page("z", "", None)]);
        let pages = result.unwrap();
        assert_eq!(ids(&pages).len(), 101);
        assert_eq!(pages[0].rejected(), 1);
        let object = &pages[0].objects[50];
        assert_eq!(pages[0].raw(object), bad.as_bytes());
        let Item::Rejected(rejected) = &object.item else { panic!("it is bad") };
        assert_eq!(rejected.json().is_some(), is_json);
        assert_eq!(pages[0].raw(&pages[0].objects[51]), good[50].as_bytes());
    }
}

#[test]
fn an_envelope_too_broken_to_know_whether_there_is_more() {
    let error = assert_error([ok(&format!(r#"{{"objects":[{}}} "#, object("a")))], ErrorKind::NotTaxii);
    assert!(error.detail().contains("more"), "{error}");
}

#[test]
fn odd_json_is_read_as_it_is() {
    let deep = format!(r#"{{"type":"x-a","id":"x-a--deep","x":{}{}}}"#, "[".repeat(200), "]".repeat(200));
    let body = [
        b"\xef\xbb\xbf{\"x_own\":1,\"objects\":[{\"type\":\"x-a\",\"id\":\"x-a--1\",\"x_n\":18446744073709551615,\"x_n2\":1e400},".as_slice(),
        b"{\"type\":\"x-a\",\"id\":\"x-a--2\",\"x\":1,\"x\":2},{\"type\":\"x-a\",\"id\":\"x-a--3\",\"x\":\"\xff\"},",
        deep.as_bytes(),
        b"],\"more\":false,\"more\":false}",
    ]
    .concat();
    let response =
        http::Response::builder().header("content-type", "application/taxii+json;version=2.1").body(body).unwrap();
    let pages = walk([Answer::Response(response)]).0.unwrap();
    let page = &pages[0];
    assert_eq!((page.len(), page.rejected()), (4, 2));
    let Item::Object(first) = &page.objects[0].item else { panic!("it is good") };
    assert_eq!(first.object.custom().get("x_n").unwrap().as_json(), "18446744073709551615");
    assert!(page.raw(&page.objects[0]).ends_with(b"1e400}"));
    assert_eq!(page.custom.get("x_own").unwrap().as_json(), "1");
    assert!(!page.findings.is_empty());
}

#[test]
fn absent_and_null_lists() {
    for body in ["{}", r#"{"objects":null}"#, r#"{"objects":[]}"#, r#"{"more":false,"x_a":{"b":[]},"objects":null}"#] {
        let (result, _) = walk([ok(body)]);
        assert!(result.unwrap().is_empty(), "{body}");
    }
    let (result, _) = walk([with(204, &[], "")]);
    assert!(result.unwrap().is_empty());
    assert_error([ok("")], ErrorKind::NotTaxii);
}

/// The objects of two pages: their order by date is no chance.
const MANY: [&str; 2] = ["a b c d e f g h i j k l", "a1 b1 c1 d1 e1 f1 g1 h1 i1 j1 k1 z1"];

#[test]
fn a_cursor_that_expires() {
    for code in [400, 404, 410, 416] {
        let script = assert_walk(
            [
                page(MANY[0], NEXT, Some((1, 2))),
                page(MANY[1], NEXT, Some((3, 4))),
                status(code, r#"{"title":"next not valid"}"#),
                page("z1 y", "", Some((4, 5))),
            ],
            &format!("{} {} y", MANY[0], MANY[1]),
        );
        assert_eq!(queries(&script)[3], "added_after=2024-01-01T00%3A00%3A03.999999Z&limit=2");
    }
}

#[test]
fn a_cursor_that_expires_on_every_page() {
    // Each restart brings something new, so it is borne.
    assert_walk(
        [
            page(MANY[0], NEXT, Some((1, 2))),
            page(MANY[1], NEXT, Some((3, 4))),
            status(400, ""),
            page("z1 y", NEXT, Some((4, 5))),
            status(400, ""),
            page("y x", "", Some((5, 6))),
        ],
        &format!("{} {} y x", MANY[0], MANY[1]),
    );
    // Where it does not, it is an error, and the last thing that the server said.
    let mut answers = vec![page(MANY[0], NEXT, Some((1, 2))), page(MANY[1], NEXT, Some((3, 4)))];
    for _ in 0..4 {
        answers.extend([status(400, r#"{"title":"no"}"#), page("z1", NEXT, Some((4, 4)))]);
    }
    answers.push(status(400, r#"{"title":"no"}"#));
    let error = assert_error(answers, ErrorKind::Refused);
    assert_eq!(error.message().unwrap().title.as_deref(), Some("no"));
}

#[test]
fn a_lost_page_is_not_asked_for_by_next_again() {
    for lost in [TransportErrorKind::Timeout, TransportErrorKind::Broken] {
        let script = assert_walk(
            [
                page(MANY[0], NEXT, Some((1, 2))),
                page(MANY[1], NEXT, Some((3, 4))),
                Answer::Failure(lost),
                page("z1 y", "", Some((4, 5))),
            ],
            &format!("{} {} y", MANY[0], MANY[1]),
        );
        assert!(queries(&script)[3].starts_with("added_after="));
    }
    // The server did not see it, or says that it did not take it.
    for unsent in [Answer::Failure(TransportErrorKind::Connect), status(429, ""), status(503, "")] {
        let script = assert_walk([page("a", NEXT, None), unsent, page("b", "", None)], "a b");
        assert_eq!(queries(&script)[2], "limit=2&next=n");
    }
}

#[test]
fn without_dates_a_lost_cursor_starts_over() {
    let script =
        assert_walk([page("a b", NEXT, None), status(400, ""), page("a b", NEXT, None), page("c", "", None)], "a b c");
    assert_eq!(queries(&script)[2], "limit=2");
    let options = v21(2).with_walk(WalkOptions::default().with_max_remembered(1));
    let (result, _) = walk_with([page("a b", NEXT, None), status(400, "")], options);
    assert_eq!(result.unwrap_err().kind(), ErrorKind::NoProgress);
}

#[test]
fn a_next_that_repeats_may_be_sent_again() {
    let options = v21(2).with_walk(WalkOptions::default().with_next_repeats(true));
    let answers = [page("a", NEXT, None), Answer::Failure(TransportErrorKind::Timeout), page("b", "", None)];
    let (result, script) = walk_with(answers, options);
    assert_eq!(ids(&result.unwrap()).len(), 2);
    assert_eq!(queries(&script)[2], "limit=2&next=n");
}

#[test]
fn ranges_of_20_in_each_form() {
    let bundle = |names: &str, range: &str| {
        let objects: Vec<_> = names.split_whitespace().map(object).collect();
        let kind = ("content-type", "application/vnd.oasis.stix+json; version=2.0");
        let headers = [kind, ("content-range", range)];
        let len = if range.is_empty() { 1 } else { 2 };
        let code = if range.is_empty() { 200 } else { 206 };
        let body =
            format!(r#"{{"type":"bundle","id":"bundle--1","spec_version":"2.0","objects":[{}]}}"#, objects.join(","));
        with(code, &headers[..len], &body)
    };
    let walk = |answers: Vec<Answer>| {
        let (result, script) = walk_with(answers, v20(2));
        script.assert_used_up();
        (result.map(|pages| ids(&pages).len()), script.headers("range"))
    };
    // All at once, without being asked for a range.
    assert_eq!(walk(vec![bundle("a b c", "")]).0.unwrap(), 3);
    // The spelling of the standard's text.
    let (count, ranges) = walk(vec![status(416, ""), bundle("a b", "items 0-1/3"), bundle("c", "items 2-2/3")]);
    assert_eq!((count.unwrap(), ranges[1].as_str(), ranges[2].as_str()), (3, "items 0-1", "items 2-3"));
    // One short, and a total that nobody knows.
    let refused = || status(416, "");
    let (count, ranges) = walk(vec![bundle("a", "items 0-0/*"), bundle("b", "items 1-1/*"), refused(), refused()]);
    assert_eq!((count.unwrap(), ranges[2].as_str(), ranges[3].as_str()), (2, "items=2-3", "items 2-3"));
    // Empty from the start, and a 416 that says otherwise.
    assert_eq!(walk(vec![with(416, &[("content-range", "items */0")], "")]).0.unwrap(), 0);
    let refused = || with(416, &[("content-range", "items */5")], "");
    assert_eq!(walk(vec![refused(), refused()]).0.unwrap_err().kind(), ErrorKind::Refused);
    // A page behind the place that was asked for, and one that never gets anywhere.
    assert_eq!(walk(vec![bundle("a", "items 5-5/9")]).0.unwrap_err().kind(), ErrorKind::NoProgress);
    let idle = (0..5).map(|_| bundle("a", "items 0-0/9")).collect();
    assert_eq!(walk(idle).0.unwrap_err().kind(), ErrorKind::NoProgress);
}

#[test]
fn error_bodies_in_every_form() {
    let ask = |answer| {
        let script = Script::new([answer]);
        block_on(client(&script, v21(2)).information(&root(Version::V21))).unwrap_err()
    };
    let error = ask(status(404, r#"{"title":"None","description":"no such root","error_id":"1","x":2}"#));
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(
        error.to_string(),
        "the server knows no such thing, status 404, None: no such root (GET https://taxii.example/api1/)"
    );
    let error = ask(status(400, r#"{"code":400,"name":"Bad Request","description":{"limit":["not a number"]}}"#));
    let message = error.message().unwrap();
    assert_eq!((message.title.as_deref(), message.error_code.as_deref()), (Some("Bad Request"), Some("400")));
    assert_eq!(message.description.as_deref(), Some(r#"{"limit":["not a number"]}"#));
    let error = ask(with(500, &[("content-type", "text/plain")], "Traceback"));
    assert_eq!((error.kind(), error.snippet()), (ErrorKind::Server, "Traceback"));
    let error = ask(status(422, r#"{"detail":"bad","details":{"objects":["x-a--1"]}}"#));
    assert_eq!(error.kind(), ErrorKind::Refused, "there were no objects to process");
    assert!(error.message().unwrap().details.as_ref().unwrap().as_json().contains("x-a--1"));
    let error = ask(with(401, &[("www-authenticate", "Basic realm=\"a\"")], ""));
    assert_eq!((error.kind(), error.challenges()), (ErrorKind::Unauthorized, &["Basic realm=\"a\"".to_owned()][..]));
    let error = ask(status(401, ""));
    assert!(error.challenges().is_empty(), "some servers send none");
    assert_eq!(ask(status(403, "")).kind(), ErrorKind::Forbidden);
    assert_eq!(ask(status(406, "")).kind(), ErrorKind::NotAcceptable);
    assert_eq!(ask(status(302, "")).kind(), ErrorKind::Redirect);
    assert_eq!(ask(status(501, "")).kind(), ErrorKind::Server);
}

#[test]
fn a_max_content_length_in_every_form() {
    for (text, expected) in [("5", Some(5)), ("\"5\"", Some(5)), ("0", None), ("null", None), ("\"x\"", None)] {
        let root = ApiRoot::from_slice(format!(r#"{{"title":"t","max_content_length":{text}}}"#).as_bytes()).unwrap();
        assert_eq!((root.max_content_length, root.title.as_deref()), (expected, Some("t")), "{text}");
    }
}

#[test]
fn deletion_with_every_good_status() {
    for answer in [
        with(200, &[], ""),
        status(200, "{}"),
        with(202, &[("content-type", "text/html")], "<p>ok"),
        with(204, &[], ""),
    ] {
        let script = Script::new([answer]);
        block_on(client(&script, v21(2)).delete(&root(Version::V21), "c", "x-a--1", &Filter::new())).unwrap();
        assert_eq!(script.asked(), ["DELETE https://taxii.example/api1/collections/c/objects/x-a--1/"]);
    }
}

#[test]
fn a_deletion_that_had_to_be_sent_twice() {
    let delete = |answers: Vec<Answer>| {
        let script = Script::new(answers);
        let outcome = block_on(client(&script, v21(2)).delete(&root(Version::V21), "c", "x-a--1", &Filter::new()));
        script.assert_used_up();
        outcome.map_err(|error| error.kind())
    };
    assert_eq!(delete(vec![Answer::Failure(TransportErrorKind::Timeout), status(404, "")]), Ok(()));
    assert_eq!(delete(vec![status(404, "")]), Err(ErrorKind::NotFound));
    assert_eq!(delete(vec![status(503, "")]), Err(ErrorKind::Temporary), "which may mean that it is not implemented");
}

#[test]
fn versions_and_one_object_are_paged_too() {
    let script = Script::new([
        ok(r#"{"more":true,"next":"n","versions":["2023-01-01T00:00:00.000Z","2023-01-02T00:00:00Z"]}"#),
        ok(r#"{"versions":["2023-01-02T00:00:00.000000Z","odd"]}"#),
    ]);
    let client = client(&script, v21(2));
    let root = root(Version::V21);
    let pages = block_on(client.versions(&root, "c", "x-a--1", Filter::new()).collect()).unwrap();
    let versions: Vec<_> =
        pages.iter().flat_map(|page| &page.records).map(|record| record.versions[0].as_str()).collect();
    assert_eq!(versions, ["2023-01-01T00:00:00.000Z", "2023-01-02T00:00:00Z", "odd"]);
    assert!(pages.iter().flat_map(|page| &page.records).all(|record| record.id == "x-a--1"));
}

#[test]
fn a_status_word_that_nobody_knows() {
    let script = Script::new([ok(r#"{"id":"s","status":"partial","total_count":"3"}"#)]);
    let status = block_on(client(&script, v21(2)).status(&root(Version::V21), "s")).unwrap();
    assert_eq!(status.status, StatusWord::Other("partial".into()));
    assert_eq!(status.total_count, Some(3));
}

#[test]
fn no_name_leaves_its_place_in_the_url() {
    let script = Script::default();
    let client: Client<_> = client(&script, v21(2));
    for name in ["", ".", ".."] {
        let error = block_on(client.collection(&root(Version::V21), name)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Request);
    }
}
