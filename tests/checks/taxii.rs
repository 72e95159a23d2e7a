use http::header::{HeaderName, HeaderValue};
use http::{Response, StatusCode};
use stixkit::reader::Item;
use stixkit::taxii::{
    Answer, ErrorMessage, Filter, Operation, Options, Page, Part, Poller, Request, RootUrl, Version, Walk,
};

/// As many answers as a walk may take that is told the same again and again.
const MAX_ANSWERS: usize = 64;

/// An answer as text: the status, headers on lines of their own, an empty line, the body. Whatever it is, it is read or
/// refused, and a server that says the same for ever comes to an end.
pub(crate) fn taxii_page(data: &[u8]) {
    let Some(response) = response(data) else { return };
    let options = Options::default().with_limit(3);
    for version in [Version::V21, Version::V20] {
        let Ok(root) = RootUrl::new("https://taxii.example/api1/", version, &options) else { return };
        let part = Part::First { limit: 3 };
        let requests = [
            root.objects("c", &Filter::new(), &part),
            root.manifest("c", &Filter::new(), &part),
            root.versions("c", "x-a--1", &Filter::new(), &part),
            root.collections(),
            root.add("c", Vec::new()),
            root.delete("c", "x-a--1", &Filter::new()),
        ];
        requests.into_iter().flatten().for_each(|request| one(&request, &response, &options));
        let walks = [
            Walk::objects(&root, "c", Filter::new(), &options),
            Walk::manifest(&root, "c", Filter::new(), &options),
            Walk::versions(&root, "c", "x-a--1", Filter::new(), &options),
        ];
        walks.into_iter().for_each(|walk| again_and_again(walk, &response));
        poll_twice(&root, &response, &options);
    }
    _ = ErrorMessage::from_slice(response.body()).map(|message| message.to_string());
}

fn response(data: &[u8]) -> Option<Response<Vec<u8>>> {
    let split = data.windows(2).position(|two| two == b"\n\n")?;
    let (head, body) = (&data[..split], &data[split + 2..]);
    let mut lines = head.split(|byte| *byte == b'\n');
    let status = StatusCode::from_bytes(lines.next()?).ok()?;
    let mut response = Response::new(body.to_vec());
    *response.status_mut() = status;
    for line in lines {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = (line[..colon].trim_ascii(), line[colon + 1..].trim_ascii());
        response.headers_mut().append(HeaderName::from_bytes(name).ok()?, HeaderValue::from_bytes(value).ok()?);
    }
    Some(response)
}

/// Everything that an answer can be taken for.
fn one(request: &Request, response: &Response<Vec<u8>>, options: &Options) {
    let answer = match Answer::read(request, response.clone(), options) {
        Ok(answer) => answer,
        Err(error) => {
            assert_eq!(error.status(), Some(response.status()));
            assert!(!error.to_string().is_empty() && error.snippet().chars().count() <= 300);
            return;
        }
    };
    _ = (answer.discovery(), answer.api_root(), answer.collections(), answer.collection());
    _ = (answer.added(), answer.versions(), answer.version());
    let is_objects = request.operation() == Operation::Objects;
    let Ok(page) = answer.page() else { return };
    assert!(page.rejected() as u64 <= (page.len() + page.rejected_records.len()) as u64 + page.more_rejected);
    assert!(is_objects || page.objects.is_empty() || request.operation() != Operation::Manifest);
    look_at(&page);
}

/// The text of an object reads as that object.
fn look_at(page: &Page) {
    for object in &page.objects {
        let raw = page.raw(object);
        if let Item::Object(accepted) = &object.item {
            let again: stixkit::Object =
                serde_json::from_slice(raw).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(raw)));
            assert_eq!(again, accepted.object);
        }
    }
}

/// A server that says one thing brings all of it at once, and then nothing.
fn again_and_again(mut walk: Walk, response: &Response<Vec<u8>>) {
    let (mut answers, mut objects) = (0, 0);
    while let Ok(Some(request)) = walk.request() {
        answers += 1;
        assert!(answers <= MAX_ANSWERS, "{request:?}");
        match walk.receive(response.clone()) {
            Ok(page) => {
                objects += page.map_or(0, |page| (page.len() + page.rejected_records.len()) as u64 + page.more_rejected)
            }
            Err(_) => break,
        }
    }
    assert_eq!(walk.progress().objects, objects);
}

/// What was acknowledged is not said again, in whatever words the checkpoint was kept.
fn poll_twice(root: &RootUrl, response: &Response<Vec<u8>>, options: &Options) {
    let mut poller = Poller::objects(root, "c", Filter::new(), options);
    for _ in 0..2 {
        for _ in 0..MAX_ANSWERS {
            let Ok(Some(_)) = poller.request() else { break };
            match poller.receive(response.clone()) {
                Ok(Some(polled)) => poller.acknowledge(polled.ticket),
                Ok(None) => {}
                Err(_) => return,
            }
        }
        poller.finish();
        let Some(kept) = poller.checkpoint() else { return };
        let text = serde_json::to_string(kept).expect("a checkpoint can be written");
        let again = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(*kept, again, "{text}");
        poller = Poller::objects(root, "c", Filter::new(), options).resume(again).expect("it is of the same");
    }
}
