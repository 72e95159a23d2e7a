//! One observation: where its objects are, and what a query asks of each table.

use super::column::Column;
use super::dialect::{Dialect, Support};
use super::expression::{Comparison, Expression};
use super::fidelity::Fidelity;
use super::field_map::FieldMap;
use super::joint::Source;
use super::leaf;
use super::note::{Note, NoteKind};
use super::tree::{Op, Test, Tree};
use crate::pattern::Span;

/// Why something was left out.
pub(super) type Reason = (Span, NoteKind);

/// Translates observations for one language and map.
#[derive(Clone, Copy)]
pub(super) struct Planner<'m> {
    pub(super) dialect: &'static dyn Dialect,
    pub(super) map: &'m FieldMap,
}

/// Where the operands of an `AND` have to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// In one object, as patterns mean it.
    Object(usize),
    /// In one row.
    Row,
    /// In one row, without those for which its table has no column.
    Partial,
}

/// What became of an expression in one place.
enum Said<'m> {
    Tree(Tree<'m>),
    /// The place lacks a property, so that nothing there matches.
    Missing,
    Cannot(Reason),
}

/// What a place was asked for.
struct Attempt {
    notes: Vec<Note>,
    /// Whether operands of an inner `OR` were left out because the place lacks their property.
    is_pruned: bool,
}

