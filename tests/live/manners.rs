//! What real servers do only when they stand on certain frameworks, or behind certain others.

use stixkit::taxii::{Client, Credentials, Filter, Poller, RootUrl, Tls, Version};

use super::{BIG, admin, find, ids, live, manifest, objects, options, seeded, transport};

const FASTAPI: &str = "http://127.0.0.1:5050/taxii2/";

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn fastapi_with_a_maximum_of_100_gives_500_and_500() {
    live(async |_| {
        for limit in [500, 101, 100, 30] {
            let client = admin(FASTAPI, options(limit));
            assert_eq!(objects(&client, Filter::new()).await, seeded(500), "limit {limit}");
            assert_eq!(manifest(&client, Filter::new()).await, seeded(500), "limit {limit}");
        }
        let client = admin(FASTAPI, options(500));
        let (root, big) = find(&client, "big").await;
        let mut poller = Poller::objects(&root, &big.id, Filter::new(), client.options());
        for expected in [500, 0] {
            let mut count = 0;
            while let Some(polled) = client.poll(&mut poller).await.unwrap() {
                count += polled.page.len();
                poller.acknowledge(polled.ticket);
            }
            assert_eq!(count, expected);
            assert!(poller.checkpoint().unwrap().is_complete());
        }
    });
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn a_cursor_known_to_one_of_two_backends_gives_500() {
    live(async |folder| {
        let issuer = std::fs::read(folder.join("tls").join("ca.pem")).unwrap();
        let tls = Tls::default().with_only_roots(&issuer).unwrap();
        let root = RootUrl::new("https://127.0.0.1:5447/root1/", Version::V21, &options(100)).unwrap();
        // Few pages, as each restart takes medallion a second or more.
        let client = Client::new(transport(tls), "https://127.0.0.1:5447/", options(100)).unwrap();
        let client = client.with_timer(tokio::time::sleep).with_credentials(Credentials::basic("admin", "Password0"));
        let mut pages = client.objects(&root, BIG, Filter::new());
        let mut all = Vec::new();
        while let Some(page) = pages.next_page().await.unwrap() {
            all.push(page);
        }
        assert_eq!(ids(&all), seeded(500));
        assert!(pages.walk().progress().restarts > 0, "each cursor was known to both");
    });
}
