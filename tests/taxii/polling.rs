//! Polling, checkpoints and indexes.

use stixkit::taxii::{
    Checkpoint, ErrorKind, Filter, ManifestChange, ObjectIndex, Options, Page, PollMode, Poller, Version, WalkOptions,
};

use super::server::{Held, Next, Server, Ways, collection};
use super::{block_on, client, ids, root, v21};

/// One poll, everything acknowledged.
#[track_caller]
fn poll(server: &Server, options: &Options, poller: &mut Poller) -> Vec<Page> {
    let client = client(server, options.clone());
    let mut pages = Vec::new();
    while let Some(polled) = block_on(client.poll(poller)).unwrap() {
        pages.push(polled.page);
        poller.acknowledge(polled.ticket);
    }
    pages
}

fn held(name: usize, added: i64) -> Held {
    Held { id: format!("x-a--{name:05}"), added, modified: name as i64 * 1000 }
}

#[test]
fn a_second_poll_brings_what_is_new() {
    for next in [Next::None, Next::Moving, Next::Place] {
        let server = Server::new(Ways::v21(next, 100), collection(50, 7));
        let options = v21(10);
        let mut poller = Poller::objects(&root(Version::V21), "c", Filter::new(), &options);
        assert_eq!(ids(&poll(&server, &options, &mut poller)).len(), 50);
        assert_eq!(poller.mode(), &PollMode::First);
        assert_eq!(poller.checkpoint().unwrap().last_added().unwrap().to_string(), "2024-01-01T00:00:00.007000Z");
        assert!(poll(&server, &options, &mut poller).is_empty());
        // One more of the very last instant, and one later.
        server.add(held(90, 7000));
        server.add(held(91, 8000));
        assert_eq!(ids(&poll(&server, &options, &mut poller)), ["x-a--00090", "x-a--00091"]);
        assert_eq!(poller.mode(), &PollMode::Incremental);
        assert!(poll(&server, &options, &mut poller).is_empty());
    }
}

#[test]
fn the_walk_can_be_looked_at_once_its_poll_is_over() {
    let server = Server::new(Ways::v21(Next::Place, 100), collection(50, 7));
    let options = v21(10);
    let mut poller = Poller::objects(&root(Version::V21), "c", Filter::new(), &options);
    poll(&server, &options, &mut poller);
    assert_eq!(poller.walk().map(|walk| (walk.is_done(), walk.progress().objects)), Some((true, 50)));
    assert!(!poller.finish(), "it ended before");
    assert!(poll(&server, &options, &mut poller).is_empty());
    let progress = poller.walk().unwrap().progress();
    assert_eq!((progress.objects, progress.pages), (0, 1));
    assert!(progress.duplicates > 0, "those of the last instant came again");
}

#[test]
fn a_page_that_was_not_acknowledged_comes_again() {
    let server = Server::new(Ways::v21(Next::Moving, 100), collection(50, 1));
    let options = v21(10);
    let client = client(&server, options.clone());
    let mut poller = Poller::objects(&root(Version::V21), "c", Filter::new(), &options);
    for _ in 0..2 {
        let polled = block_on(client.poll(&mut poller)).unwrap().unwrap();
        poller.acknowledge(polled.ticket);
    }
    let polled = block_on(client.poll(&mut poller)).unwrap().unwrap();
    assert_eq!(ids(&[polled.page])[0], "x-a--00020");
    assert!(!poller.finish(), "a poll that is not over");
    let kept: Checkpoint = serde_json::from_str(&serde_json::to_string(poller.checkpoint().unwrap()).unwrap()).unwrap();
    let mut poller = Poller::objects(&root(Version::V21), "c", Filter::new(), &options).resume(kept).unwrap();
    let pages = poll(&server, &options, &mut poller);
    assert_eq!(ids(&pages)[0], "x-a--00020");
    assert_eq!(ids(&pages).len(), 30);
}

#[test]
fn a_late_commit_is_seen_with_an_overlap() {
    let options = |overlap| v21(10).with_walk(WalkOptions::default().with_overlap(overlap));
    for (overlap, expected) in [(std::time::Duration::from_millis(5), 1), (WalkOptions::default().overlap, 0)] {
        let options = options(overlap);
        let server = Server::new(Ways::v21(Next::Place, 100), collection(50, 1));
        let mut poller = Poller::objects(&root(Version::V21), "c", Filter::new(), &options);
        assert_eq!(ids(&poll(&server, &options, &mut poller)).len(), 50);
        server.add(held(90, 46_500));
        assert_eq!(ids(&poll(&server, &options, &mut poller)).len(), expected);
        assert!(poll(&server, &options, &mut poller).is_empty());
    }
}

