//! What is known of one marking definition.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::meaning::Meaning;
use crate::object::{MarkingDefinition, Tlp};

/// What the definitions of one marking say. There may be several, because markings have no versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Definition {
    /// The strictest level.
    tlp: Option<Tlp>,
    /// A level that was meant and cannot be read. It counts as red.
    is_unreadable: bool,
    /// Two of them have different levels.
    pub(super) is_conflicting: bool,
    /// What they say that is not a level.
    texts: BTreeSet<Meaning>,
}

impl Definition {
    pub(super) fn new(marking: &MarkingDefinition) -> Self {
        let (tlp, is_unreadable) = marking.effective_tlp().map_or((Some(Tlp::Red), true), |level| (level, false));
        let mut texts = BTreeSet::new();
        // OpenCTI's level is beside `definition`, which contains words without a meaning.
        let is_filler = tlp.is_some() && marking.custom.get("x_opencti_definition").is_some();
        match marking.statement() {
            Some(statement) if !is_filler => drop(texts.insert(Meaning::Statement(statement.into()))),
            _ if tlp.is_none() => drop(texts.insert(other(marking))),
            _ => {}
        }
        Self { tlp, is_unreadable, is_conflicting: false, texts }
    }

    /// Adds another definition of the marking. The stricter level counts.
    pub(super) fn merge(&mut self, other: Self) {
        if self.tlp != other.tlp {
            self.is_conflicting = true;
            self.tlp = self.tlp.max(other.tlp);
        }
        self.is_unreadable |= other.is_unreadable;
        self.is_conflicting |= other.is_conflicting;
        self.texts.extend(other.texts);
    }

    /// Whether the level is all that it contains.
    pub(super) fn is_only(&self, level: Tlp) -> bool {
        self.tlp == Some(level) && !self.is_unreadable && !self.is_conflicting && self.texts.is_empty()
    }

    /// Whether the level is another one.
    pub(super) fn contradicts(&self, level: Tlp) -> bool {
        self.tlp != Some(level)
    }

    /// Calls `visit` with each meaning of the marking.
    pub(super) fn visit(&self, mut visit: impl FnMut(Meaning)) {
        if self.is_unreadable {
            visit(Meaning::Unreadable("definition"));
        } else if let Some(level) = self.tlp {
            visit(Meaning::Tlp(level));
        }
        self.texts.iter().for_each(|meaning| visit(meaning.clone()));
    }
}

/// A marking that is neither a level nor a statement.
fn other(marking: &MarkingDefinition) -> Meaning {
    let custom = |name| Some(marking.custom.get(name)?.as_str()?.into_owned());
    let family = marking.definition_type.clone().filter(|family| family != "statement");
    let family = family.or_else(|| custom("x_opencti_definition_type")).or_else(|| marking.definition_type.clone());
    let definition = || serde_json::to_string(&marking.definition).ok();
    let text = marking.name.clone().or_else(|| custom("x_opencti_definition")).or_else(definition);
    let shared = |text: Option<String>| Arc::from(text.unwrap_or_default());
    Meaning::Other { family: shared(family), text: shared(text) }
}
