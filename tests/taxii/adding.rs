//! Bringing objects to a server.

use std::time::Duration;

use stixkit::marking::{Audience, Markings};
use stixkit::object::Tool;
use stixkit::taxii::{AddOptions, Added, Error, ErrorKind, Outcome, TransportErrorKind, Version};
use stixkit::{Identifier, Object, Timestamp};

use super::script::{Answer, Script, ok, status};
use super::{block_on, client, root, v20, v21};

fn tools(count: usize) -> Vec<Object> {
    let now: Timestamp = "2024-05-01T10:00:00.000Z".parse().unwrap();
    (0..count).map(|at| Tool::new(now.clone(), format!("tool {at}")).into()).collect()
}

#[track_caller]
fn add(answers: Vec<Answer>, objects: &[Object], options: &AddOptions) -> (Result<Added, Error>, Script) {
    let script = Script::new(answers);
    let added = block_on(client(&script, v21(1)).add(&root(Version::V21), "c", objects, options));
    script.assert_used_up();
    (added, script)
}

fn done() -> Answer {
    status(202, r#"{"id":"s","status":"complete"}"#)
}

#[test]
fn objects_are_split_by_size_and_count() {
    let objects = tools(10);
    let options = AddOptions::default().with_max_objects(4);
    let (added, script) = add(vec![done(), done(), done()], &objects, &options);
    let added = added.unwrap();
    assert!(added.is_complete());
    assert_eq!(added.parts.iter().map(|part| part.ids.len()).collect::<Vec<_>>(), [4, 4, 2]);
    for body in script.bodies() {
        let envelope: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(envelope.as_object().unwrap().len(), 1);
    }
    let one = serde_json::to_string(&objects[0]).unwrap().len();
    let options = AddOptions::default().with_max_content_length(one as u64 * 3);
    let (added, script) = add((0..5).map(|_| done()).collect(), &objects, &options);
    assert!(added.unwrap().is_complete());
    assert!(script.bodies().iter().all(|body| body.len() <= one * 3));
}

#[test]
fn an_object_too_large_is_told_before_anything_is_sent() {
    let options = AddOptions::default().with_max_content_length(100);
    let error = add(vec![], &tools(2), &options).0.unwrap_err();
    assert_eq!((error.kind(), error.max_content_length()), (ErrorKind::ContentTooLarge, Some(100)));
    assert!(error.detail().contains("tool--"));
}

#[test]
fn too_much_is_halved() {
    let (added, _) =
        add(vec![status(413, ""), status(413, ""), done(), done(), done()], &tools(4), &AddOptions::default());
    assert_eq!(added.unwrap().parts.iter().map(|part| part.ids.len()).collect::<Vec<_>>(), [1, 1, 2]);
    let (added, _) = add(vec![status(413, "")], &tools(1), &AddOptions::default());
    let added = added.unwrap();
    assert_eq!(added.outcomes, [Outcome::RequestFailed(0)]);
    assert_eq!(added.parts[0].error.as_ref().unwrap().kind(), ErrorKind::ContentTooLarge);
}

#[test]
fn a_status_is_followed_until_it_is_complete() {
    let pending = || status(202, r#"{"id":"s","status":"pending"}"#);
    let answers = vec![pending(), pending(), pending(), ok(r#"{"id":"s","status":"complete"}"#)];
    let (added, script) = add(answers, &tools(2), &AddOptions::default());
    assert!(added.unwrap().is_complete());
    assert_eq!(script.asked()[1..], vec!["GET https://taxii.example/api1/status/s/"; 3]);
    // Not for ever.
    let options = AddOptions::default().with_follow(Duration::from_secs(5));
    let (added, _) = add((0..4).map(|_| pending()).collect(), &tools(1), &options);
    assert_eq!(added.unwrap().outcomes, [Outcome::Pending]);
    // It may be gone.
    let (added, _) = add(vec![pending(), status(404, "")], &tools(1), &AddOptions::default());
    let added = added.unwrap();
    assert_eq!(added.outcomes, [Outcome::Unknown]);
    assert_eq!(added.parts[0].error.as_ref().unwrap().kind(), ErrorKind::NotFound);
}

#[test]
fn what_the_server_has_already_is_recognized() {
    let objects = tools(2);
    let id = objects[0].id().to_string();
    let refused = format!(
        r#"{{"id":"s","status":"complete","success_count":1,"failure_count":1,"successes":[{{"id":"{}"}}],
            "failures":[{{"id":"{id}","version":"2024-05-01T10:00:00Z","message":"duplicate"}}]}}"#,
        objects[1].id()
    );
    let (added, _) = add(vec![status(202, &refused)], &objects, &AddOptions::default());
    assert_eq!(added.unwrap().outcomes, [Outcome::Failed(Some("duplicate".into())), Outcome::Added]);
    let options = AddOptions::default().with_look_for_failed(true);
    let found = ok(&format!(r#"{{"objects":[{}]}}"#, serde_json::to_string(&objects[0]).unwrap()));
    let (added, script) = add(vec![status(202, &refused), found], &objects, &options);
    assert!(added.unwrap().is_complete());
    assert!(
        script.asked()[1].ends_with(&format!("/objects/{id}/?match%5Bversion%5D=2024-05-01T10%3A00%3A00.000Z&limit=1"))
    );
}

#[test]
fn a_part_that_fails_costs_itself() {
    let options = AddOptions::default().with_max_objects(1);
    let (added, _) = add(vec![done(), status(500, "Traceback"), done()], &tools(3), &options);
    let added = added.unwrap();
    assert_eq!(added.outcomes, [Outcome::Added, Outcome::RequestFailed(1), Outcome::Added]);
    assert_eq!(added.parts[1].error.as_ref().unwrap().snippet(), "Traceback");
    assert_eq!(added.parts[1].ids.len(), 1);
    // What concerns all ends it.
    for answer in [status(403, ""), Answer::Failure(TransportErrorKind::Timeout)] {
        let (added, _) = add(vec![done(), answer], &tools(3), &options);
        assert_eq!(added.unwrap().outcomes, [Outcome::Added, Outcome::RequestFailed(1), Outcome::NotSent]);
    }
}

#[test]
fn version_20_takes_bundles() {
    let script = Script::new([done()]);
    let added = block_on(client(&script, v20(1)).add(&root(Version::V20), "c", &tools(2), &AddOptions::default()));
    assert!(added.unwrap().is_complete());
    let bundle = stixkit::Bundle::from_slice(script.bodies()[0].as_bytes()).unwrap();
    assert_eq!(bundle.objects().len(), 2);
    assert!(bundle.id().is_some());
    assert_eq!(script.headers("content-type"), ["application/vnd.oasis.stix+json; version=2.0"]);
}

#[test]
fn what_may_not_go_is_not_sent() {
    let green = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da";
    let red = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed";
    let unknown = "marking-definition--9d4f2b60-0f0e-4b5e-8a55-5b8a3f9d7c02";
    let mut objects = tools(4);
    for (object, marking) in objects.iter_mut().zip([Some(red), Some(green), Some(unknown), None]) {
        object.common_mut().object_marking_refs.extend(marking.map(Identifier::from));
    }
    let options = AddOptions::default().with_limit(Audience::Community, Markings::new());
    let (added, script) = add(vec![done()], &objects, &options);
    let added = added.unwrap();
    assert!(!added.is_complete());
    let outcomes: Vec<_> = added
        .outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Withheld(reason) => reason.code(),
            Outcome::Added => "added",
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(outcomes, ["too-strict", "added", "unknown", "unmarked"]);
    let [body] = &script.bodies()[..] else { panic!("one request") };
    assert!(body.contains("tool 1") && !body.contains("tool 0") && !body.contains("tool 2"));
    // Nothing may go, so nothing is sent.
    let (added, _) = add(vec![], &objects[..1], &options);
    assert!(matches!(added.unwrap().outcomes[..], [Outcome::Withheld(_)]));
}
