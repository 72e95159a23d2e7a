//! Servers that lost objects, never came to an end, or cost more than they should: each by its case.

use std::time::Duration;

use stixkit::FindingKind;
use stixkit::taxii::{
    AnswerLimits, Client, Error, ErrorKind, Event, Filter, Options, Page, PageObject, Poller, Progress, Retries,
    Schedule, Transport, TransportError, TransportErrorKind, Version, Walk, WalkOptions,
};

use super::script::{Answer, Script, object, ok, page, status, with};
use super::server::{Held, Next, Server, Ways, collection};
use super::{Clock, block_on, client, ids, root, v20, v21};

/// What a walk brought: how many objects, and why it did not come to its end.
#[derive(Debug)]
struct Walked {
    ids: Vec<String>,
    pages: Vec<Page>,
    error: Option<Error>,
    progress: Progress,
}

impl Walked {
    /// The number of objects, none of them twice, and the kind of the error.
    #[track_caller]
    fn summary(&self) -> (usize, Option<ErrorKind>) {
        let mut ids = self.ids.clone();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), self.ids.len(), "some came twice");
        (ids.len(), self.error.as_ref().map(Error::kind))
    }
}

fn walk<T: Transport>(transport: T, options: Options, is_manifest: bool) -> Walked {
    let root = root(options.version.unwrap_or(Version::V21));
    let client = client(transport, options);
    let walk = match is_manifest {
        true => Walk::manifest(&root, "c", Filter::new(), client.options()),
        false => Walk::objects(&root, "c", Filter::new(), client.options()),
    };
    let mut pages = client.pages(walk);
    let (mut all, mut error) = (Vec::new(), None);
    loop {
        match block_on(pages.next_page()) {
            Ok(Some(page)) => all.push(page),
            Ok(None) => break,
            Err(reason) => {
                error = Some(reason);
                break;
            }
        }
    }
    Walked { ids: ids(&all), pages: all, error, progress: pages.walk().progress() }
}

fn one(answer: Answer, is_manifest: bool) -> Walked {
    let script = Script::new([answer]);
    let walked = walk(&script, v21(10), is_manifest);
    script.assert_used_up();
    walked
}

const MORE: &str = r#""more":true"#;

