//! Generated patterns and data, compared with a second opinion that tries everything.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::checks;

#[test]
fn verdicts_are_those_of_the_oracle() {
    let cases = if cfg!(debug_assertions) { 2_000 } else { 64_000 };
    let (holds, fails) = (Cell::new(0_u32), Cell::new(0_u32));
    let mut runner = TestRunner::new(Config {
        cases,
        max_global_rejects: 10 * cases,
        failure_persistence: None,
        ..Config::default()
    });
    let bytes = prop::collection::vec(any::<u8>(), 40);
    let decided = |bytes: &Vec<u8>| checks::agrees_with_the_oracle(bytes);
    runner
        .run(&bytes, |bytes| {
            match decided(&bytes) {
                Some(true) => holds.set(holds.get() + 1),
                Some(false) => fails.set(fails.get() + 1),
                None => return Err(TestCaseError::reject("too large for the oracle")),
            }
            Ok(())
        })
        .unwrap();
    // Otherwise it would compare one verdict only.
    assert!(holds.get() > cases / 5 && fails.get() > cases / 5, "{holds:?} {fails:?}");
}
