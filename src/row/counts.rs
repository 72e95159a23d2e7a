//! Counts of outcomes.

use super::class::Class;
use super::outcome::Outcome;

/// Counts outcomes. Every outcome is in exactly one of the five.
///
/// ```
/// use stixkit::row::{Counts, Mapper};
/// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
/// #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
/// #     "pattern": "[file:size = 5]", "valid_from": "2024-05-01T10:00:00Z"}"#;
/// # let indicator = serde_json::from_str(text)?;
///
/// let mut counts = Counts::default();
/// counts.add(&Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).map(&indicator));
/// assert_eq!((counts.accepted, counts.total()), (1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// The rows say all that the pattern says, given its class.
    pub accepted: u64,
    /// There are values, and a reason why they are not all.
    pub partly: u64,
    /// No value stands for the pattern. Rows may have values as context.
    pub unsupported: u64,
    /// The pattern does not parse.
    pub invalid: u64,
    /// The mapper's audience may not get the indicator, whatever its pattern is.
    pub withheld: u64,
}

impl Counts {
    /// Counts an outcome.
    pub fn add(&mut self, outcome: &Outcome<'_>) {
        let count = match (outcome.class, &outcome.reason) {
            _ if outcome.is_withheld() => &mut self.withheld,
            (Class::Invalid, _) => &mut self.invalid,
            (Class::Unsupported, _) => &mut self.unsupported,
            (_, Some(_)) => &mut self.partly,
            (_, None) => &mut self.accepted,
        };
        *count += 1;
    }

    /// All outcomes.
    pub fn total(&self) -> u64 {
        self.accepted + self.partly + self.unsupported + self.invalid + self.withheld
    }
}