/// A part of a bundle of TAXII 2.0: `part(206, "a b", "items 0-1/9")`.
fn part(code: u16, names: &str, range: &str) -> Answer {
    let objects: Vec<_> = names.split_whitespace().map(object).collect();
    let body =
        format!(r#"{{"type":"bundle","id":"bundle--1","spec_version":"2.0","objects":[{}]}}"#, objects.join(","));
    let headers = [("content-type", "application/vnd.oasis.stix+json; version=2.0"), ("content-range", range)];
    with(code, &headers[..1 + usize::from(!range.is_empty())], &body)
}

fn refused(range: &str) -> Answer {
    let headers = [("content-range", range)];
    with(416, &headers[..usize::from(!range.is_empty())], r#"{"title":"Bad range"}"#)
}

#[test]
fn t01_a_refused_range_is_the_end_only_where_that_is_known() {
    // What the server sends, how many objects come, and whether it is an error.
    for (answers, expected) in [
        // Every range is refused, in both spellings.
        (vec![refused(""), refused("")], (0, Some(ErrorKind::Refused))),
        (vec![refused("items */10"), refused("items */10")], (0, Some(ErrorKind::Refused))),
        (vec![refused("items */0")], (0, None)),
        // The second range is refused in front of a total that is known.
        (vec![part(206, "a b", "items 0-1/10"), refused(""), refused("")], (2, Some(ErrorKind::Refused))),
        (vec![part(206, "a b", "items 0-1/3"), refused(""), part(206, "c", "items 2-2/3")], (3, None)),
        (vec![part(206, "a b", "items 0-1/3"), refused("items */2"), part(206, "b", "items 1-1/2")], (2, None)),
        // The total is not known: both spellings are refused behind what came.
        (vec![part(206, "a b", "items 0-1/*"), refused(""), refused("")], (2, None)),
        // What is behind the place moved in front of it.
        (vec![part(206, "a b", "items 0-1/4"), refused("items */2"), part(206, "c d", "items 0-1/2")], (4, None)),
        // A range that is none, with a status that says that it is all.
        (vec![part(200, "", "items 200-100/2"), part(206, "a b", "items 0-1/2")], (2, None)),
        (vec![part(200, "a", "items 200-100/2"), part(206, "a b", "items 0-1/2")], (2, None)),
        (vec![part(206, "a b", "items 0-1/4"), part(200, "", ""), part(206, "c d", "items 2-3/4")], (4, None)),
    ] {
        let script = Script::new(answers);
        let walked = walk(&script, v20(2), false);
        assert_eq!(walked.summary(), expected, "{walked:?} {:?}", script.headers("range"));
        script.assert_used_up();
    }
    let never = || part(200, "", "items 200-100/500");
    let script = Script::new((0..9).map(|_| never()));
    assert_eq!(walk(&script, v20(2), false).summary(), (0, Some(ErrorKind::NoProgress)));
    for range in ["items=", "items "] {
        let server = Server::new(Ways { range, ..Ways::v20(10) }, collection(47, 3));
        for is_manifest in [false, true] {
            assert_eq!(walk(&server, v20(10), is_manifest).summary(), (47, None), "{range:?}");
        }
    }
    let server = Server::new(Ways { range: "none", ..Ways::v20(10) }, collection(47, 3)).max_requests(3);
    assert_eq!(walk(&server, v20(10), false).summary(), (0, Some(ErrorKind::Refused)));
}

#[test]
fn t02_objects_of_another_shape_are_read_or_an_error() {
    let (a, b) = (object("a"), object("b"));
    for (body, expected) in [
        (format!(r#"{{"objects":{{"id1":{a},"id2":{b}}},"more":false}}"#), 2),
        (format!(r#"{{"objects":{a}}}"#), 1),
        (format!(r#"{{"objects":{{"type":"bundle","id":"bundle--1","objects":[{a},{b}]}}}}"#), 2),
        (format!(r#"{{"objects":{{"objects":[{a},{b}],"more":false}}}}"#), 2),
        (format!(r#"{{"data":[{a},{b}]}}"#), 2),
        (format!(r#"{{"status":"ok","data":{{"objects":[{a},{b}]}}}}"#), 2),
        (format!(r#"{{"more":false,"data":{{"type":"bundle","id":"bundle--1","objects":[{a}]}}}}"#), 1),
        (format!(r#"[{a},{b}]"#), 2),
    ] {
        let walked = one(ok(&body), false);
        assert_eq!(walked.summary(), (expected, None), "{body}");
        let is_told = [FindingKind::NotAList, FindingKind::Wrapped];
        let is_odd =
            !body.contains("bundle--1") && !body.starts_with('[') && !body.contains("\"objects\":{\"objects\"");
        let has = walked.pages[0].findings.iter().any(|finding| is_told.contains(&finding.kind));
        assert!(has || !is_odd, "{body} {:?}", walked.pages[0].findings);
    }
    for body in [
        r#"{"objects":60}"#,
        r#"{"objects":"none"}"#,
        r#"{"objects":true,"more":false}"#,
        r#"{"objects":{"x":5}}"#,
        r#"{"data":[5]}"#,
        r#"{"items":[]}"#,
        r#"{"status":"ok"}"#,
    ] {
        for is_manifest in [false, true] {
            assert_eq!(one(ok(body), is_manifest).summary(), (0, Some(ErrorKind::NotTaxii)), "{body}");
        }
    }
    // There is more, whatever it is inside or in front of.
    for body in [
        format!(r#"{{"more":true,"next":"n","objects":[{{"type":"bundle","id":"bundle--1","objects":[{a}]}}]}}"#),
        format!(r#"{{"objects":{{"objects":[{a}],"more":true,"next":"n"}},"more":false}}"#),
        format!(r#"{{"objects":{{"objects":[{a}],"more":false}},"more":true,"next":"n"}}"#),
        format!(r#"{{"more":true,"next":"n","data":{{"objects":[{a}]}}}}"#),
        format!(r#"{{"data":{{"objects":[{a}],"more":true}},"next":"n"}}"#),
        format!(r#"{{"more":true,"next":"n","objects":[{a}]}}{{"objects":[]}}"#),
        format!(
            r#"{{{}"more":true,"next":"n","objects":[{a}]}}"#,
            (0..100).map(|name| format!("\"x{name}\":1,")).collect::<String>()
        ),
    ] {
        let script = Script::new([ok(&body), page("b", "", None)]);
        assert_eq!(walk(&script, v21(10), false).summary(), (2, None), "{body}");
        script.assert_used_up();
    }
    // A page that says in the way of another version that it is not all.
    let total = with(200, &[("content-range", "items 0-1/9")], &format!(r#"{{"objects":[{a},{b}]}}"#));
    assert_eq!(one(total, false).summary(), (2, Some(ErrorKind::NoProgress)));
    assert_eq!(
        one(ok(&format!(r#"{{"objects":[{a}],"more":"yes"}}"#)), false).summary(),
        (1, Some(ErrorKind::NoProgress))
    );
}

#[test]
fn t02_records_of_another_shape_are_read_or_an_error() {
    let record = |name: &str| format!(r#"{{"id":"x-a--{name}","date_added":"2024-01-01T00:00:00Z","version":"v"}}"#);
    let (a, b) = (record("a"), record("b"));
    for (body, expected) in [
        (format!(r#"{{"objects":{{"id1":{a},"id2":{b}}},"more":false}}"#), 2),
        (format!(r#"{{"objects":{a}}}"#), 1),
        (format!(r#"{{"data":[{a},{b}]}}"#), 2),
        (format!(r#"{{"data":{{"objects":[{a},{b}]}}}}"#), 2),
    ] {
        let walked = one(ok(&body), true);
        assert_eq!(walked.summary(), (expected, None), "{body}");
        assert!(!walked.pages[0].findings.is_empty(), "{body}");
    }
    let script = Script::new([
        ok(&format!(r#"{{"more":true,"next":"n","data":{{"objects":[{a}],"more":false}}}}"#)),
        ok(&format!(r#"{{"objects":[{b}]}}"#)),
    ]);
    assert_eq!(walk(&script, v21(10), true).summary(), (2, None));
}

#[test]
fn t03_memory_is_a_small_multiple_of_the_body() {
    let numbers: Vec<_> = (0..500_001).map(|number| number.to_string()).collect();
    let ones = format!(r#"{{"objects":[{}]}}"#, numbers.join(","));
    let options = Options::default();
    for is_manifest in [false, true] {
        let walked = walk(Script::new([ok(&ones)]), v21(10), is_manifest);
        assert_eq!(walked.error.as_ref().map(Error::kind), None, "{:?}", walked.error);
        let page = &walked.pages[0];
        assert_eq!(
            (page.rejected(), page.len() + page.rejected_records.len()),
            (500_001, options.answers.max_rejected)
        );
        assert_eq!((page.more_rejected, walked.progress.rejected), (490_001, 500_001));
    }
    // Tiny objects take more than their text: at some number the page is refused.
    let tiny = r#"{"type":"a","id":"a--1"},"#;
    for (count, is_read) in [(20_000, true), (200_000, false)] {
        let body = format!(r#"{{"objects":[{}{}]}}"#, tiny.repeat(count - 1), tiny.trim_end_matches(','));
        let script = Script::new((0..4).map(|_| ok(&body)));
        let walked = walk(&script, v21(500), false);
        match is_read {
            true => {
                let taken = walked.pages[0].objects.capacity() * size_of::<PageObject>();
                assert!(walked.error.is_none() && taken < 16 * body.len() + (32 << 20));
            }
            false => assert_eq!(walked.summary(), (0, Some(ErrorKind::AnswerTooLarge))),
        }
        let less =
            walk(Script::new([ok(&body)]), v21(1).with_answers(AnswerLimits::default().with_page_memory(1000)), false);
        assert!(less.error.is_none(), "it is an option");
    }
    let few = |options: Options| walk(Script::new([ok(r#"{"objects":[1,2,3]}"#)]), options, false);
    assert_eq!(few(v21(10).with_answers(AnswerLimits::default().with_max_rejected(0))).progress.rejected, 3);
    assert_eq!(few(v21(10).with_answers(AnswerLimits::default().with_max_rejected(2))).pages[0].objects.len(), 2);
}

#[test]
fn t04_an_absurd_retry_after_is_capped_and_none_has_a_floor() {
    let second = Duration::from_secs(1);
    for asked in ["999999999999", "99999999999999999999999"] {
        let busy = || with(429, &[("retry-after", asked)], "");
        let error = walk(Script::new([busy()]), v21(10), false).error.unwrap();
        assert_eq!(error.kind(), ErrorKind::Temporary);
        assert!(error.retry_after() >= Some(Duration::from_secs(999_999_999_999)));
        let mut schedule = Schedule::every(3 * second).with_jitter(0.0);
        assert_eq!(schedule.failed(&error), 3600 * second, "no longer than the longest wait");
        assert_eq!(schedule.with_longest(60 * second).failed(&error), 60 * second);
    }
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    for headers in [&[("retry-after", "0")][..], &[("retry-after", "Sun, 06 Nov 1994 08:40:00 GMT"), ("date", date)]] {
        let waits = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let script = Script::new([with(429, headers, ""), with(503, headers, ""), page("a", "", None)]);
        let noted = waits.clone();
        let client = client(&script, v21(10)).with_observer(move |event| {
            if let Event::Wait { time, .. } = event {
                noted.lock().unwrap().push(*time);
            }
        });
        let pages = block_on(client.objects(&root(Version::V21), "c", Filter::new()).collect()).unwrap();
        assert_eq!(ids(&pages).len(), 1);
        let waits = waits.lock().unwrap().clone();
        assert!(waits.len() == 2 && waits[0] >= second / 2 && waits[1] >= second, "{waits:?}");
    }
}

#[test]
fn t05_a_next_behind_the_end_is_the_end() {
    for refusal in [404, 416] {
        for next in [Next::Offset, Next::Place, Next::Number] {
            for (count, limit) in [(5, 10), (57, 10), (60, 10)] {
                for has_dates in [true, false] {
                    if !has_dates && (next != Next::Offset || count < limit) {
                        continue;
                    }
                    let ways = Ways { is_eager: true, refusal, has_dates, ..Ways::v21(next, 100) };
                    let server = Server::new(ways, collection(count as usize, 3)).max_requests(40);
                    for is_manifest in [false, true] {
                        let walked = walk(&server, v21(limit), is_manifest);
                        let about = format!("{refusal} {next:?} {count} {has_dates} {is_manifest} {:?}", server.log());
                        assert_eq!(walked.summary(), (count as usize, None), "{:?} {about}", walked.error);
                        assert!(walked.progress.is_end_inferred && walked.progress.restarts <= 1, "{about}");
                    }
                }
            }
        }
    }
}

#[test]
fn t05_a_next_behind_the_end_is_the_end_of_every_poll() {
    for (ties, refusal) in [(3, 404), (10, 416), (7, 404)] {
        let ways = Ways { is_eager: true, refusal, ..Ways::v21(Next::Offset, 100) };
        let server = Server::new(ways, collection(60, ties)).max_requests(60);
        let options = v21(10);
        let client = client(&server, options.clone());
        let mut poller = Poller::objects(&root(Version::V21), "c", Filter::new(), &options);
        for expected in [60, 0, 0] {
            let mut count = 0;
            while let Some(polled) = block_on(client.poll(&mut poller)).unwrap() {
                count += polled.page.len();
                poller.acknowledge(polled.ticket);
            }
            assert_eq!(count, expected, "{ties} {:?}", server.log());
            let kept = serde_json::to_string(poller.checkpoint().unwrap()).unwrap();
            poller = Poller::objects(&root(Version::V21), "c", Filter::new(), &options);
            poller = poller.resume(serde_json::from_str(&kept).unwrap()).unwrap();
        }
    }
}

#[test]
fn t06_ties_as_large_as_a_page_are_split_or_a_gap_is_told() {
    // Objects on a page, records on a page, at one instant; how many come, with gaps accepted and without.
    for (manifest_cap, ties, strict, lenient, gaps) in [
        (1000, 10, (60, None), (60, None), 0),
        (1000, 25, (60, None), (60, None), 0),
        (30, 25, (60, None), (60, None), 0),
        (10, 10, (10, Some(ErrorKind::NoProgress)), (60, None), 5),
        (10, 15, (10, Some(ErrorKind::NoProgress)), (40, None), 4),
        (10, 9, (60, None), (60, None), 0),
    ] {
        let ways = Ways { manifest_cap: Some(manifest_cap), ..Ways::v21(Next::None, 10) };
        let server = Server::new(ways, collection(60, ties)).max_requests(400);
        let about = format!("{manifest_cap} {ties}");
        assert_eq!(walk(&server, v21(10), false).summary(), strict, "{about}");
        let options = v21(10).with_walk(WalkOptions::default().with_accept_gaps(true));
        let walked = walk(&server, options.clone(), false);
        assert_eq!((walked.summary(), walked.progress.gaps), (lenient, gaps), "{about} {:?}", walked.error);
        if manifest_cap == 10 {
            let walked = walk(&server, options, true);
            assert_eq!((walked.summary(), walked.progress.gaps), (lenient, gaps), "{about}");
        }
    }
}

/// Gives no whole answer, ever, after so many good ones.
struct Trickle(std::sync::atomic::AtomicUsize);

impl Transport for Trickle {
    async fn send(&self, _: http::Request<Vec<u8>>, _: u64) -> Result<http::Response<Vec<u8>>, TransportError> {
        use std::sync::atomic::Ordering::Relaxed;
        let left = self.0.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1));
        match left {
            Ok(left) => {
                let Answer::Response(response) = page(&left.to_string(), r#""more":true,"next":"n""#, None) else {
                    unreachable!()
                };
                Ok(response)
            }
            Err(_) => std::future::pending().await,
        }
    }
}

#[test]
fn t07_a_body_that_trickles_comes_to_an_end() {
    let second = Duration::from_secs(1);
    for good in [0, 1] {
        for (max_time, kind, longest) in
            [(None, ErrorKind::Temporary, 6 * 910), (Some(60 * second), ErrorKind::Capped, 60)]
        {
            let mut options = v21(10);
            options.walk.max_time = max_time;
            let clock = Clock::default();
            let client = Client::new(Trickle(good.into()), "https://taxii.example/", options).unwrap();
            let client = client.with_timer(clock.clone());
            let mut pages = client.objects(&root(Version::V21), "c", Filter::new());
            let error = loop {
                match block_on(pages.next_page()) {
                    Ok(page) => assert!(page.is_some()),
                    Err(error) => break error,
                }
            };
            assert_eq!(error.kind(), kind, "{good} {error:?}");
            assert!(clock.slept() <= longest * second, "{good} {max_time:?} {:?}", clock.slept());
        }
    }
    let options = v21(10).with_timeout(7 * second).with_retries(Retries::default().with_max(0));
    let clock = Clock::default();
    let client = Client::new(Trickle(0.into()), "https://taxii.example/", options).unwrap().with_timer(clock.clone());
    let error = block_on(client.information(&root(Version::V21))).unwrap_err();
    assert_eq!((error.transport(), clock.slept()), (Some(TransportErrorKind::Timeout), 7 * second));
}

#[test]
fn t07_the_cap_on_time_counts_waits() {
    let second = Duration::from_secs(1);
    let busy = |_| with(429, &[("retry-after", "50")], "");
    let options = v21(10).with_walk(WalkOptions::default().with_max_time(60 * second));
    let script = Script::new((0..2).map(busy));
    let error = walk(&script, options, false).error.unwrap();
    assert_eq!(error.kind(), ErrorKind::Temporary, "it is the server's reason: {error:?}");
    assert_eq!(script.asked().len(), 2, "a wait that would be too long is not begun");
}

#[test]
fn t08_a_cursor_that_never_works_is_replaced_by_dates() {
    for refusal in [400, 404, 410, 416] {
        for next in [Next::Moving, Next::Place, Next::Number, Next::Offset] {
            let ways = Ways { uses: 0, refusal, ..Ways::v21(next, 100) };
            let server = Server::new(ways, collection(60, 1)).max_requests(40);
            for is_manifest in [false, true] {
                let walked = walk(&server, v21(20), is_manifest);
                assert_eq!(walked.summary(), (60, None), "{refusal} {next:?} {:?} {:?}", walked.error, server.log());
            }
        }
    }
}

#[test]
fn t08_dates_of_another_order_are_not_relied_on() {
    // In the order of identifiers, dates are in order by chance: on a small page often, at its end always once in as
    // many collections as it has objects.
    let mut complete = 0;
    for shift in 0..400 {
        let limit = 1 + shift % 10;
        let len = 2 + shift as usize % 59;
        let ways = Ways { uses: 0, is_by_id: true, ..Ways::v21(Next::Number, 100) };
        let modified = |at: i64| (at * 7919 + i64::from(shift) * 104_729) % 10_007 * 1000;
        let held = (0..).zip(collection(len, 1)).map(|(at, held)| Held { modified: modified(at), ..held });
        let server = Server::new(ways, held).max_requests(200);
        let walked = walk(&server, v21(limit), false);
        let (count, error) = walked.summary();
        complete += u32::from(error.is_none());
        assert!(error.is_some() || count == len, "{shift}: {count} of {len} {:?}", server.log());
    }
    assert!(complete > 20, "small ones come on one page: {complete}");
}

#[test]
fn t08_without_proof_a_poll_is_not_complete() {
    // Two pages of five, whose dates are in the server's order; and too few objects to prove it.
    for (cap, expected) in [(5, (8, Some(ErrorKind::NoProgress))), (1000, (8, None))] {
        let server = Server::new(Ways { uses: 0, ..Ways::v21(Next::Number, cap) }, collection(8, 1)).max_requests(60);
        let walked = walk(&server, v21(5), false);
        assert_eq!(walked.summary(), expected, "{:?} {:?}", walked.error, server.log());
        let options = v21(5);
        let client = client(&server, options.clone());
        let mut poller = Poller::objects(&root(Version::V21), "c", Filter::new(), &options);
        let outcome = loop {
            match block_on(client.poll(&mut poller)) {
                Ok(Some(polled)) => poller.acknowledge(polled.ticket),
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        let checkpoint = poller.checkpoint().unwrap();
        assert_eq!((outcome.is_ok(), checkpoint.is_complete()), (cap == 1000, cap == 1000));
        assert_eq!(checkpoint.last_added().is_some(), cap == 1000, "it does not leave the start");
        if let Err(error) = outcome {
            assert!(error.to_string().contains("too few objects show"), "{error}");
        }
    }
}

#[test]
fn t09_a_wrong_default_and_a_root_that_refuses_are_passed_over() {
    let collections = || ok(r#"{"collections":[{"id":"c","title":"Indicators"}]}"#);
    let html = || with(200, &[("content-type", "text/html")], "<html>");
    let discovery = |members: &str| ok(&format!(r#"{{"title":"t",{members}}}"#));
    for (answers, expected) in [
        (vec![discovery(r#""default":"/root","api_roots":["/taxii2/root/"]"#), collections()], "/taxii2/root/"),
        (vec![discovery(r#""default":"/b/","api_roots":["/a/","/b/"]"#), collections()], "/b/"),
        (vec![discovery(r#""default":"/b/""#), collections()], "/b/"),
        (vec![discovery(r#""api_roots":["/a/","/b/"]"#), status(401, ""), collections()], "/b/"),
        (vec![discovery(r#""api_roots":["/a/","/b/"]"#), html(), collections()], "/b/"),
        (vec![discovery(r#""api_roots":["/a/","/b/"]"#), ok("{}"), collections()], "/b/"),
    ] {
        let script = Script::new(answers);
        let (root, collection) = block_on(client(&script, v21(10)).locate_collection("Indicators")).unwrap();
        assert_eq!((root.url().path(), collection.id.as_str()), (expected, "c"));
        script.assert_used_up();
    }
    let locate = |second: Answer| {
        let script = Script::new([discovery(r#""api_roots":["/a/","/b/"]"#), status(401, ""), second]);
        block_on(client(&script, v21(10)).locate_collection("Indicators")).unwrap_err()
    };
    let error = locate(html());
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert!(
        error.detail().contains("/a/: the server wants credentials")
            && error.detail().contains("/b/: the answer is not TAXII"),
        "{error}"
    );
    assert_eq!(locate(ok("{}")).kind(), ErrorKind::Unauthorized);
    let retries = Retries::default().with_max(0);
    let script = Script::new([discovery(r#""api_roots":["/a/","/b/"]"#), status(503, "")]);
    let error = block_on(client(&script, v21(10).with_retries(retries)).locate_collection("x")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Temporary, "it may be the right one");
}

#[test]
fn the_versions_of_a_root_are_looked_at() {
    let root = |versions: &str| {
        let script = Script::new([ok(&format!(r#"{{"title":"t","versions":[{versions}]}}"#))]);
        block_on(client(&script, Options::default()).root("/api1/")).unwrap().version()
    };
    for (versions, expected) in [
        (r#""application/taxii+json;version=2.1""#, Version::V21),
        (r#""taxii-2.0""#, Version::V20),
        (r#""application/vnd.oasis.taxii+json; version=2.0""#, Version::V20),
        (r#""taxii-2.0","taxii-2.1""#, Version::V21),
        (r#""x""#, Version::V21),
        ("", Version::V21),
    ] {
        assert_eq!(root(versions), expected, "{versions}");
    }
}

#[test]
fn t10_a_page_size_that_a_server_refuses_is_halved_and_remembered() {
    for refusal in [400, 413, 422] {
        for next in [Next::None, Next::Moving, Next::Place] {
            let ways = Ways { max_limit: Some((100, refusal)), ..Ways::v21(next, 1000) };
            let server = Server::new(ways, collection(300, 3)).max_requests(30);
            for is_manifest in [false, true] {
                let walked = walk(&server, v21(500), is_manifest);
                assert_eq!(walked.summary(), (300, None), "{:?}", server.log());
            }
            let log = server.log();
            let refused = log.iter().filter(|line| line.contains("limit=500") || line.contains("limit=250"));
            assert_eq!(refused.count(), 4, "{log:?}");
        }
    }
    // A refusal for another reason is told as it is, and soon.
    let server = Server::new(Ways { max_limit: Some((0, 422)), ..Ways::v21(Next::None, 10) }, []).max_requests(4);
    let error = walk(&server, v21(500), false).error.unwrap();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.to_string().starts_with("the server refuses the request"), "{error}");
}

#[test]
fn t11_a_value_that_is_no_json_costs_no_page() {
    let good: Vec<_> = (0..20).map(|name| object(&name.to_string())).collect();
    let good = good.join(",");
    for (body, expected) in [
        (format!(r#"{{"objects":[{good}],"more":false,"x":NaN}}"#), 20),
        (format!(r#"{{"objects":[{good}],"x":NaN}}"#), 20),
        (format!(r#"{{"x":NaN,"objects":[{good}]}}"#), 20),
        (format!(r#"{{"objects":[{good}],"x":[1,{{"a":-Infinity}}],"more":true,"next":"n"}}"#), 21),
        (format!(r#"{{"more":true,"x":undefined,"next":"n","objects":[{good}]}}"#), 21),
    ] {
        let script = Script::new([ok(&body), page("z", "", None)]);
        let walked = walk(&script, v21(50), false);
        assert_eq!(walked.summary(), (expected, None), "{body} {:?}", walked.error);
        assert!(walked.pages[0].findings.iter().any(|finding| finding.kind == FindingKind::SetAside), "{body}");
    }
    let records = r#"{"objects":[{"id":"x-a--1","version":"v"}],"x":NaN}"#;
    assert_eq!(one(ok(records), true).summary(), (1, None));
    for is_manifest in [false, true] {
        let walked = one(ok(r#"{"objects":[],"more":NaN}"#), is_manifest);
        assert_eq!(walked.summary(), (0, Some(ErrorKind::NotTaxii)), "it may mean anything");
    }
}

#[test]
fn t12_a_kept_checkpoint_is_written_in_linear_size() {
    let kept = |count: usize| {
        let server = Server::new(Ways::v21(Next::Place, 1000), collection(count, count));
        let options = v21(500);
        let client = client(&server, options.clone());
        let mut poller = Poller::objects(&root(Version::V21), "c", Filter::new(), &options);
        let (mut unsaved, mut written, mut writes) = (0, 0, 0);
        while let Some(polled) = block_on(client.poll(&mut poller)).unwrap() {
            unsaved += polled.page.len();
            poller.acknowledge(polled.ticket);
            let checkpoint = poller.checkpoint().unwrap();
            // As the example does.
            if checkpoint.remembered() <= 2 * unsaved {
                written += serde_json::to_string(checkpoint).unwrap().len();
                (unsaved, writes) = (0, writes + 1);
            }
        }
        assert!(writes > 1 && poller.checkpoint().unwrap().remembered() == count);
        written
    };
    let (few, many) = (kept(2000), kept(16_000));
    assert!(many <= 9 * few, "{few} {many}");
}

#[test]
fn t13_dates_in_the_order_of_their_texts_lose_nothing() {
    // A tenth of them, at ten milliseconds each, have fewer digits than the others.
    let held =
        |step: i64| (0..300).map(move |at| Held { id: format!("x-a--{at:05}"), added: at * step, modified: at * 1000 });
    for step in [10_000, 100_000, 37_000, 1] {
        let ways = Ways { is_by_text: true, ..Ways::v21(Next::None, 1000) };
        let server = Server::new(ways, held(step)).max_requests(300);
        for is_manifest in [true, false] {
            let walked = walk(&server, v21(20), is_manifest);
            assert_eq!(walked.summary(), (300, None), "{step} {:?}", walked.error);
        }
    }
}

#[test]
fn t15_a_chain_of_errors_says_everything_once() {
    let failure = |kind| Answer::Failure(kind);
    for answers in [
        vec![status(401, "")],
        vec![status(403, r#"{"title":"Forbidden","description":"the feed is closed"}"#)],
        vec![status(404, "")],
        vec![status(500, "oops")],
        vec![with(200, &[("content-type", "text/html")], "<html>")],
        vec![failure(TransportErrorKind::Connect)],
        vec![failure(TransportErrorKind::Timeout)],
        vec![ok(r#"{"objects":[],"more":NaN}"#)],
        vec![with(200, &[("content-range", "items 0-1/9")], r#"{"objects":[]}"#)],
    ] {
        let options = v21(1).with_retries(Retries::default().with_max(0));
        let Some(error) = walk(Script::new(answers), options, false).error else { continue };
        let mut layers = vec![error.to_string()];
        let mut next = std::error::Error::source(&error);
        while let Some(error) = next {
            layers.push(error.to_string());
            next = error.source();
        }
        let said = layers.join(": ");
        let mut clauses: Vec<_> = said.split(": ").collect();
        clauses.sort_unstable();
        assert!(clauses.windows(2).all(|pair| pair[0] != pair[1]), "{said}");
        let words: Vec<_> = said.split(' ').collect();
        assert!(words.windows(2).all(|pair| pair[0] != pair[1]), "{said}");
    }
}

#[test]
fn t14_an_answer_that_is_too_large_whatever_the_limit() {
    let bomb = || page(&"a ".repeat(100), "", None);
    let script = Script::new((0..4).map(|_| bomb()));
    let walked = walk(&script, v21(500).with_answers(AnswerLimits::default().with_max_body(1000)), false);
    assert_eq!(walked.summary(), (0, Some(ErrorKind::AnswerTooLarge)));
    assert_eq!(script.asked().len(), 4);
    // Where smaller pages help, they are asked for.
    let answers = [bomb(), bomb(), page("a b", r#""more":true,"next":"n""#, None), page("c", "", None)];
    assert_eq!(
        walk(Script::new(answers), v21(500).with_answers(AnswerLimits::default().with_max_body(1000)), false).summary(),
        (3, None)
    );
}

#[test]
fn an_empty_collection_that_is_not_found_is_an_option() {
    for version in [Version::V21, Version::V20] {
        let options = Options::default().with_version(version);
        let lenient = options.clone().with_walk(WalkOptions::default().with_empty_not_found(true));
        let walk = |options| walk(Script::new([status(404, "")]), options, false).summary();
        assert_eq!(walk(options), (0, Some(ErrorKind::NotFound)));
        assert_eq!(walk(lenient), (0, None));
    }
    let script = Script::new([page("a", MORE, None), status(404, "")]);
    let options = v21(1).with_walk(WalkOptions::default().with_empty_not_found(true));
    assert_ne!(super::cases::walk(&script, options, false).error.map(|error| error.kind()), None, "it had objects");
}
