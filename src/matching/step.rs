//! Paths of a pattern, compiled for following them through values.

use std::collections::HashSet;
use std::ops::ControlFlow;

use super::root::Root;
use crate::object::PropertyValue;
use crate::pattern::Span;
use crate::pattern::ast;

/// Where a test looks.
#[derive(Debug)]
pub(super) struct Path {
    pub(super) object_type: Box<str>,
    pub(super) encoding: Encoding,
    /// Relative to the start of what the brackets contain.
    pub(super) span: Span,
    steps: Box<[Step]>,
}

/// How a property holds bytes, which the end of its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// It holds text.
    Text,
    /// `…_hex`.
    Hex,
    /// `…_bin`: Base64.
    Base64,
}

#[derive(Debug)]
enum Step {
    Property(Box<str>),
    /// `…_ref` with another step after it: the object that it refers to.
    Reference(Box<str>),
    Index(u64),
    AnyIndex,
    /// An element of `…_refs` with another step after it: the object that the element refers to. `None` is any.
    Element(Option<u64>),
}

impl Path {
    pub(super) fn new(path: &ast::Path<'_>, offset: usize) -> Self {
        let mut encoding = Encoding::Text;
        // Whether the step before is a property of references.
        let mut is_references = false;
        let steps = path.steps.iter().enumerate().map(|(at, step)| {
            let is_last = at + 1 == path.steps.len();
            let is_element = std::mem::take(&mut is_references) && !is_last;
            match step {
                ast::Step::Property(property) => {
                    let name = &*property.name;
                    encoding = Encoding::of(name);
                    is_references = name.ends_with("_refs");
                    if name.ends_with("_ref") && !is_last {
                        Step::Reference(name.into())
                    } else {
                        Step::Property(name.into())
                    }
                }
                ast::Step::Index(index) if is_element => Step::Element(Some(index.position)),
                ast::Step::AnyIndex(_) if is_element => Step::Element(None),
                ast::Step::Index(index) => Step::Index(index.position),
                ast::Step::AnyIndex(_) => Step::AnyIndex,
            }
        });
        let steps = steps.collect();
        let span = Span::new(path.span.start - offset, path.span.end - offset);
        Self { object_type: (*path.object_type).into(), encoding, span, steps }
    }

    /// Calls `visit` with each value that the path leads to, until it breaks.
    pub(super) fn select<'v, R: Root<'v>>(
        &self,
        root: &R,
        visit: &mut dyn FnMut(PropertyValue<'v>) -> ControlFlow<()>,
    ) {
        let mut value = root.value();
        for (at, step) in self.steps.iter().enumerate() {
            if matches!(step, Step::AnyIndex | Step::Element(None)) {
                return fan_out(value, &self.steps[at..], root, visit);
            }
            match step.follow(&value, root) {
                Some(next) => value = next,
                None => return,
            }
        }
        // It is over either way.
        let _ = visit(value);
    }
}

impl Encoding {
    fn of(name: &str) -> Self {
        if name.ends_with("_hex") {
            Self::Hex
        } else if name.ends_with("_bin") {
            Self::Base64
        } else {
            Self::Text
        }
    }
}

impl Step {
    /// The value that a step to one value leads to.
    fn follow<'v, R: Root<'v>>(&self, value: &PropertyValue<'v>, root: &R) -> Option<PropertyValue<'v>> {
        match self {
            Self::Property(name) => value.property(name),
            Self::Reference(name) => target(&value.property(name)?, root).map(|(_, target)| target),
            Self::Index(position) => value.element(usize::try_from(*position).ok()?),
            Self::Element(Some(position)) => {
                target(&value.element(usize::try_from(*position).ok()?)?, root).map(|(_, target)| target)
            }
            Self::AnyIndex | Self::Element(None) => None,
        }
    }
}

/// Follows steps of which the first leads to many values.
///
/// It goes one step at a time for all values, and to no object twice: objects that refer to each other would
/// otherwise multiply with each step.
fn fan_out<'v, R: Root<'v>>(
    value: PropertyValue<'v>,
    steps: &[Step],
    root: &R,
    visit: &mut dyn FnMut(PropertyValue<'v>) -> ControlFlow<()>,
) {
    if let ([Step::AnyIndex], PropertyValue::List(list)) = (steps, &value) {
        let _ = list.iter().try_for_each(visit);
        return;
    }
    let mut values = vec![value];
    for step in steps {
        let mut next = Vec::new();
        let mut reached = HashSet::new();
        for value in &values {
            match (step, value) {
                (Step::AnyIndex, PropertyValue::List(list)) => next.extend(list.iter()),
                (Step::Element(None), PropertyValue::List(list)) => {
                    let targets = list.iter().filter_map(|element| target(&element, root));
                    next.extend(targets.filter(|(place, _)| reached.insert(*place)).map(|(_, target)| target));
                }
                (Step::Reference(name), value) => {
                    let target = value.property(name).and_then(|reference| target(&reference, root));
                    next.extend(target.filter(|(place, _)| reached.insert(*place)).map(|(_, target)| target));
                }
                (Step::Element(Some(position)), PropertyValue::List(list)) => {
                    let element = usize::try_from(*position).ok().and_then(|position| list.get(position));
                    let target = element.and_then(|reference| target(&reference, root));
                    next.extend(target.filter(|(place, _)| reached.insert(*place)).map(|(_, target)| target));
                }
                (step, value) => next.extend(step.follow(value, root)),
            }
        }
        values = next;
    }
    let _ = values.into_iter().try_for_each(visit);
}

/// The object that a reference means, with its place.
fn target<'v, R: Root<'v>>(reference: &PropertyValue<'v>, root: &R) -> Option<(usize, PropertyValue<'v>)> {
    match reference {
        PropertyValue::Id(id) => id.with_text(|id| root.resolve(id)),
        PropertyValue::Text(text) => root.resolve(text),
        _ => None,
    }
}
