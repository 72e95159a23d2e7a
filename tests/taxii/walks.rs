//! Walks over servers that page in the ways of real ones.

use chrono::SecondsFormat;
use futures_util::{StreamExt as _, TryStreamExt as _};
use stixkit::taxii::{Client, Dates, ErrorKind, Filter, Options, Page, Transport, Version, Walk, WalkOptions};

use super::script::{Script, page, status};
use super::server::{Fault, Next, Server, Ways, collection};
use super::{block_on, client, ids, root, v20, v21};

/// The pages of a whole walk over the objects, and of one over the manifest.
#[track_caller]
fn walk_both(server: &Server, options: &Options) -> [Vec<Page>; 2] {
    let client = client(server, options.clone());
    let root = root(server.ways.version);
    let objects = block_on(client.objects(&root, "c", Filter::new()).collect()).unwrap();
    [objects, block_on(client.manifest(&root, "c", Filter::new()).collect()).unwrap()]
}

#[track_caller]
fn assert_complete(server: &Server, options: &Options, len: usize) {
    for pages in walk_both(server, options) {
        let mut ids = ids(&pages);
        ids.sort();
        ids.dedup();
        let total: usize = pages.iter().map(Page::len).sum();
        assert_eq!((ids.len(), total), (len, len), "{:?}", server.ways);
    }
}

#[test]
fn every_way_of_paging_gives_every_object_once() {
    for next in [Next::None, Next::Moving, Next::Place, Next::Number] {
        for (ties, limit, cap) in [(1, 7, 100), (7, 5, 100), (7, 100, 10), (3, 1, 1000), (100, 10, 1000)] {
            assert_complete(&Server::new(Ways::v21(next, cap), collection(300, ties)), &v21(limit), 300);
        }
    }
}

