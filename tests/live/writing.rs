//! Adding and deleting.

use stixkit::object::Tool;
use stixkit::taxii::{AddOptions, Client, ErrorKind, Filter, HttpTransport, Page, Poller, RootUrl, StatusWord};
use stixkit::{Object, Timestamp};

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
