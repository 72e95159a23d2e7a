//! Selectors, compared by their components.

use std::sync::Arc;

use crate::object::property::view::{PropertyValue, Step, Steps};

/// The path of a selector (STIX 2.1 section 7.2.3.1).
#[derive(Clone, Debug)]
pub(super) struct Path {
    text: Arc<str>,
    /// `None` if the text is not a selector.
    steps: Option<Vec<PathStep>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PathStep {
    Name(Box<str>),
    Index(usize),
}

impl Path {
    pub(super) fn new(selector: &str) -> Self {
        let steps: Option<Vec<_>> = Steps(selector).map(|step| step.map(PathStep::from)).collect();
        Self { text: selector.into(), steps: steps.filter(|steps| !steps.is_empty()) }
    }

    /// The path of an observable in the dictionary of observed data.
    pub(super) fn of_observable(name: &str) -> Self {
        let steps = vec![PathStep::Name("objects".into()), PathStep::Name(name.into())];
        Self { text: format!("objects.{name}").into(), steps: Some(steps) }
    }

    /// The path of a part of what is at this path.
    pub(super) fn join(&self, inner: &Self) -> Self {
        let steps = self.steps.iter().zip(&inner.steps).map(|(own, inner)| [own.as_slice(), inner].concat()).next();
        Self { text: format!("{}.{}", self.text, inner.text).into(), steps }
    }

    pub(super) fn text(&self) -> &Arc<str> {
        &self.text
    }

    pub(super) fn steps(&self) -> Option<&[PathStep]> {
        self.steps.as_deref()
    }

    /// Whether what is at the other path is a part of what is at this one, or the same.
    pub(super) fn covers(&self, other: &Self) -> bool {
        match (&self.steps, &other.steps) {
            (Some(own), Some(other)) => other.starts_with(own),
            _ => false,
        }
    }

    /// Whether there is something at the path.
    pub(super) fn is_in(&self, object: PropertyValue<'_>) -> bool {
        let Some(steps) = &self.steps else { return false };
        let mut value = Some(object);
        for step in steps {
            value = value.and_then(|value| match step {
                PathStep::Name(name) => value.property(name),
                PathStep::Index(index) => value.element(*index),
            });
        }
        value.is_some()
    }
}

impl From<Step<'_>> for PathStep {
    fn from(step: Step<'_>) -> Self {
        match step {
            Step::Name(name) => Self::Name(name.into()),
            Step::Index(index) => Self::Index(index),
        }
    }
}

/// Writes steps as a selector.
pub(super) fn selector(steps: &[PathStep]) -> String {
    let mut text = String::new();
    for step in steps {
        if !text.is_empty() {
            text.push('.');
        }
        match step {
            PathStep::Index(index) => text.push_str(&format!("[{index}]")),
            PathStep::Name(name) if name.contains(['.', '[']) => text.push_str(&format!("'{name}'")),
            PathStep::Name(name) => text.push_str(name),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_decide() {
        for (own, other, expected) in [
            ("pattern", "pattern", true),
            ("pattern", "pattern_type", false),
            ("labels.[1]", "labels.[10]", false),
            ("labels.[1]", "labels[1]", true),
            ("external_references", "external_references.[0].url", true),
            ("external_references.[0].url", "external_references", false),
            ("extensions.windows-pebinary-ext", "extensions.windows-pebinary-ext.pe_type", true),
            ("", "name", false),
            ("labels.[", "labels.[0]", false),
        ] {
            assert_eq!(Path::new(own).covers(&Path::new(other)), expected, "{own} {other}");
        }
    }

    #[test]
    fn steps_are_written_as_they_are_read() {
        for text in ["labels.[1]", "extensions.'a.b'.c", "name", "a.[0].[2].b-c"] {
            assert_eq!(selector(Path::new(text).steps().unwrap()), text);
        }
    }
}
