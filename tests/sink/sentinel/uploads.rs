//! Bodies of the upload API, and its answers.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::{Value, json};
use stixkit::Object;
use stixkit::row::SplitMode;
use stixkit::sink::sentinel::upload::{self, Answer, Batches, Body};

use crate::golden;
use crate::row::FROM;

fn object(number: usize) -> Object {
    serde_json::from_value(json!({
        "type": "identity", "spec_version": "2.1", "id": format!("identity--00000000-0000-4000-8000-{number:012}"),
        "created": FROM, "modified": FROM, "name": format!("identity {number}"),
    }))
    .unwrap()
}

fn body(count: usize) -> Body<Object> {
    Batches::new("feed", (0..count).map(object)).next().unwrap()
}

fn ids(body: &Body<Object>) -> Vec<String> {
    body.ids().map(ToString::to_string).collect()
}

/// What the service does, as documented: at most so many requests, then 429; objects whose names it
/// dislikes are errors.
struct Service {
    requests_left: u32,
    received: Vec<String>,
    refused: HashSet<usize>,
}

impl Service {
    fn post(&mut self, body: &str) -> (u16, String) {
        if self.requests_left == 0 {
            self.requests_left = 2;
            let text = "Rate limit is exceeded. Try again in 7 seconds.";
            return (429, json!({"statusCode": 429, "message": text}).to_string());
        }
        self.requests_left -= 1;
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["sourcesystem"], "feed");
        let objects = body["stixobjects"].as_array().unwrap();
        assert!(objects.len() <= 100);
        let mut errors = Vec::new();
        for (index, object) in objects.iter().enumerate() {
            let number: usize = object["name"].as_str().unwrap().rsplit_once(' ').unwrap().1.parse().unwrap();
            if self.refused.contains(&number) {
                errors.push(json!({"recordIndex": index, "errorMessages": ["Error for Property=name: no."]}));
            } else {
                self.received.push(object["id"].as_str().unwrap().to_owned());
            }
        }
        (200, if errors.is_empty() { String::new() } else { json!({"errors": errors}).to_string() })
    }
}

/// Section 4, pitfalls 1 and 2 of the upload API's clients: after a 429 the next batch was cut, and
/// a 200 with errors ended the run.
#[test]
fn nothing_is_lost_and_nothing_is_sent_twice() {
    let refused = [3, 100, 150, 351];
    let mut service = Service { requests_left: 1, received: Vec::new(), refused: refused.into() };
    let (mut accepted, mut failed, mut waits) = (Vec::new(), Vec::new(), 0);
    for body in Batches::new("feed", (0..352).map(object)) {
        let json = serde_json::to_string(&body).unwrap();
        loop {
            let (status, text) = service.post(&json);
            let answer = Answer::parse(status, &text, &body);
            accepted.extend(answer.accepted(&body).into_iter().map(ToString::to_string));
            match answer {
                Answer::Accepted => break,
                Answer::Partial(errors) => {
                    failed.extend(errors.into_iter().map(|error| error.id.unwrap()));
                    break;
                }
                Answer::RateLimited { wait } => {
                    assert_eq!(wait, Duration::from_secs(7));
                    waits += 1;
                }
                answer => panic!("{answer:?}"),
            }
        }
    }
    assert_eq!(waits, 2);
    assert_eq!(accepted, service.received);
    let all: Vec<_> =
        (0..352).filter(|number| !refused.contains(number)).map(|number| object(number).id().to_string()).collect();
    assert_eq!(accepted, all);
    assert_eq!(failed, refused.map(|number| object(number).id().clone()));
}