impl<'m> Planner<'m> {
    /// Returns the sources of an observation.
    ///
    /// # Errors
    ///
    /// Returns the reasons if nothing can be asked for.
    pub(super) fn observation(
        &self,
        expression: &Expression<'_>,
        notes: &mut Vec<Note>,
    ) -> Result<Vec<Source<'m>>, Vec<Reason>> {
        let mut alternatives = Vec::new();
        expression.alternatives(&mut alternatives);
        let mut by_table: Vec<Vec<Tree<'m>>> = self.map.tables.iter().map(|_| Vec::new()).collect();
        let mut reasons = Vec::new();
        for alternative in alternatives {
            match self.alternative(alternative, notes) {
                Ok(found) => found.into_iter().for_each(|(table, tree)| by_table[table].push(tree)),
                Err(own) => reasons.extend(own),
            }
        }
        let tables = self.map.tables.iter().zip(by_table).filter(|(_, trees)| !trees.is_empty());
        let sources: Vec<_> = tables.map(|(table, trees)| Source { table, condition: Tree::any(trees) }).collect();
        if sources.is_empty() {
            return Err(reasons);
        }
        notes.extend(reasons.into_iter().map(|(span, kind)| Note::new(span, kind, Fidelity::Narrower)));
        Ok(sources)
    }

    /// Returns the conditions of an expression, each with the index of its table.
    fn alternative(
        &self,
        expression: &Expression<'_>,
        notes: &mut Vec<Note>,
    ) -> Result<Vec<(usize, Tree<'m>)>, Vec<Reason>> {
        let mut places: Vec<(usize, usize)> = Vec::new();
        expression.each_test(&mut |test| {
            if let Some(found) = self.map.places.get(&*test.key) {
                places.extend_from_slice(found);
            }
            if test.is_true_of_nothing() {
                // It is also true of objects without a column for the path.
                places.extend(self.map.objects_of(test.object_type));
            }
        });
        places.sort_unstable();
        places.dedup();
        let by_object = places.iter().map(|(table, object)| (*table, Scope::Object(*object))).collect();
        let by_object = self.attempts(expression, by_object, notes);
        let mut tables: Vec<usize> = places.iter().map(|(table, _)| *table).collect();
        tables.dedup();
        let in_scope = |scope| tables.iter().map(|table| (*table, scope)).collect::<Vec<_>>();
        match by_object {
            Ok(found) => Ok(found),
            Err(reasons) if matches!(expression, Expression::Test(_)) => Err(reasons),
            Err(reasons) => {
                let mut own = Vec::new();
                if let Ok(found) = self.attempts(expression, in_scope(Scope::Row), &mut own) {
                    own.push(Note::new(expression.span(), NoteKind::TwoObjects, Fidelity::Wider));
                    notes.append(&mut own);
                    return Ok(found);
                }
                own.clear();
                let found = self
                    .attempts(expression, in_scope(Scope::Partial), &mut own)
                    .map_err(|own| if own.is_empty() { reasons } else { own })?;
                own.push(Note::new(expression.span(), NoteKind::TwoTables, Fidelity::Wider));
                notes.append(&mut own);
                Ok(found)
            }
        }
    }

    fn attempts(
        &self,
        expression: &Expression<'_>,
        places: Vec<(usize, Scope)>,
        notes: &mut Vec<Note>,
    ) -> Result<Vec<(usize, Tree<'m>)>, Vec<Reason>> {
        let (mut found, mut reasons, mut is_whole) = (Vec::new(), Vec::new(), false);
        for (table, scope) in places {
            let mut attempt = Attempt { notes: Vec::new(), is_pruned: false };
            match self.say(expression, table, scope, &mut attempt) {
                Said::Tree(tree) => {
                    found.push((table, tree));
                    is_whole |= !attempt.is_pruned;
                    notes.append(&mut attempt.notes);
                }
                Said::Missing => {}
                Said::Cannot(reason) if !reasons.contains(&reason) => reasons.push(reason),
                Said::Cannot(_) => {}
            }
        }
        if found.is_empty() {
            if reasons.is_empty() {
                reasons = self.unknown(expression);
            }
            return Err(reasons);
        }
        if !is_whole {
            notes.push(Note::new(expression.span(), NoteKind::TwoTables, Fidelity::Narrower));
        }
        notes.extend(reasons.into_iter().map(|(span, kind)| Note::new(span, kind, Fidelity::Narrower)));
        Ok(found)
    }

    /// The tests whose paths no table has, or the whole if there are none.
    fn unknown(&self, expression: &Expression<'_>) -> Vec<Reason> {
        let mut reasons = Vec::new();
        expression.each_test(&mut |test| {
            if !self.map.places.contains_key(&*test.key) {
                reasons.push((test.span, NoteKind::NoColumn(test.key.as_str().into())));
            }
        });
        if reasons.is_empty() {
            reasons.push((expression.span(), NoteKind::TwoTables));
        }
        reasons
    }

    fn say(&self, expression: &Expression<'_>, table: usize, scope: Scope, attempt: &mut Attempt) -> Said<'m> {
        match expression {
            Expression::Test(test) => self.test(test, table, scope, attempt),
            Expression::All(_, parts) => self.all(parts, table, scope, attempt),
            Expression::Any(parts) => self.any(parts, table, scope, attempt),
        }
    }

    fn all(&self, parts: &[Expression<'_>], table: usize, scope: Scope, attempt: &mut Attempt) -> Said<'m> {
        let (mut trees, mut dropped) = (Vec::new(), Vec::new());
        for part in parts {
            match self.say(part, table, scope, attempt) {
                Said::Tree(tree) => trees.push(tree),
                Said::Missing if scope == Scope::Partial => {}
                Said::Missing => return Said::Missing,
                Said::Cannot(reason) => dropped.push(reason),
            }
        }
        if trees.is_empty() {
            return dropped.into_iter().next().map_or(Said::Missing, Said::Cannot);
        }
        let notes = dropped.into_iter().map(|(span, kind)| Note::new(span, kind, Fidelity::Wider));
        attempt.notes.extend(notes);
        if trees.len() > 1 {
            // Elements of two lists need not belong to one object.
            let mut of_elements = None;
            let mut visit =
                |test: &Test<'_>| of_elements = of_elements.or(test.column.has_objects.then_some(test.span));
            trees.iter().for_each(|tree| tree.each_test(&mut visit));
            attempt.notes.extend(of_elements.map(|span| Note::new(span, NoteKind::AnyElement, Fidelity::Wider)));
        }
        Said::Tree(Tree::all(trees))
    }

    fn any(&self, parts: &[Expression<'_>], table: usize, scope: Scope, attempt: &mut Attempt) -> Said<'m> {
        let (mut trees, mut dropped, mut is_pruned) = (Vec::new(), Vec::new(), false);
        for part in parts {
            match self.say(part, table, scope, attempt) {
                Said::Tree(tree) => trees.push(tree),
                Said::Missing => is_pruned = true,
                Said::Cannot(reason) => dropped.push(reason),
            }
        }
        if trees.is_empty() {
            return dropped.into_iter().next().map_or(Said::Missing, Said::Cannot);
        }
        attempt.is_pruned |= is_pruned;
        let notes = dropped.into_iter().map(|(span, kind)| Note::new(span, kind, Fidelity::Narrower));
        attempt.notes.extend(notes);
        Said::Tree(Tree::any(trees))
    }

    fn test(&self, test: &Comparison<'_>, table: usize, scope: Scope, attempt: &mut Attempt) -> Said<'m> {
        let no_column = || Said::Cannot((test.span, NoteKind::NoColumn(test.key.as_str().into())));
        let Some(places) = self.map.places.get(&*test.key) else { return no_column() };
        let is_asked = |object: usize| match scope {
            Scope::Object(own) => own == object,
            Scope::Row | Scope::Partial => true,
        };
        let objects = places.iter().filter(|(own, object)| *own == table && is_asked(*object));
        let (mut trees, mut reason, mut is_there) = (Vec::new(), None, false);
        for (_, object) in objects {
            is_there = true;
            match self.of_object(test, table, *object, attempt) {
                Ok(tree) => trees.push(tree),
                Err(kind) => reason = Some(kind),
            }
        }
        match reason {
            // What a row lacks a column for may be there in truth.
            None if !is_there && test.is_true_of_nothing() => no_column(),
            None if trees.is_empty() => Said::Missing,
            None => Said::Tree(Tree::any(trees)),
            Some(kind) if trees.is_empty() => Said::Cannot((test.span, kind)),
            Some(kind) => {
                attempt.notes.push(Note::new(test.span, kind, Fidelity::Narrower));
                Said::Tree(Tree::any(trees))
            }
        }
    }

    /// A test of an object, which may have several columns for the path.
    fn of_object(
        &self,
        test: &Comparison<'_>,
        table: usize,
        object: usize,
        attempt: &mut Attempt,
    ) -> Result<Tree<'m>, NoteKind> {
        let map: &'m FieldMap = self.map;
        let columns = map.tables[table].columns(object, &test.path);
        let (mut trees, mut absent, mut reason) = (Vec::new(), Vec::new(), None);
        for column in columns {
            let mut notes = Vec::new();
            let tree = leaf::translate(test, column, &mut notes).and_then(|tree| self.supported(tree, &mut notes));
            match tree {
                Ok(tree) => {
                    attempt.notes.append(&mut notes);
                    attempt.notes.extend(self.negated_list(test, column));
                    trees.push(tree);
                    absent.push(Tree::Test(Box::new(Test { span: test.span, column, negated: false, op: Op::Absent })));
                }
                Err(kind) => reason = Some(kind),
            }
        }
        if trees.is_empty() {
            return Err(reason.unwrap_or_else(|| NoteKind::NoColumn(test.key.as_str().into())));
        }
        if let Some(kind) = reason {
            let fidelity = if test.negated { Fidelity::Wider } else { Fidelity::Narrower };
            attempt.notes.push(Note::new(test.span, kind, fidelity));
        }
        if !test.negated || trees.len() == 1 {
            return Ok(Tree::any(trees));
        }
        if test.is_true_of_nothing() {
            return Ok(Tree::all(trees));
        }
        // None of the values passes, and there is one.
        let present = Tree::Any(trees.clone());
        let each = trees.into_iter().zip(absent).map(|(tree, absent)| Tree::Any(vec![tree, absent]));
        Ok(Tree::All(each.chain([present]).collect()))
    }

    /// Returns what differs if a test of a list is negated whose elements are values of several
    /// objects.
    ///
    /// One element that fails the test suffices for the pattern, and an empty list has no object.
    fn negated_list(&self, test: &Comparison<'_>, column: &Column) -> Option<Note> {
        let fidelity = match (test.negated && column.has_objects, test.is_true_of_nothing()) {
            (false, _) => return None,
            (true, true) => Fidelity::Wider,
            (true, false) if self.dialect.negates_elements() => return None,
            (true, false) => Fidelity::Narrower,
        };
        Some(Note::new(test.span, NoteKind::AnyElement, fidelity))
    }

    /// Returns the condition if the language can express all of it.
    fn supported(&self, tree: Tree<'m>, notes: &mut Vec<Note>) -> Result<Tree<'m>, NoteKind> {
        let mut reason = None;
        tree.each_test(&mut |test| match self.dialect.supports(test) {
            Support::Yes => {}
            Support::Note(kind, fidelity) => notes.push(Note::new(test.span, kind, fidelity)),
            Support::No(kind) => reason = Some(kind),
        });
        reason.map_or(Ok(tree), Err)
    }
}
