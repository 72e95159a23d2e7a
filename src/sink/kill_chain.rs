//! What phases and references say of the two kill chains that schemas know by name.

use std::borrow::Cow;

use crate::object::{IndicatorParts, KillChainPhase};

/// The phases of the Lockheed Martin Cyber Kill Chain, in order, by their letters in the spellings
/// that feeds have.
const PHASES: &[(&[&str], &str)] = &[
    (&["reconnaissance"], "Reconnaissance"),
    (&["weaponization", "weaponisation"], "Weaponization"),
    (&["delivery"], "Delivery"),
    (&["exploitation"], "Exploitation"),
    (&["installation"], "Installation"),
    (&["commandandcontrol", "commandcontrol", "c2"], "Command & Control"),
    (&["actionsonobjectives", "actionsonobjective", "actions"], "Actions on Objectives"),
];

/// The number of the phase in the Lockheed Martin Cyber Kill Chain, from 1, and its name; `None`
/// where the phase is of another chain, and no number where the chain has no such phase.
pub(super) fn lockheed_martin(phase: &KillChainPhase) -> Option<(Option<u8>, Cow<'_, str>)> {
    const CHAIN: &str = "lockheedmartin";
    if !letters(&phase.kill_chain_name).take(CHAIN.len()).eq(CHAIN.chars()) {
        return None;
    }
    let is = |name: &&str| letters(&phase.phase_name).eq(name.chars());
    let place = PHASES.iter().position(|(names, _)| names.iter().any(is));
    Some(match place {
        // OK because there are seven.
        Some(place) => (Some(place as u8 + 1), Cow::Borrowed(PHASES[place].1)),
        None => (None, Cow::Borrowed(&phase.phase_name)),
    })
}

/// Letters and digits in lower case; names differ in case and punctuation.
pub(super) fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase())
}

/// The tactics of ATT&CK for Enterprise.
const TACTICS: &[(&str, &str)] = &[
    ("reconnaissance", "TA0043"),
    ("resource-development", "TA0042"),
    ("initial-access", "TA0001"),
    ("execution", "TA0002"),
    ("persistence", "TA0003"),
    ("privilege-escalation", "TA0004"),
    ("defense-evasion", "TA0005"),
    ("credential-access", "TA0006"),
    ("discovery", "TA0007"),
    ("lateral-movement", "TA0008"),
    ("collection", "TA0009"),
    ("command-and-control", "TA0011"),
    ("exfiltration", "TA0010"),
    ("impact", "TA0040"),
];

/// The ATT&CK tactic that a phase is: its id, where it is one of ATT&CK for Enterprise, and its
/// name.
pub(super) fn tactic(phase: &KillChainPhase) -> Option<(Option<&'static str>, String)> {
    let matrix = phase.kill_chain_name.as_str();
    // The other matrices have tactics of the same names with other ids.
    let is_enterprise = matrix == "mitre-attack";
    if !is_enterprise && !matches!(matrix, "mitre-mobile-attack" | "mitre-ics-attack") {
        return None;
    }
    let id = TACTICS.iter().find(|(name, _)| is_enterprise && *name == phase.phase_name).map(|(_, id)| *id);
    Some((id, title(&phase.phase_name)))
}

/// `command-and-control` as `Command and Control`.
fn title(phase: &str) -> String {
    let mut title = String::with_capacity(phase.len());
    for word in phase.split('-') {
        if !title.is_empty() {
            title.push(' ');
        }
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if word != "and" => {
                title.extend(first.to_uppercase());
                title.push_str(letters.as_str());
            }
            _ => title.push_str(word),
        }
    }
    title
}

/// The ids of ATT&CK techniques that the indicator refers to: `T1059`, `T1059.001`.
pub(super) fn techniques<'a>(indicator: &IndicatorParts<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    indicator.common.external_references.iter().filter_map(|reference| {
        let id = reference.external_id.as_deref()?;
        let is_attack = matches!(&*reference.source_name, "mitre-attack" | "mitre-mobile-attack" | "mitre-ics-attack");
        (is_attack && is_technique(id)).then_some(id)
    })
}

fn is_technique(id: &str) -> bool {
    let is_number = |text: &str, digits| text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    match id.strip_prefix('T').map(|rest| rest.split_once('.').unwrap_or((rest, "000"))) {
        Some((number, part)) => is_number(number, 4) && is_number(part, 3),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phase(chain: &str, phase: &str) -> KillChainPhase {
        let json = serde_json::json!({"kill_chain_name": chain, "phase_name": phase});
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn phases_are_known_whatever_their_case_and_punctuation() {
        let own = |chain: &str, name: &str| {
            lockheed_martin(&phase(chain, name)).map(|(number, name)| (number, name.into_owned()))
        };
        let chain = "lockheed-martin-cyber-kill-chain";
        assert_eq!(own(chain, "delivery"), Some((Some(3), "Delivery".into())));
        assert_eq!(own("Lockheed Martin", "Command_and_Control"), Some((Some(6), "Command & Control".into())));
        assert_eq!(own(chain, "actions-on-objectives"), Some((Some(7), "Actions on Objectives".into())));
        assert_eq!(own(chain, "monetization"), Some((None, "monetization".into())));
        assert_eq!(own("mitre-attack", "delivery"), None);
    }

    #[test]
    fn tactics_have_ids_in_their_own_matrix() {
        let own = |chain: &str, name: &str| tactic(&phase(chain, name));
        assert_eq!(
            own("mitre-attack", "command-and-control"),
            Some((Some("TA0011"), "Command and Control".to_owned()))
        );
        assert_eq!(own("mitre-ics-attack", "discovery"), Some((None, "Discovery".to_owned())));
        assert_eq!(own("mitre-attack", "-\u{df}x--"), Some((None, "SSx  ".to_owned())));
        assert_eq!(own("lockheed-martin-cyber-kill-chain", "delivery"), None);
    }

    #[test]
    fn techniques_are_four_digits_and_three() {
        assert!(is_technique("T1059") && is_technique("T1059.001"));
        for other in ["", "T", "T105", "T10590", "T1059.", "T1059.01", "T1059.001.1", "S0013", "T1\u{663}59"] {
            assert!(!is_technique(other), "{other}");
        }
    }
}