#[test]
fn streams_give_what_pages_give_and_end_behind_an_error() {
    let server = Server::new(Ways::v21(Next::Place, 50), collection(120, 7));
    let client = client(&server, v21(50));
    let root = root(Version::V21);
    let pages = block_on(client.objects(&root, "c", Filter::new()).into_stream().try_collect::<Vec<_>>()).unwrap();
    assert_eq!(pages.iter().map(Page::len).collect::<Vec<_>>(), [50, 50, 20]);
    let objects = block_on(client.objects(&root, "c", Filter::new()).into_objects().try_collect::<Vec<_>>()).unwrap();
    let expected: Vec<_> = pages.iter().flat_map(|page| &page.objects).collect();
    assert_eq!(format!("{objects:?}"), format!("{expected:?}"));

    let script = Script::new([page("a", r#""more":true,"next":"n""#, None), status(403, "")]);
    let client = super::client(&script, v21(1));
    let all: Vec<_> = block_on(client.objects(&root, "c", Filter::new()).into_objects().collect());
    let [Ok(_), Err(error)] = &all[..] else { panic!("{all:?}") };
    assert_eq!(error.kind(), ErrorKind::Forbidden);
}

#[test]
fn an_inclusive_added_after_is_no_loop() {
    let ways = Ways { is_inclusive: true, ..Ways::v21(Next::None, 50) };
    assert_complete(&Server::new(ways, collection(200, 3)), &v21(10), 200);
}

#[test]
fn dates_of_milliseconds_are_enough() {
    let ways = Ways { format: SecondsFormat::Millis, ..Ways::v21(Next::None, 50) };
    assert_complete(&Server::new(ways, collection(200, 3)), &v21(10), 200);
}

#[test]
fn a_walk_has_the_last_date_of_its_pages() {
    let server = Server::new(Ways::v21(Next::Place, 50), collection(20, 1));
    let client = client(&server, v21(10));
    let root = root(server.ways.version);
    let mut pages = client.objects(&root, "c", Filter::new());
    assert_eq!(pages.walk().last_added(), None);
    let mut dates = Vec::new();
    while let Some(page) = block_on(pages.next_page()).unwrap() {
        assert_eq!(pages.walk().last_added(), page.headers.added_last.as_ref());
        dates.extend(page.headers.added_last);
    }
    assert_eq!(dates.len(), 2);
}

#[test]
fn ranges_go_on_behind_what_was_received() {
    for is_short in [false, true] {
        let ways = Ways { is_short, ..Ways::v20(100) };
        assert_complete(&Server::new(ways, collection(500, 7)), &v20(100), 500);
    }
    assert_complete(&Server::new(Ways::v20(9), collection(100, 7)), &v20(100), 100);
}

#[test]
fn a_range_over_less_than_before_is_read_again() {
    let server = Server::new(Ways::v20(100), collection(100, 1));
    let client = client(&server, v20(10));
    let root = root(server.ways.version);
    let mut pages = client.objects(&root, "c", Filter::new());
    let mut all = vec![block_on(pages.next_page()).unwrap().unwrap()];
    all.push(block_on(pages.next_page()).unwrap().unwrap());
    server.change(|held| drop(held.drain(..5)));
    while let Some(page) = block_on(pages.next_page()).unwrap() {
        all.push(page);
    }
    let ids = ids(&all);
    assert_eq!(ids.len(), 100, "what was removed was had before");
    assert_eq!(pages.walk().progress().objects, 100);
}

#[test]
fn more_ties_than_the_server_sends_are_an_error_with_their_instant() {
    for is_manifest in [false, true] {
        let server = Server::new(Ways::v21(Next::None, 5), collection(30, 7)).max_requests(50);
        let client = client(&server, v21(5));
        let root = root(server.ways.version);
        let walk = match is_manifest {
            true => Walk::manifest(&root, "c", Filter::new(), client.options()),
            false => Walk::objects(&root, "c", Filter::new(), client.options()),
        };
        let mut pages = client.pages(walk);
        let mut count = 0;
        let error = loop {
            match block_on(pages.next_page()) {
                Ok(page) => count += page.expect("an error comes first").len(),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::NoProgress);
        assert_eq!(error.instant().unwrap().to_string(), "2024-01-01T00:00:00.000000Z");
        assert_eq!(count, 5, "what came is given");
        assert_eq!(block_on(pages.next_page()).unwrap_err().kind(), ErrorKind::NoProgress);
    }
}

#[test]
fn an_answer_that_got_lost_costs_nothing() {
    for fault in [Fault::Lost, Fault::Cut] {
        for next in [Next::None, Next::Moving, Next::Place] {
            for lost in 0..12 {
                let server = Server::new(Ways::v21(next, 100), collection(100, 7))
                    .faults(move |number, _| (number == lost).then_some(fault));
                let pages = block_on(
                    client(&server, v21(10)).objects(&root(server.ways.version), "c", Filter::new()).collect(),
                );
                // A page that is cut is no fault of the connection; without `next` it can be asked for again.
                let pages = match pages {
                    Err(error) if fault == Fault::Cut => {
                        assert_eq!(error.kind(), ErrorKind::Temporary);
                        continue;
                    }
                    pages => pages.unwrap(),
                };
                let ids = ids(&pages);
                assert_eq!(ids.len(), 100, "{fault:?} {next:?} {lost}");
            }
        }
    }
}

#[test]
fn a_cursor_that_expires_costs_nothing() {
    let ways = Ways { uses: 3, ..Ways::v21(Next::Moving, 100) };
    let server = Server::new(ways, collection(200, 7)).max_requests(100);
    assert_complete(&server, &v21(10), 200);
}

#[test]
fn a_cursor_that_is_never_valid_costs_nothing() {
    let ways = Ways { uses: 0, ..Ways::v21(Next::Moving, 100) };
    let server = Server::new(ways, collection(200, 1)).max_requests(150);
    assert_complete(&server, &v21(10), 200);
}

#[test]
fn dates_of_another_kind_are_told() {
    let ways = Ways { is_by_id: true, ..Ways::v21(Next::Number, 100) };
    let server = Server::new(ways, collection(100, 1));
    let client = client(&server, v21(10));
    let mut pages = client.objects(&root(server.ways.version), "c", Filter::new());
    let mut all = Vec::new();
    while let Some(page) = block_on(pages.next_page()).unwrap() {
        all.push(page);
    }
    assert_eq!(ids(&all).len(), 100);
    assert_eq!(pages.walk().dates(), Dates::Unreliable("the dates go backwards from page to page"));
}

#[test]
fn without_dates_the_manifest_is_asked() {
    let ways = Ways { has_dates: false, ..Ways::v21(Next::None, 100) };
    let server = Server::new(ways, collection(100, 3));
    assert_complete(&server, &v21(10), 100);
    assert!(
        server.log().iter().any(|line| line.contains("/manifest/?match%5Bid%5D=x-a--00009&match%5Bversion%5D=all"))
    );
    let options = v21(10).with_walk(WalkOptions::default().with_ask_manifest(false));
    let result = block_on(client(&server, options).objects(&root(server.ways.version), "c", Filter::new()).collect());
    assert_eq!(result.unwrap_err().kind(), ErrorKind::NoProgress);
}

#[test]
fn every_request_has_the_limit_and_the_same_options() {
    let server = Server::new(Ways::v21(Next::Place, 100), collection(50, 7));
    let filter = Filter::new()
        .with_added_after("2024-01-01T00:00:00.001Z".parse::<stixkit::Timestamp>().unwrap())
        .with_types(["x-a"]);
    let pages = block_on(client(&server, v21(10)).objects(&root(server.ways.version), "c", filter).collect()).unwrap();
    assert_eq!(ids(&pages).len(), 50 - 14);
    for line in server.log() {
        assert!(line.contains("?added_after=2024-01-01T00%3A00%3A00.001000Z&match%5Btype%5D=x-a&limit=10"), "{line}");
    }
    assert!(server.log()[1].ends_with("&next=3000%7Cx-a--00023%3D"), "{}", server.log()[1]);
}

#[test]
fn caps_end_a_walk() {
    let server = Server::new(Ways::v21(Next::Place, 100), collection(100, 1));
    for walk in [
        WalkOptions::default().with_max_pages(3),
        WalkOptions::default().with_max_objects(25),
        WalkOptions::default().with_max_time(std::time::Duration::ZERO),
    ] {
        let client = client(&server, v21(10).with_walk(walk));
        let mut pages = client.objects(&root(server.ways.version), "c", Filter::new());
        let error = loop {
            match block_on(pages.next_page()) {
                Ok(page) => assert!(page.is_some()),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::Capped);
        assert!(pages.walk().progress().objects <= 30);
    }
}

#[test]
fn a_whole_walk_may_come_first() {
    let server = Server::new(Ways::v21(Next::Moving, 100), collection(100, 1));
    let client = client(&server, v21(10));
    let mut pages = client.objects(&root(server.ways.version), "c", Filter::new()).with_read_ahead(usize::MAX);
    assert_eq!(block_on(pages.next_page()).unwrap().unwrap().len(), 10);
    assert_eq!(server.requests(), 10);
    assert_eq!(ids(&block_on(pages.collect()).unwrap()).len(), 90);
}

#[test]
fn a_request_that_was_given_up_is_not_sent_twice() {
    use std::task::{Context, Waker};

    struct Hangs<'a>(&'a Server, std::sync::atomic::AtomicUsize);

    impl Transport for Hangs<'_> {
        async fn send(
            &self,
            request: http::Request<Vec<u8>>,
            max: u64,
        ) -> Result<http::Response<Vec<u8>>, stixkit::taxii::TransportError> {
            let answer = self.0.send(request, max).await;
            if self.1.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 2 {
                std::future::pending::<()>().await;
            }
            answer
        }
    }

    let server = Server::new(Ways::v21(Next::Moving, 100), collection(100, 1));
    // Without a timer nothing but the caller gives it up.
    let client = Client::new(Hangs(&server, Default::default()), super::ROOT, v21(10)).unwrap();
    let root = root(server.ways.version);
    let mut pages = client.objects(&root, "c", Filter::new());
    let mut all = Vec::new();
    for _ in 0..2 {
        all.push(block_on(pages.next_page()).unwrap().unwrap());
    }
    {
        let mut future = std::pin::pin!(pages.next_page());
        assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    while let Some(page) = block_on(pages.next_page()).unwrap() {
        all.push(page);
    }
    assert_eq!(ids(&all).len(), 100);
    assert_eq!(pages.walk().progress().restarts, 1);
}
