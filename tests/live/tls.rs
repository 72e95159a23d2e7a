//! What stands in front of servers: TLS, compression, rates, redirects.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use stixkit::taxii::{
    Client, ClientIdentity, Credentials, ErrorKind, Event, Filter, HttpTransport, Options, Origin, Redirects, RootUrl,
    Tls, Version,
};

use super::{BIG, TLS, ids, live, options, seeded, transport};

fn read(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join("tls").join(name)).unwrap()
}

/// TLS that trusts the issuer of the servers alone.
fn trusted(folder: &Path) -> Tls {
    Tls::default().with_only_roots(&read(folder, "ca.pem")).unwrap()
}

fn admin(url: &str, tls: Tls, options: Options) -> Client<HttpTransport> {
    let client = Client::new(transport(tls), url, options).unwrap().with_timer(tokio::time::sleep);
    client.with_credentials(Credentials::basic("admin", "Password0"))
}

/// The API root behind a port. Discovery names the one without TLS.
fn root(port: u16) -> RootUrl {
    RootUrl::new(&format!("https://127.0.0.1:{port}/root1/"), Version::V21, &Options::default()).unwrap()
}

/// What the servers with TLS heard: port, status, request, coding, authorization and key. A line comes a moment after the
/// answer, so this waits for one that has to be there.
async fn heard(folder: &Path, start: &str, path: &str) -> String {
    for _ in 0..50 {
        let log = std::fs::read_to_string(folder.join("access.log")).unwrap();
        if log.lines().any(|line| line.starts_with(start) && line.contains(path)) {
            return log;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no line {start} with {path}");
}

async fn big(client: &Client<HttpTransport>, port: u16) -> Vec<String> {
    ids(&client.objects(&root(port), BIG, Filter::new()).collect().await.unwrap())
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn an_issuer_of_its_own_and_gzip() {
    live(async |folder| {
        let client = admin(TLS, trusted(&folder), options(500));
        assert_eq!(big(&client, 5443).await, seeded(500));
        let log = heard(&folder, "5443 200", "/objects/").await;
        let pages =
            log.lines().filter(|line| line.starts_with("5443 200 /root1/collections/") && line.contains("/objects/"));
        assert!(pages.clone().count() > 0);
        assert!(pages.clone().all(|line| line.contains(r#"encoding="gzip""#)), "{log}");

        let stranger = admin(TLS, Tls::default(), options(500));
        assert_eq!(stranger.discover().await.unwrap_err().kind(), ErrorKind::Tls);
    });
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn api_roots_that_the_server_thinks_are_elsewhere_are_refused_or_rebased() {
    live(async |folder| {
        // Behind the proxy the server calls itself `http://127.0.0.1:5021`.
        let client = admin(TLS, trusted(&folder), options(500).with_allow_http([]));
        let found = client.discover().await.unwrap();
        assert_eq!((found.roots.len(), found.refused.len()), (0, 2));
        let options = options(500).with_allow_http([]).with_rebase_roots(true);
        let found = admin(TLS, trusted(&folder), options).discover().await.unwrap();
        assert_eq!(found.roots[0], root(5443));
    });
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn a_clients_certificate_from_pem() {
    live(async |folder| {
        let pem = [read(&folder, "client.pem"), read(&folder, "client.key")].concat();
        let tls = trusted(&folder).with_identity(ClientIdentity::from_pem(&pem).unwrap());
        let client = admin("https://127.0.0.1:5444/taxii2/", tls, options(500));
        assert_eq!(big(&client, 5444).await, seeded(500));

        let nobody = admin("https://127.0.0.1:5444/taxii2/", trusted(&folder), options(500));
        let error = nobody.information(&root(5444)).await.unwrap_err();
        // nginx speaks TLS with everybody, and then says 400.
        assert_eq!(error.status().unwrap().as_u16(), 400);
        assert!(error.snippet().contains("certificate"), "{error}");
    });
}

#[cfg(feature = "pkcs12")]
#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn a_clients_certificate_from_pkcs12() {
    live(async |folder| {
        let identity = ClientIdentity::from_pkcs12(&read(&folder, "client.p12"), "test").unwrap();
        let client = admin("https://127.0.0.1:5444/taxii2/", trusted(&folder).with_identity(identity), options(500));
        assert_eq!(big(&client, 5444).await, seeded(500));
    });
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn retry_after_is_kept() {
    live(async |folder| {
        let refused = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&refused);
        let client =
            admin("https://127.0.0.1:5446/taxii2/", trusted(&folder), options(100)).with_observer(move |event| {
                if let Event::Exchange(exchange) = event
                    && exchange.status.is_some_and(|status| status.as_u16() == 429)
                {
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        // Two requests a second are allowed, and the walk takes five at once.
        assert_eq!(big(&client, 5446).await, seeded(500));
        assert!(refused.load(Ordering::Relaxed) > 0, "the server never said 429");
    });
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn no_credentials_go_to_another_origin() {
    live(async |folder| {
        let client = |options| {
            let client = admin("https://127.0.0.1:5445/taxii2/", trusted(&folder), options);
            client
                .with_credentials(Credentials::bearer("stray-bearer"))
                .with_credentials(Credentials::header("X-Api-Key", "stray-key"))
        };
        let error = client(options(10)).information(&root(5445)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirect);
        assert_eq!(error.detail(), "to https://127.0.0.1:5443");

        let other: Origin = "https://127.0.0.1:5443".parse().unwrap();
        let options = options(10).with_redirects(Redirects::default().with_allow([other]));
        let path = "/root1/collections/stray/";
        let error = client(options).collection(&root(5445), "stray").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthorized, "the other origin gets nothing to know us by");
        let log = heard(&folder, "5443 401", path).await;
        let line =
            |start: &str| log.lines().find(|line| line.starts_with(start) && line.contains(path)).unwrap().to_owned();
        assert!(line("5445 302").contains("stray-key"), "{log}");
        assert!(line("5443 401").ends_with(r#"authorization="-" key="-""#), "{log}");
        // Nor is there any other line of another origin that a stray secret got into.
        assert!(log.lines().filter(|line| !line.starts_with("5445")).all(|line| !line.contains("stray-")), "{log}");
    });
}

#[test]
#[ignore = "needs the servers of tests/servers/serve.sh"]
fn no_redirect_leads_from_https_to_http() {
    live(async |folder| {
        let http: Origin = "http://127.0.0.1:5021".parse().unwrap();
        let options = options(10).with_allow_http([]).with_redirects(Redirects::default().with_allow([http]));
        let client = admin("https://127.0.0.1:5443/to-http/", trusted(&folder), options);
        let error = client.root("https://127.0.0.1:5443/to-http/").await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Url | ErrorKind::Redirect), "{error}");
    });
}
