//! The scales of confidence, against the module `confidence.scales` of the package `stix2`.

use stixkit::object::confidence::{Admiralty, Confidence, Dni, NoneLowMedHigh, Wep};

use super::{RELEASE, python};

/// The word of a scale for a confidence, and the number of that word.
fn on<S: From<Confidence> + Copy + ToString>(confidence: Confidence) -> (String, u8)
where
    Confidence: From<S>,
{
    let word = S::from(confidence);
    (word.to_string(), Confidence::from(word).get())
}

#[test]
#[ignore = "needs the Python package stix2"]
fn scales_of_confidence_are_those_of_stix2() {
    let python = python::with("stix2", Some(RELEASE)).unwrap_or_else(|missing| panic!("{missing}"));
    let printed = python::run(&python, "stix2_confidence.py", &[], String::new());
    assert_eq!(printed.lines().count(), 101);
    for (number, line) in (0..).zip(printed.lines()) {
        let theirs: Vec<(String, u8)> = serde_json::from_str(line).unwrap();
        let confidence = Confidence::new(number).unwrap();
        let ten = confidence.to_ten();
        let ours = [
            on::<NoneLowMedHigh>(confidence),
            (ten.to_string(), Confidence::from_ten(ten).unwrap().get()),
            on::<Admiralty>(confidence),
            on::<Wep>(confidence),
            on::<Dni>(confidence),
        ];
        assert_eq!(theirs, ours, "{number}");
    }
}
