use stixkit::{Bundle, Object};

use super::{MISSING, run};

const NONE: [&str; 0] = [];

#[test]
fn each_object_has_a_verdict() {
    let ended = run("share", &NONE, 0);
    let verdicts: Vec<_> = ended.lines().iter().map(|line| line.split_once(' ').unwrap().1.to_owned()).collect();
    assert_eq!(verdicts.len(), 6, "{}", ended.text());
    assert_eq!(verdicts[0], "yes");
    assert_eq!(verdicts[1], "no: `name` is TLP:RED");
    assert!(verdicts[2].starts_with("no: "), "{}", verdicts[2]);
    assert!(verdicts[3].starts_with("unsure: ") && verdicts[4].starts_with("unsure: "), "{}", ended.text());
    // The package is as strict as its strictest member.
    assert!(verdicts[5].contains("no: "), "{}", verdicts[5]);
}

#[test]
fn redacted_objects_may_go() {
    let ended = run("share", &["--redact"], 0);
    let bundle: Bundle = ended.text().parse().unwrap();
    assert_eq!(bundle.objects().len(), 2, "{}", ended.err);
    let Object::Indicator(indicator) = &bundle.objects()[1] else { panic!("{}", ended.text()) };
    assert_eq!(indicator.name, None);
    assert!(!ended.text().contains("customer"), "{}", ended.text());
    assert!(ended.err.contains("is without name"), "{}", ended.err);
    assert_eq!(ended.err.matches("is left out").count(), 3, "{}", ended.err);
}

#[test]
fn a_narrow_audience_gets_more() {
    let ended = run("share", &["--redact", "--with", "clients"], 0);
    let bundle: Bundle = ended.text().parse().unwrap();
    assert_eq!(bundle.objects().len(), 3, "{}", ended.err);
    run("share", &["--with", "friends"], 1);
    run("share", &[MISSING], 1);
}
