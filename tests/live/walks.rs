//! Everything that a server has, once.

use stixkit::Timestamp;
use stixkit::taxii::{Checkpoint, Credentials, ErrorKind, Filter, Poller, Version, VersionFilter};

use super::{
    BIG, EMPTY, MEDALLION, MEDALLION_BRIEF, MEDALLION20, MIXED, OPENTAXII, WRITE_ONLY, admin, anonymous, find, ids,
    live, manifest, objects, options, seeded,
};

fn after_ten_seconds() -> Filter {
    let start: Timestamp = "2024-01-01T00:00:10.000000Z".parse().unwrap();
    Filter::new().with_added_after(start)
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn medallion_gives_500_and_500() {
    live(async |_| {
        for limit in [500, 100, 30] {
            let client = admin(MEDALLION, options(limit));
            assert_eq!(objects(&client, Filter::new()).await, seeded(500), "limit {limit}");
            assert_eq!(manifest(&client, Filter::new()).await, seeded(500), "limit {limit}");
        }
    });
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn medallion_gives_423_after_ten_seconds() {
    live(async |_| {
        let client = admin(MEDALLION, options(100));
        let ids = objects(&client, after_ten_seconds()).await;
        let mut once = ids.clone();
        once.dedup();
        assert_eq!((ids.len(), once.len()), (423, 423));
        assert_eq!(manifest(&client, after_ten_seconds()).await, ids);
    });
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn opentaxii_gives_2500_and_2500() {
    live(async |_| {
        let client = admin(OPENTAXII, options(100));
        assert_eq!(objects(&client, Filter::new()).await, seeded(2500));
        assert_eq!(manifest(&client, Filter::new()).await, seeded(2500));
    });
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn opentaxii_gives_2500_records_where_ties_are_larger_than_a_page() {
    live(async |_| {
        // Seven records share each instant, and its manifest has no `next`.
        assert_eq!(manifest(&admin(OPENTAXII, options(5)), Filter::new()).await, seeded(2500));
    });
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn taxii_20_gives_500_and_500() {
    live(async |_| {
        for limit in [500, 100, 30] {
            let client = admin(MEDALLION20, options(limit));
            assert_eq!(objects(&client, Filter::new()).await, seeded(500), "limit {limit}");
            assert_eq!(manifest(&client, Filter::new()).await, seeded(500), "limit {limit}");
        }
    });
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn the_version_is_found_out() {
    live(async |_| {
        for (url, version) in [(MEDALLION, Version::V21), (OPENTAXII, Version::V21), (MEDALLION20, Version::V20)] {
            let host = url.trim_end_matches("taxii2/").trim_end_matches("taxii/");
            let found = admin(host, options(100)).discover().await.unwrap();
            assert_eq!(found.version, version, "{url}");
            assert_eq!((found.roots.len(), found.refused.len()), (2, 0), "{url}");
        }
    });
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn a_collection_is_found_by_id_alias_and_title() {
    live(async |_| {
        for url in [MEDALLION, OPENTAXII] {
            let client = admin(url, options(100));
            for (name, id) in [(MIXED, MIXED), ("mixed", MIXED), ("big", BIG)] {
                assert_eq!(find(&client, name).await.1.id, id, "{name} of {url}");
            }
            let root = client.roots().await.unwrap().remove(0);
            let error = client.find_collection(&root, "no such name").await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotFound);
        }
        // An alias in a URL is known to one of the two.
        let client = admin(OPENTAXII, options(100));
        let root = client.roots().await.unwrap().remove(0);
        assert_eq!(client.collection(&root, "big").await.unwrap().id, BIG);
    });
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn versions_and_objects_without_a_version() {
    live(async |_| {
        // OpenTAXII's `next` leaves out versions of an object that were added at one instant, so it gets no border there.
        for (url, limit, others) in [(MEDALLION, 2, 4), (OPENTAXII, 100, 4), (MEDALLION20, 2, 3)] {
            let client = admin(url, options(limit));
            let (root, mixed) = find(&client, "mixed").await;
            let last = client.objects(&root, &mixed.id, Filter::new()).collect().await.unwrap();
            assert_eq!(ids(&last).len(), others + 1, "{url}");
            let all = Filter::new().with_versions([VersionFilter::All]);
            let all = ids(&client.objects(&root, &mixed.id, all).collect().await.unwrap());
            assert_eq!(all.len(), others + 3, "{url}");
            let indicator = all.iter().find(|id| id.starts_with("indicator--")).unwrap();
            let filter = Filter::new().with_versions([VersionFilter::All]);
            let pages = client.object(&root, &mixed.id, indicator, filter).collect().await.unwrap();
            assert_eq!(ids(&pages).len(), 3, "{url}");
            let one = client.objects(&root, &mixed.id, Filter::new().with_types(["identity"])).collect().await.unwrap();
            assert_eq!(ids(&one).len(), 1, "{url}");
        }
    });
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn what_is_empty_is_no_error() {
    live(async |_| {
        for url in [MEDALLION, OPENTAXII, MEDALLION20] {
            let client = admin(url, options(10));
            let (root, empty) = find(&client, "empty").await;
            assert_eq!(empty.id, EMPTY);
            assert!(ids(&client.objects(&root, EMPTY, Filter::new()).collect().await.unwrap()).is_empty(), "{url}");
            assert!(ids(&client.manifest(&root, EMPTY, Filter::new()).collect().await.unwrap()).is_empty(), "{url}");
        }
    });
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn without_credentials_the_error_says_so() {
    live(async |_| {
        for url in [MEDALLION, MEDALLION20] {
            let error = anonymous(url, options(10)).discover().await.unwrap_err();
            assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Unauthorized, 401), "{url}");
            assert!(error.challenges()[0].starts_with("Basic"), "{:?}", error.challenges());
        }
        // Discovery is public there, and the server sends no challenge.
        let client = anonymous(OPENTAXII, options(10));
        let root = client.roots().await.unwrap().remove(0);
        let error = client.collections(&root).await.unwrap_err();
        assert_eq!((error.kind(), error.challenges().len()), (ErrorKind::Unauthorized, 0));
    });
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn wrong_credentials_are_refused_and_not_repeated() {
    live(async |_| {
        for (url, is_challenged) in [(MEDALLION, true), (OPENTAXII, false), (MEDALLION20, true)] {
            let host = url.trim_end_matches("taxii2/").trim_end_matches("taxii/");
            let version = if url == MEDALLION20 { Version::V20 } else { Version::V21 };
            let root = admin(url, options(10)).roots().await.unwrap().remove(0);
            for credentials in [Credentials::basic("admin", "stray-secret"), Credentials::bearer("stray-secret")] {
                let options = options(10).with_version(version);
                let client = anonymous(host, options).with_credentials(credentials);
                let error = client.collections(&root).await.unwrap_err();
                assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Unauthorized, 401), "{url}");
                assert_eq!(!error.challenges().is_empty(), is_challenged, "{url}");
                assert!(!format!("{error} {error:?}").contains("stray-secret"), "{url}");
            }
        }
        let key = anonymous(MEDALLION20, options(10)).with_credentials(Credentials::authorization("Token", "123456"));
        assert_eq!(key.discover().await.unwrap().version, Version::V20);
    });
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn what_may_not_be_read_is_refused() {
    live(async |_| {
        let client = admin(MEDALLION, options(10));
        let (root, _) = find(&client, WRITE_ONLY).await;
        let error = client.objects(&root, WRITE_ONLY, Filter::new()).collect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Forbidden);
        let error = client.objects(&root, "no-such-collection", Filter::new()).collect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    });
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn a_cursor_that_the_server_forgot_costs_nothing() {
    live(async |_| {
        let client = admin(MEDALLION_BRIEF, options(100));
        let (root, big) = find(&client, "big").await;
        let mut pages = client.objects(&root, &big.id, Filter::new());
        let mut all = vec![pages.next_page().await.unwrap().unwrap()];
        // The server keeps a cursor for a second, and looks for old ones when it is asked.
        tokio::time::sleep(std::time::Duration::from_millis(2500)).await;
        while let Some(page) = pages.next_page().await.unwrap() {
            all.push(page);
        }
        assert_eq!(ids(&all), seeded(500));
    });
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn a_poll_that_broke_off_goes_on_from_its_checkpoint() {
    live(async |_| {
        for (url, count) in [(MEDALLION, 500), (OPENTAXII, 2500), (MEDALLION20, 500)] {
            let mut kept: Option<String> = None;
            let mut all = Vec::new();
            // Each round takes a few pages and forgets all but the checkpoint of the last page but one.
            for round in 0..100 {
                let client = admin(url, options(70));
                let (root, big) = find(&client, "big").await;
                let mut poller = Poller::objects(&root, &big.id, Filter::new(), client.options());
                if let Some(kept) = &kept {
                    let checkpoint: Checkpoint = serde_json::from_str(kept).unwrap();
                    poller = poller.resume(checkpoint).unwrap();
                }
                let mut is_over = true;
                for page in 0.. {
                    let Some(polled) = client.poll(&mut poller).await.unwrap() else { break };
                    if page == 3 {
                        is_over = false;
                        break;
                    }
                    all.push(polled.page);
                    poller.acknowledge(polled.ticket);
                    kept = Some(serde_json::to_string(poller.checkpoint().unwrap()).unwrap());
                }
                assert!(!kept.as_ref().unwrap().contains("Password0"));
                if is_over {
                    kept = Some(serde_json::to_string(poller.checkpoint().unwrap()).unwrap());
                    assert!(round > 1, "{url}");
                    break;
                }
            }
            assert_eq!(ids(&all), seeded(count), "{url}");

            let client = admin(url, options(70));
            let (root, big) = find(&client, "big").await;
            let again = Poller::objects(&root, &big.id, Filter::new(), client.options());
            let mut again = again.resume(serde_json::from_str(&kept.unwrap()).unwrap()).unwrap();
            while let Some(polled) = client.poll(&mut again).await.unwrap() {
                assert!(polled.page.is_empty(), "{url}: nothing changed");
                again.acknowledge(polled.ticket);
            }
        }
    });
}
