//! Several observations: alternatives of elements, with their order and windows of time.

use super::dialect::Support;
use super::error::{Error, ErrorKind};
use super::expression::Expression;
use super::fidelity::Fidelity;
use super::joint::{Element, Source, Window};
use super::note::{Note, NoteKind};
use super::plan::{Planner, Reason};
use super::tree::{Constant, Op, Order, Test, Tree};
use crate::pattern::Pattern;
use crate::pattern::ast::{ObservationExpression, Qualifier, StartStop};

/// So many ways to satisfy a pattern become queries.
const MOST_ALTERNATIVES: usize = 64;
/// So many observations are joined.
const MOST_ELEMENTS: usize = 16;

/// Observations that satisfy a pattern together.
#[derive(Clone, Debug, Default)]
pub(super) struct Alternative<'m> {
    pub(super) elements: Vec<Element<'m>>,
    pub(super) orders: Vec<(usize, usize)>,
    pub(super) windows: Vec<Window>,
}

/// Translates observation expressions.
pub(super) struct Structure<'s, 'm> {
    pub(super) planner: Planner<'m>,
    pub(super) pattern: &'s Pattern<'s>,
    pub(super) notes: Vec<Note>,
}

/// The alternatives, or why there are none.
type Built<'m> = Result<Vec<Alternative<'m>>, Vec<Reason>>;