/// Pitfall 3: the wait is somewhere in a sentence.
#[test]
fn the_wait_is_the_first_number_of_the_message() {
    let body = body(1);
    let wait = |text: &str| match Answer::parse(429, text, &body) {
        Answer::RateLimited { wait } => wait.as_secs(),
        answer => panic!("{answer:?}"),
    };
    let said = |message: &str| wait(&json!({"statusCode": 429, "message": message}).to_string());
    assert_eq!(said("Rate limit is exceeded. Try again in 26 seconds."), 26);
    assert_eq!(said("Wait 26s, then try 3 times."), 26);
    assert_eq!(wait(r#"{"error": {"code": "429", "message": "again in 5"}}"#), 5);
    assert_eq!(wait("429 Too Many Requests: retry in 9"), 9);
    for text in ["", "429", "null", "[]", r#"{"statusCode": 429}"#, r#"{"message": "soon"}"#, r#"{"message": 5}"#] {
        assert_eq!(wait(text), upload::DEFAULT_WAIT.as_secs(), "{text}");
    }
    assert_eq!(said("in some seconds"), upload::DEFAULT_WAIT.as_secs());
    assert_eq!(said("in 0 seconds"), 1);
    assert_eq!(said("in 86400 seconds"), upload::MAX_WAIT.as_secs());
    assert_eq!(said("in 99999999999999999999999 seconds"), upload::MAX_WAIT.as_secs());
}

/// Pitfall 5: batches are of objects, whatever their types, and places lead back to identifiers.
#[test]
fn batches_count_objects_and_know_their_ids() {
    let batches: Vec<_> = Batches::new("feed", (0..250).map(object)).collect();
    let sizes: Vec<_> = batches.iter().map(|body| body.objects().len()).collect();
    assert_eq!(sizes, [100, 100, 50]);
    let text = r#"{"errors": [{"recordIndex": 0, "errorMessages": ["a"]}, {"recordIndex": 99, "errorMessages": []}]}"#;
    let Answer::Partial(errors) = Answer::parse(200, text, &batches[1]) else { panic!("some failed") };
    let failed: Vec<_> = errors.iter().map(|error| error.id.clone().unwrap()).collect();
    assert_eq!(failed, [object(100).id().clone(), object(199).id().clone()]);
    let all: Vec<_> = batches.iter().flat_map(ids).collect();
    assert_eq!(all, (0..250).map(|number| object(number).id().to_string()).collect::<Vec<_>>());
    for (size, first) in [(0, 1), (7, 7), (1000, 100)] {
        let first_body = Batches::new("feed", (0..250).map(object)).with_max_objects(size).next().unwrap();
        assert_eq!(first_body.objects().len(), first);
    }
    assert_eq!(Batches::new("feed", std::iter::empty::<Object>()).count(), 0);
}

/// azure-docs 120234: the documentation once had another name for the array.
#[test]
fn a_body_is_the_array_under_its_name() {
    let body = body(2);
    let json = serde_json::to_value(&body).unwrap();
    let objects = [object(0), object(1)].map(|object| serde_json::to_value(object).unwrap());
    assert_eq!(json, json!({"sourcesystem": "feed", "stixobjects": objects}));
}

#[test]
fn objects_are_sent_whole() {
    let (bundle, _) = golden::feed(SplitMode::Split);
    let all = Batches::new("golden", bundle.objects()).with_all_types(true);
    let sent: Vec<Value> =
        all.flat_map(|body| serde_json::to_value(&body).unwrap()["stixobjects"].as_array().unwrap().clone()).collect();
    let feed: Value = serde_json::from_str(include_str!("../../fixtures/golden/feed.json")).unwrap();
    assert_eq!(json!(sent), feed["objects"]);
}

#[test]
fn unsupported_types_are_left_out_and_counted() {
    let (bundle, _) = golden::feed(SplitMode::Split);
    let mut batches = Batches::new("golden", bundle.objects());
    let kinds: HashSet<_> = batches.by_ref().flat_map(|body| body.objects().to_vec()).map(Object::kind).collect();
    assert!(kinds.iter().all(|kind| upload::SUPPORTED.contains(&kind.unwrap())));
    assert_eq!((kinds.len(), batches.left_out()), (4, 2));
}

#[test]
fn answers_say_what_to_do() {
    let body = body(3);
    let parse = |status, text: &str| Answer::parse(status, text, &body);
    for text in ["", " \n", "{}", "null", r#"{"errors": null}"#, r#"{"errors": []}"#] {
        assert_eq!(parse(200, text), Answer::Accepted, "{text}");
    }
    // It was not the service that said so.
    for text in ["<html>Sign in</html>", "\"ok\"", "{"] {
        assert!(matches!(parse(200, text), Answer::Unavailable { status: 200, .. }), "{text}");
    }
    for status in [408, 500, 503] {
        let answer = parse(status, r#"{"message": "later"}"#);
        assert_eq!(answer, Answer::Unavailable { status, message: "later".into() });
        assert!(answer.accepted(&body).is_empty());
    }
    for status in [400, 401, 403, 404, 413] {
        let text = r#"{"error": {"message": "no"}, "errors": [{"recordIndex": 2, "errorMessages": ["x"]}]}"#;
        let Answer::Refused { status: own, message, errors } = parse(status, text) else { panic!("{status}") };
        assert_eq!((own, &*message, errors.len()), (status, "no", 1));
        assert_eq!(errors[0].id.as_ref(), Some(object(2).id()));
    }
}

#[test]
fn errors_of_odd_forms_are_read() {
    let body = body(3);
    let errors = |text: &str| match Answer::parse(200, text, &body) {
        Answer::Partial(errors) => errors,
        answer => panic!("{answer:?}"),
    };
    let shown = |text: &str| errors(text).iter().map(ToString::to_string).collect::<Vec<_>>();
    let id = object(1).id().to_string();
    assert_eq!(shown(r#"{"errors": [{"recordIndex": 1, "errorMessages": ["a.", "b."]}]}"#), [format!("{id}: a. b.")]);
    assert_eq!(shown(r#"{"errors": [{"recordIndex": "1", "errorMessages": "a"}]}"#), [format!("{id}: a")]);
    assert_eq!(shown(r#"{"errors": [{"recordIndex": 3, "errorMessages": ["a"]}]}"#), ["record 3: a"]);
    assert_eq!(shown(r#"{"errors": [{"recordIndex": -1, "errorMessages": ["a"]}]}"#), ["a"]);
    assert_eq!(shown(r#"{"errors": ["all wrong"]}"#), ["all wrong"]);
    assert_eq!(shown(r#"{"errors": {"recordIndex": 1, "errorMessages": [{"x": 1}]}}"#), [format!("{id}: {{\"x\":1}}")]);
    let long = json!({"errors": [{"recordIndex": 0, "errorMessages": ["ü".repeat(5000)]}]}).to_string();
    assert_eq!(errors(&long)[0].messages[0].chars().count(), 1000);
    // All others are accepted.
    let answer = Answer::parse(200, r#"{"errors": [{"recordIndex": 1}, {"recordIndex": 9}]}"#, &body);
    assert_eq!(answer.accepted(&body), [object(0).id(), object(2).id()]);
}

#[test]
fn addresses_are_escaped() {
    assert!(upload::url("a/b?c").contains("/workspaces/a%2Fb%3Fc/threat-intelligence-stix-objects:upload?"));
    assert!(upload::token_url("ü").contains("/%C3%BC/oauth2/"));
}
