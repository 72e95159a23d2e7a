//! Adding and deleting.

use std::collections::BTreeMap;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use stixkit::object::{Custom, Identity, Indicator, Malware, ObjectType, ObservedData, Report, Tool};
use stixkit::reader::Item;
use stixkit::taxii::{AddOptions, Client, ErrorKind, Filter, HttpTransport, Page, Poller, RootUrl, StatusWord};
use stixkit::vocab::PatternType;
use stixkit::{Identifier, Kind, Object, Timestamp};

use super::{INBOX, MEDALLION, MEDALLION20, OPENTAXII, READ_ONLY, admin, find, ids, live, options};

/// Tools that no server has.
fn tools(count: usize) -> Vec<Object> {
    let now: Timestamp = "2024-05-01T10:00:00.000Z".parse().unwrap();
    (0..count).map(|at| Tool::new(now.clone(), format!("tool {at}")).into()).collect()
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn objects_are_added_followed_and_deleted() {
    live(async |_| {
        for url in [MEDALLION, OPENTAXII] {
            let client = admin(url, options(100));
            let (root, inbox) = find(&client, "inbox").await;
            assert_eq!(inbox.id, INBOX);
            push_what_is_made_now(&client, &root).await;
            let mut poller = Poller::objects(&root, INBOX, Filter::new(), client.options());
            poll(&client, &mut poller).await;

            let objects = tools(25);
            let mut add = AddOptions::default().with_max_objects(10);
            add.max_content_length = client.information(&root).await.unwrap().max_content_length;
            let added = client.add(&root, INBOX, &objects, &add).await.unwrap();
            assert!(added.is_complete(), "{url}: {:?}", added.outcomes);
            assert_eq!((added.outcomes.len(), added.parts.len()), (25, 3), "{url}");
            let status = added.parts[0].status.as_ref().unwrap();
            assert_eq!(client.status(&root, &status.id).await.unwrap().status, StatusWord::Complete, "{url}");

            // What was added since the checkpoint comes, and nothing else.
            let mut poller = poller_again(&poller, &root, &client);
            let news = poll(&client, &mut poller).await;
            let mut expected: Vec<_> = objects.iter().map(|object| object.id().to_string()).collect();
            expected.sort();
            assert_eq!(ids(&news), expected, "{url}");

            // To send them again is no error for one who looks.
            let again = add.with_look_for_failed(true);
            let added = client.add(&root, INBOX, &objects[..2], &again).await.unwrap();
            assert!(added.is_complete(), "{url}: {:?}", added.outcomes);

            for id in &expected {
                client.delete(&root, INBOX, id, &Filter::new()).await.unwrap();
            }
            let left = ids(&client.objects(&root, INBOX, Filter::new()).collect().await.unwrap());
            assert!(expected.iter().all(|id| !left.contains(id)), "{url}");
        }
    });
}

/// All that is new.
async fn poll(client: &Client<HttpTransport>, poller: &mut Poller) -> Vec<Page> {
    let mut pages = Vec::new();
    while let Some(polled) = client.poll(poller).await.unwrap() {
        pages.push(polled.page);
        poller.acknowledge(polled.ticket);
    }
    pages
}

fn poller_again(poller: &Poller, root: &RootUrl, client: &Client<HttpTransport>) -> Poller {
    let again = Poller::objects(root, INBOX, Filter::new(), client.options());
    again.resume(poller.checkpoint().unwrap().clone()).unwrap()
}

/// Objects whose times come from the clock, made in every way that there is.
fn made_now() -> Vec<Object> {
    let now: DateTime<Utc> = SystemTime::now().into();
    let tool = Tool::new(now, "VNC");
    let mut until = Indicator::new(Timestamp::now(), "[file:size = 5]", PatternType::Stix, Timestamp::now());
    until.valid_until = Some((now + chrono::TimeDelta::days(30)).into());
    let file = Identifier::random(Kind::File);
    let report = Report::new(now, "The year", now, [tool.common.id.clone()]);
    let mut observed = ObservedData::new(now, now, now, 1, [file]);
    observed.common.labels = vec!["seen".into()];
    vec![
        #[cfg(feature = "rows")]
        of_a_feed(now),
        tool.new_version(now).unwrap().into(),
        Tool::new(now, "VNC").revoke(now).unwrap().into(),
        Identity::new(now, "Example CERT").into(),
        Malware::new(Timestamp::now(), "Poison Ivy", true).into(),
        until.into(),
        report.into(),
        observed.into(),
        Custom::new(now, "x-sensor").into(),
    ]
}

#[cfg(feature = "rows")]
fn of_a_feed(now: DateTime<Utc>) -> Object {
    let entry = stixkit::feed::Entry::detect("http://login.example.org/").unwrap();
    let mut indicator = entry.to_indicator("live", now).unwrap();
    // A server may have the one that follows from the value already, from another run.
    indicator.common.id = Identifier::random(Kind::Indicator);
    indicator.into()
}

/// The timestamps of an object as they are written. Of other properties, servers add and change some.
fn times(object: &Object) -> BTreeMap<String, String> {
    let serde_json::Value::Object(members) = serde_json::to_value(object).unwrap() else { panic!("it is an object") };
    let texts = members.into_iter().filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())));
    texts.filter(|(_, text)| Timestamp::parse(text).is_ok()).collect()
}

