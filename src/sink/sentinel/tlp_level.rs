//! The levels of the Traffic Light Protocol in the words of the tables.

use crate::object::Tlp;

/// The level in the four words of TLP 1, which are all that Sentinel knows. What is stricter than
/// `amber` and not `red` becomes `amber`.
pub(super) fn tlp_level(tlp: Tlp) -> &'static str {
    match tlp {
        Tlp::Clear => "white",
        Tlp::Green => "green",
        Tlp::Amber | Tlp::AmberStrict => "amber",
        Tlp::Red => "red",
    }
}
