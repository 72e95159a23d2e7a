use http::{HeaderValue, Response};
use stixkit::taxii::{Checkpoint, ErrorKind, Filter, Options, Poller, RootUrl, Version};

/// Any text as a kept checkpoint: it is refused, or it is written as it means, and a poll goes on from it.
pub(crate) fn checkpoint(data: &[u8]) {
    let Ok(kept) = serde_json::from_slice::<Checkpoint>(data) else { return };
    // What has no meaning, such as a limit without a page to ask for, is not written.
    let kept = again(&kept);
    assert_eq!(again(&kept), kept);
    assert!(!format!("{kept:?}").is_empty());
    let options = Options::default().with_limit(3);
    for version in [Version::V21, Version::V20] {
        let Ok(root) = RootUrl::new(kept.root(), version, &options) else { return };
        for new in [Poller::objects, Poller::manifest] {
            let poller = new(&root, kept.collection(), Filter::new(), &options);
            match poller.resume(kept.clone()) {
                Ok(poller) => poll(poller, &kept),
                Err(error) => assert_eq!(error.kind(), ErrorKind::Checkpoint),
            }
        }
    }
}

fn again(checkpoint: &Checkpoint) -> Checkpoint {
    let text = serde_json::to_string(checkpoint).expect("a checkpoint can be written");
    let again: Checkpoint = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(serde_json::to_string(&again).expect("a checkpoint can be written"), text);
    again
}

/// Polls a server that has one object.
fn poll(mut poller: Poller, kept: &Checkpoint) {
    assert_eq!(poller.checkpoint(), Some(kept));
    for _ in 0..64 {
        let Ok(Some(_)) = poller.request() else { break };
        match poller.receive(answer()) {
            Ok(Some(polled)) => poller.acknowledge(polled.ticket),
            Ok(None) => {}
            Err(_) => return,
        }
        let checkpoint = poller.checkpoint().expect("there was one");
        assert_eq!(again(checkpoint), *checkpoint);
    }
    assert!(!matches!(poller.request(), Ok(Some(_))), "it asks the same server for ever");
}

fn answer() -> Response<Vec<u8>> {
    let object = r#"{"objects":[{"type":"x-a","id":"x-a--1","date_added":"2024-05-01T00:00:00Z","version":"2024-05-01T00:00:00Z"}]}"#;
    let mut response = Response::new(object.as_bytes().to_vec());
    for (name, value) in [
        ("content-type", "application/taxii+json;version=2.1"),
        ("x-taxii-date-added-first", "2024-05-01T00:00:00.000Z"),
        ("x-taxii-date-added-last", "2024-05-01T00:00:00.000Z"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