/// A server that reads times with six digits at most refuses an object with more, or fails at every
/// request once it accepted one.
async fn push_what_is_made_now(client: &Client<HttpTransport>, root: &RootUrl) {
    let objects = made_now();
    let added = client.add(root, INBOX, &objects, &AddOptions::default()).await.unwrap();
    assert!(added.is_complete(), "{root:?}: {:?}", added.outcomes);
    for object in &objects {
        let id = object.id().to_string();
        let filter = Filter::new().with_ids([id.as_str()]);
        let pages = client.objects(root, INBOX, filter).collect().await.unwrap();
        let found: Vec<_> = pages.iter().flat_map(|page| &page.objects).map(|object| &object.item).collect();
        let [Item::Object(accepted)] = found[..] else { panic!("{root:?}: {found:?}") };
        assert_eq!(times(&accepted.object), times(object), "{root:?}");
        assert!(times(object).values().all(|time| time.ends_with('Z') && time.len() == 24));
        client.delete(root, INBOX, &id, &Filter::new()).await.unwrap();
    }
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn objects_are_added_in_taxii_20() {
    live(async |_| {
        let client = admin(MEDALLION20, options(100));
        let (root, inbox) = find(&client, "inbox").await;
        let mut poller = Poller::objects(&root, INBOX, Filter::new(), client.options());
        poll(&client, &mut poller).await;
        let mut objects = tools(3);
        for object in &mut objects {
            // Tools have labels in STIX 2.0.
            object.common_mut().labels = vec!["remote-access".into()];
            object.common_mut().spec_version = None;
        }
        let added = client.add(&root, &inbox.id, &objects, &AddOptions::default()).await.unwrap();
        assert!(added.is_complete(), "{:?}", added.outcomes);
        let mut poller = poller_again(&poller, &root, &client);
        let there = ids(&poll(&client, &mut poller).await);
        let mut expected: Vec<_> = objects.iter().map(|object| object.id().to_string()).collect();
        expected.sort();
        assert_eq!(there, expected);
        assert!(poll(&client, &mut poller).await.is_empty(), "nothing changed");
        let error = client.delete(&root, &inbox.id, &there[0], &Filter::new()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    });
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn what_may_not_be_written_is_refused() {
    live(async |_| {
        let client = admin(MEDALLION, options(100));
        let (root, _) = find(&client, READ_ONLY).await;
        let added = client.add(&root, READ_ONLY, &tools(1), &AddOptions::default()).await.unwrap();
        assert_eq!(added.parts[0].error.as_ref().unwrap().kind(), ErrorKind::Forbidden);
        let error = client.delete(&root, READ_ONLY, "tool--x", &Filter::new()).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound), "{error}");
    });
}