#[test]
fn a_checkpoint_of_something_else_is_refused() {
    let server = Server::new(Ways::v21(Next::Place, 100), collection(5, 1));
    let options = v21(10);
    let mut poller = Poller::objects(&root(Version::V21), "c", Filter::new().with_types(["x-a"]), &options);
    poll(&server, &options, &mut poller);
    let checkpoint = || poller.checkpoint().unwrap().clone();
    let start: stixkit::Timestamp = "2020-01-01T00:00:00Z".parse().unwrap();
    let (here, filter) = (root(Version::V21), Filter::new().with_types(["x-a"]));
    for (other, what) in [
        (Poller::objects(&here, "d", filter.clone(), &options), "collection"),
        (Poller::objects(&here, "c", Filter::new(), &options), "filter"),
        (Poller::objects(&here, "c", filter.clone().with_added_after(start), &options), "filter"),
        (Poller::manifest(&here, "c", filter.clone(), &options), "resource"),
        (Poller::objects(&root(Version::V20), "c", filter.clone(), &options), "version"),
    ] {
        let error = other.resume(checkpoint()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Checkpoint);
        assert!(error.detail().contains(what), "{error}");
    }
    assert!(Poller::objects(&here, "c", filter, &options).resume(checkpoint()).is_ok());
}

#[test]
fn false_dates_make_every_poll_a_whole_one() {
    let server = Server::new(Ways { is_by_id: true, ..Ways::v21(Next::Number, 100) }, collection(50, 1));
    let options = v21(10);
    let mut poller = Poller::objects(&root(Version::V21), "c", Filter::new(), &options);
    poll(&server, &options, &mut poller);
    assert!(poller.checkpoint().unwrap().unreliable().unwrap().contains("backwards"));
    assert_eq!(ids(&poll(&server, &options, &mut poller)).len(), 50);
    assert!(matches!(poller.mode(), PollMode::Full(_)));
    // With an index only what is not known comes out.
    let mut poller = Poller::objects(&root(Version::V21), "c", Filter::new(), &options).with_index(ObjectIndex::new());
    assert_eq!(ids(&poll(&server, &options, &mut poller)).len(), 50);
    server.add(Held { id: "x-a--00000".into(), added: 0, modified: 5 });
    assert_eq!(ids(&poll(&server, &options, &mut poller)), ["x-a--00000"]);
    server.change(|held| held.retain(|held| held.id != "x-a--00007"));
    assert!(ids(&poll(&server, &options, &mut poller)).is_empty());
    assert_eq!(poller.index_mut().unwrap().end(), ["x-a--00007"]);
}

#[test]
fn a_manifest_tells_what_is_new_changed_and_removed() {
    let server = Server::new(Ways::v21(Next::None, 100), collection(20, 1));
    let options = v21(7);
    let client = client(&server, options.clone());
    let mut index = ObjectIndex::new();
    let round = |index: &mut ObjectIndex| {
        let pages = block_on(client.manifest(&root(Version::V21), "c", Filter::new()).collect()).unwrap();
        index.begin();
        let mut changes = Vec::new();
        for record in pages.iter().flat_map(|page| &page.records) {
            let change = index.look_up(record);
            if change != ManifestChange::Known {
                changes.push((record.id.clone(), change));
                index.insert(record);
            }
        }
        (changes, index.end())
    };
    assert_eq!(round(&mut index).0.len(), 20);
    server.change(|held| {
        held.remove(3);
        held[0].modified += 1;
    });
    server.add(held(90, 100_000));
    let (changes, removed) = round(&mut index);
    assert_eq!(changes, [("x-a--00000".into(), ManifestChange::Changed), ("x-a--00090".into(), ManifestChange::New)]);
    assert_eq!(removed, ["x-a--00003"]);
    let kept: ObjectIndex = serde_json::from_str(&serde_json::to_string(&index).unwrap()).unwrap();
    assert_eq!(kept.len(), index.len());
}
