//! The client against real servers, which `tests/servers/serve.sh` starts.
//!
//! Every test is ignored unless it is asked for. With the servers:
//!
//! ```text
//! tests/servers/serve.sh run cargo test --all-features --test it live:: -- --ignored
//! ```
//!
//! The script sets `STIXKIT_TAXII` to the folder that the servers work in. Without it, the tests fail.

mod manners;
mod tls;
mod walks;
mod writing;

use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use stixkit::reader::Item;
use stixkit::taxii::{
    Client, Collection, Credentials, Filter, HttpOptions, HttpTransport, Options, Origin, Page, Proxy, RootUrl, Tls,
};
use uuid::Uuid;

const MEDALLION: &str = "http://127.0.0.1:5021/taxii2/";
const MEDALLION_BRIEF: &str = "http://127.0.0.1:5022/taxii2/";
const MEDALLION20: &str = "http://127.0.0.1:5020/taxii/";
const OPENTAXII: &str = "http://127.0.0.1:5030/taxii2/";
const TLS: &str = "https://127.0.0.1:5443/taxii2/";

const BIG: &str = "11111111-1111-4111-8111-111111111111";
const MIXED: &str = "22222222-2222-4222-8222-222222222222";
const WRITE_ONLY: &str = "33333333-3333-4333-8333-333333333333";
const INBOX: &str = "44444444-4444-4444-8444-444444444444";
const READ_ONLY: &str = "55555555-5555-4555-8555-555555555555";
const EMPTY: &str = "66666666-6666-4666-8666-666666666666";

/// Runs a test with the folder that the servers work in. It may take no more than two minutes.
fn live<F: Future<Output = ()>>(test: impl FnOnce(PathBuf) -> F) {
    let folder = std::env::var_os("STIXKIT_TAXII").map(PathBuf::from);
    let folder = folder.expect("STIXKIT_TAXII names the folder of the servers; see tests/servers/serve.sh");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let outcome = runtime.block_on(async { tokio::time::timeout(Duration::from_secs(120), test(folder)).await });
    outcome.expect("a test takes no more than two minutes");
}

/// Options for servers of this machine.
fn options(limit: u32) -> Options {
    let local = |port: u16| format!("http://127.0.0.1:{port}").parse::<Origin>().unwrap();
    Options::default().with_limit(limit).with_allow_http([5020, 5021, 5022, 5030, 5050].map(local))
}

fn transport(tls: Tls) -> HttpTransport {
    HttpTransport::new(HttpOptions::default().with_proxy(Proxy::none()).with_tls(tls)).unwrap()
}

fn anonymous(url: &str, options: Options) -> Client<HttpTransport> {
    Client::new(transport(Tls::default()), url, options).unwrap().with_timer(tokio::time::sleep)
}

fn admin(url: &str, options: Options) -> Client<HttpTransport> {
    anonymous(url, options).with_credentials(Credentials::basic("admin", "Password0"))
}

/// The first API root of a server, and a collection of it by id, alias or title.
async fn find(client: &Client<HttpTransport>, name: &str) -> (RootUrl, Collection) {
    let root = client.roots().await.unwrap().remove(0);
    let collection = client.find_collection(&root, name).await.unwrap();
    (root, collection)
}

/// The identifiers of the indicators in "big", in order.
fn seeded(count: usize) -> Vec<String> {
    let id = |n| format!("indicator--{}", Uuid::new_v5(&Uuid::NAMESPACE_DNS, format!("ind-{n}").as_bytes()));
    let mut ids: Vec<_> = (0..count).map(id).collect();
    ids.sort();
    ids
}

/// The identifiers of all objects and records of pages, doubles included, in order.
fn ids(pages: &[Page]) -> Vec<String> {
    let mut ids = Vec::new();
    for page in pages {
        ids.extend(page.records.iter().map(|record| record.id.clone()));
        for object in &page.objects {
            let Item::Object(accepted) = &object.item else { panic!("{:?}", object.item) };
            ids.push(accepted.object.id().to_string());
        }
    }
    ids.sort();
    ids
}

async fn objects(client: &Client<HttpTransport>, filter: Filter) -> Vec<String> {
    let (root, big) = find(client, "big").await;
    ids(&client.objects(&root, &big.id, filter).collect().await.unwrap())
}

async fn manifest(client: &Client<HttpTransport>, filter: Filter) -> Vec<String> {
    let (root, big) = find(client, "big").await;
    ids(&client.manifest(&root, &big.id, filter).collect().await.unwrap())
}