impl<'s, 'm> Structure<'s, 'm> {
    /// An outer error ends the translation.
    pub(super) fn build(&mut self, expression: &'s ObservationExpression<'s>) -> Result<Built<'m>, Error> {
        match expression {
            ObservationExpression::Observation(node) => {
                let comparison = Expression::new(&node.comparison);
                let sources = match self.planner.observation(&comparison, &mut self.notes) {
                    Ok(sources) => sources,
                    Err(reasons) => return Ok(Err(reasons)),
                };
                let elements = vec![Element { sources, times: 1 }];
                let mut alternatives = vec![Alternative { elements, ..Alternative::default() }];
                self.qualify(&mut alternatives, &node.qualifiers);
                Ok(Ok(alternatives))
            }
            ObservationExpression::Group(node) => {
                let mut built = self.build(&node.inner)?;
                if let Ok(alternatives) = &mut built {
                    self.qualify(alternatives, &node.qualifiers);
                }
                Ok(built)
            }
            ObservationExpression::Or(list) => self.any(&list.operands),
            ObservationExpression::And(list) => self.all(&list.operands, false),
            ObservationExpression::FollowedBy(list) => self.all(&list.operands, true),
        }
    }

    fn any(&mut self, operands: &'s [ObservationExpression<'s>]) -> Result<Built<'m>, Error> {
        let (mut alternatives, mut reasons) = (Vec::new(), Vec::new());
        for operand in operands {
            match self.build(operand)? {
                Ok(built) => alternatives.extend(built),
                Err(own) => reasons.extend(own),
            }
        }
        if alternatives.is_empty() {
            return Ok(Err(reasons));
        }
        self.leave_out(reasons, Fidelity::Narrower);
        Ok(Ok(merge_plain(alternatives)))
    }

    fn all(&mut self, operands: &'s [ObservationExpression<'s>], is_ordered: bool) -> Result<Built<'m>, Error> {
        let mut joined: Vec<(Alternative<'m>, Vec<usize>)> = Vec::new();
        let mut reasons = Vec::new();
        for operand in operands {
            match self.build(operand)? {
                Err(own) => reasons.extend(own),
                Ok(built) if joined.is_empty() => {
                    joined = built.into_iter().map(|own| (own.clone(), (0..own.elements.len()).collect())).collect();
                }
                Ok(built) => {
                    if joined.len() * built.len() > MOST_ALTERNATIVES {
                        return Err(self.too_large(format!("it has more than {MOST_ALTERNATIVES} alternatives")));
                    }
                    let pairs = joined.iter().flat_map(|left| built.iter().map(move |right| (left, right)));
                    joined = pairs.map(|((left, last), right)| left.and(last, right, is_ordered)).collect();
                }
            }
        }
        if joined.is_empty() {
            return Ok(Err(reasons));
        }
        if joined.iter().any(|(alternative, _)| alternative.elements.len() > MOST_ELEMENTS) {
            return Err(self.too_large(format!("it has more than {MOST_ELEMENTS} observations")));
        }
        self.leave_out(reasons, Fidelity::Wider);
        Ok(Ok(joined.into_iter().map(|(alternative, _)| alternative).collect()))
    }

    fn too_large(&self, detail: String) -> Error {
        Error::at(ErrorKind::TooLarge, self.pattern.expression().span(), self.pattern, detail)
    }

    fn leave_out(&mut self, reasons: Vec<Reason>, fidelity: Fidelity) {
        self.notes.extend(reasons.into_iter().map(|(span, kind)| Note::new(span, kind, fidelity)));
    }

    /// All qualifiers of an expression are about the same observations, so their order does not matter.
    fn qualify(&mut self, alternatives: &mut [Alternative<'m>], qualifiers: &'s [Qualifier<'s>]) {
        for qualifier in qualifiers {
            match qualifier {
                Qualifier::Repeats(node) => {
                    let times = node.times.value().and_then(|times| u64::try_from(times).ok()).unwrap_or(u64::MAX);
                    let said: Vec<_> = alternatives.iter_mut().map(|own| own.repeat(times)).collect();
                    let is_said = said.into_iter().all(|is_said| is_said);
                    if !is_said {
                        self.drop_qualifier(node.span, "REPEATS");
                    }
                }
                Qualifier::StartStop(node) => {
                    let sources = alternatives.iter_mut().flat_map(|own| &mut own.elements);
                    for source in sources.flat_map(|element| &mut element.sources) {
                        self.start_stop(source, node);
                    }
                }
                Qualifier::Within(_) => {}
            }
        }
        for qualifier in qualifiers {
            let Qualifier::Within(node) = qualifier else { continue };
            let seconds = node.seconds.value();
            if seconds.fract() != 0.0 {
                self.notes.push(Note::new(node.span, NoteKind::Window, Fidelity::Wider));
            }
            if !(seconds > 0.0 && seconds < 1e12) {
                self.drop_qualifier(node.span, "WITHIN");
                continue;
            }
            for own in alternatives.iter_mut().filter(|own| !own.is_plain()) {
                // It is in range, as the condition above shows.
                let seconds = seconds.ceil() as u64;
                own.windows.push(Window { elements: (0..own.elements.len()).collect(), seconds });
            }
        }
    }

    fn drop_qualifier(&mut self, span: crate::pattern::Span, name: &'static str) {
        self.notes.push(Note::new(span, NoteKind::DroppedQualifier(name), Fidelity::Wider));
    }

    fn start_stop(&mut self, source: &mut Source<'m>, node: &StartStop<'_>) {
        let bounds = node.start.instant().zip(node.stop.instant());
        let Some(((start, stop), column)) = bounds.zip(source.table.time.as_ref()) else {
            return self.drop_qualifier(node.span, "START … STOP …");
        };
        let test =
            |order, time| Test { span: node.span, column, negated: false, op: Op::Order(order, Constant::Time(time)) };
        let tests = [test(Order::GreaterOrEqual, start), test(Order::Less, stop)];
        if tests.iter().any(|test| !matches!(self.planner.dialect.supports(test), Support::Yes)) {
            return self.drop_qualifier(node.span, "START … STOP …");
        }
        let condition = std::mem::replace(&mut source.condition, Tree::All(Vec::new()));
        let mut parts = match condition {
            Tree::All(parts) => parts,
            other => vec![other],
        };
        parts.extend(tests.map(|test| Tree::Test(Box::new(test))));
        source.condition = Tree::All(parts);
    }
}

impl<'m> Alternative<'m> {
    /// Whether a single event satisfies it.
    pub(super) fn is_plain(&self) -> bool {
        self.windows.is_empty() && matches!(&self.elements[..], [Element { times: 1, .. }])
    }

    /// Returns whether it could be said.
    fn repeat(&mut self, times: u64) -> bool {
        match &mut self.elements[..] {
            _ if times <= 1 => true,
            [element] if self.windows.is_empty() => {
                element.times = element.times.saturating_mul(times);
                element.times <= i32::MAX as u64
            }
            _ => false,
        }
    }

    /// Joins two, and returns the elements that later ones must not precede.
    fn and(&self, last: &[usize], other: &Self, is_ordered: bool) -> (Self, Vec<usize>) {
        let offset = self.elements.len();
        let mut joined = self.clone();
        joined.elements.extend(other.elements.iter().cloned());
        joined.orders.extend(other.orders.iter().map(|(first, second)| (first + offset, second + offset)));
        joined.windows.extend(other.windows.iter().map(|window| Window {
            elements: window.elements.iter().map(|element| element + offset).collect(),
            seconds: window.seconds,
        }));
        let own: Vec<usize> = (offset..joined.elements.len()).collect();
        if is_ordered {
            joined.orders.extend(last.iter().flat_map(|first| own.iter().map(move |second| (*first, *second))));
        }
        (joined, own)
    }
}

/// Makes one of all alternatives that single events satisfy.
fn merge_plain(alternatives: Vec<Alternative<'_>>) -> Vec<Alternative<'_>> {
    let (plain, mut others): (Vec<_>, Vec<_>) = alternatives.into_iter().partition(Alternative::is_plain);
    let mut sources: Vec<(Source<'_>, Vec<Tree<'_>>)> = Vec::new();
    for source in plain.into_iter().flat_map(|own| own.elements).flat_map(|element| element.sources) {
        match sources.iter_mut().find(|(known, _)| std::ptr::eq(known.table, source.table)) {
            Some((_, more)) => more.push(source.condition),
            None => sources.push((source, Vec::new())),
        }
    }
    if sources.is_empty() {
        return others;
    }
    let merged = sources.into_iter().map(|(source, more)| {
        let mut parts = Vec::with_capacity(more.len() + 1);
        for condition in std::iter::once(source.condition).chain(more) {
            match condition {
                Tree::Any(inner) => parts.extend(inner),
                other => parts.push(other),
            }
        }
        Source { table: source.table, condition: Tree::any(parts) }
    });
    let element = Element { sources: merged.collect(), times: 1 };
    others.insert(0, Alternative { elements: vec![element], ..Alternative::default() });
    others
}
