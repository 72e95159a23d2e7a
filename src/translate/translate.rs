//! The translation of one pattern.

use super::dialect::Joined;
use super::dialects::dialect;
use super::error::{Error, ErrorKind};
use super::fidelity::Fidelity;
use super::joint::{Element, Joint};
use super::note::{Note, NoteKind};
use super::plan::Planner;
use super::structure::{Alternative, Structure};
use super::target::Target;
use super::translation::Translation;
use crate::pattern::Pattern;

impl Pattern<'_> {
    /// Translates the pattern into queries of a target.
    ///
    /// ```
    /// use stixkit::pattern::Pattern;
    /// use stixkit::translate::{Fidelity, Target};
    ///
    /// let target = Target::named("sql:duckdb").unwrap();
    /// let pattern = Pattern::parse("[process:command_line LIKE '%it\\'s%']")?;
    /// let translation = pattern.translate(&target)?;
    /// assert_eq!(translation.fidelity, Fidelity::Exact);
    /// assert!(translation.queries[0].text.ends_with("(\"process.command_line\", 'it''s') > 0"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind
    ///
    /// - [`ErrorKind::Policy`] if the policy of the target forbids the fidelity of the queries;
    /// - [`ErrorKind::Nothing`] if nothing of the pattern can be asked for;
    /// - [`ErrorKind::JoinKey`] if the pattern is about several observations, and the target has no scope that all
    ///   tables know;
    /// - [`ErrorKind::TooLarge`] if the pattern has too many observations or ways to satisfy it.
    pub fn translate(&self, target: &Target) -> Result<Translation, Error> {
        let dialect = dialect(target.language());
        let planner = Planner { dialect, map: target.map() };
        let mut structure = Structure { planner, pattern: self, notes: Vec::new() };
        let alternatives = structure.build(self.expression())?;
        let mut notes = structure.notes;
        let alternatives = match alternatives {
            Ok(alternatives) => alternatives,
            Err(reasons) => {
                notes.extend(reasons.into_iter().map(|(span, kind)| Note::new(span, kind, Fidelity::Different)));
                return Err(Error::nothing(&tidy(notes), self));
            }
        };
        let mut queries = Vec::new();
        for alternative in alternatives {
            if !alternative.is_plain() {
                match self.joint(&alternative, target, &mut notes)? {
                    Ok(joined) => {
                        let span = self.expression().span();
                        notes.extend(joined.notes.into_iter().map(|(kind, fidelity)| Note::new(span, kind, fidelity)));
                        queries.extend(joined.queries);
                        continue;
                    }
                    Err(kind) => notes.push(Note::new(self.expression().span(), kind, Fidelity::Wider)),
                }
            }
            // Events of the first observation are all that may be part of a match.
            let first = alternative.elements.into_iter().next();
            let sources = first.into_iter().flat_map(|element| element.sources);
            queries.extend(sources.map(|source| dialect.query(source.table, &source.condition)));
        }
        let notes = tidy(notes);
        let fidelity = notes.iter().fold(Fidelity::Exact, |fidelity, note| fidelity.and(note.fidelity));
        if !target.policy().allows(fidelity) {
            return Err(Error::policy(fidelity, &notes, self));
        }
        Ok(Translation { queries, fidelity, notes })
    }

    /// An inner error is what the language cannot say.
    fn joint(
        &self,
        alternative: &Alternative<'_>,
        target: &Target,
        notes: &mut Vec<Note>,
    ) -> Result<Result<Joined, NoteKind>, Error> {
        let span = self.expression().span();
        let missing = |detail: String| Error::at(ErrorKind::JoinKey, span, self, detail);
        let scope = target.scope().ok_or_else(|| {
            missing("name the scope by which they belong together, such as `host`, with `Target::with_scope`".into())
        })?;
        let mut joint = Joint {
            scope,
            elements: alternative.elements.clone(),
            orders: alternative.orders.clone(),
            windows: alternative.windows.clone(),
        };
        let mut lacks = None;
        for element in &mut joint.elements {
            element.sources.retain(|source| {
                let is_known = source.table.scopes.contains_key(scope) && source.table.time.is_some();
                if !is_known {
                    lacks = Some(source.table.name.clone());
                }
                is_known
            });
        }
        if let Some(table) = lacks {
            if joint.elements.iter().any(|element| element.sources.is_empty()) {
                return Err(missing(format!("the table {table} has no time or no column for the scope `{scope}`")));
            }
            notes.push(Note::new(span, NoteKind::JoinKey(scope.into()), Fidelity::Narrower));
        }
        notes.push(Note::new(span, NoteKind::JoinKey(scope.into()), Fidelity::Exact));
        if may_share(&joint.elements) {
            notes.push(Note::new(span, NoteKind::SameEvent, Fidelity::Wider));
        }
        Ok(dialect(target.language()).joints(&joint))
    }
}

/// Whether one event may count for several observations, although each needs an event of its own.
fn may_share(elements: &[Element<'_>]) -> bool {
    let has_id = |element: &Element<'_>| element.sources.iter().all(|source| source.table.id.is_some());
    let pairs = elements.iter().enumerate().flat_map(|(index, own)| elements[..index].iter().map(move |it| (own, it)));
    pairs.into_iter().any(|(own, other)| {
        let is_told_apart = own.times == 1 && other.times == 1 && has_id(own) && has_id(other);
        !is_told_apart && own.may_share(other)
    })
}

/// Sorts notes by their places and removes those that are there twice.
fn tidy(notes: Vec<Note>) -> Vec<Note> {
    let mut tidied: Vec<Note> = Vec::with_capacity(notes.len());
    let mut known = std::collections::HashMap::<_, Vec<usize>>::new();
    for note in notes {
        let places = known.entry(note.span).or_default();
        if !places.iter().any(|place| tidied[*place] == note) {
            places.push(tidied.len());
            tidied.push(note);
        }
    }
    tidied.sort_by_key(|note| (note.span.start, note.span.end));
    tidied
}
