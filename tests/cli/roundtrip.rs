use super::{FEED, MISSING, run, top};

const NONE: [&str; 0] = [];

#[test]
fn nothing_is_lost() {
    let seeds = std::fs::read_dir(top().join("tests/seeds/read")).expect("there are seeds");
    let mut files: Vec<_> = seeds.map(|entry| entry.expect("an entry can be read").path()).collect();
    files.push(FEED.into());
    let ended = run("roundtrip", &files, 0);
    let reports = ended.objects();
    assert_eq!((reports.len(), ended.lines().len()), (files.len(), files.len()), "{}", ended.text());
    let lost: Vec<_> = reports.iter().filter(|report| report["equal"] != true).collect();
    assert!(lost.is_empty(), "{lost:#?}");
}

#[test]
fn files_that_are_not_there_are_told() {
    run("roundtrip", &NONE, 2);
    run("roundtrip", &[MISSING], 2);
}
