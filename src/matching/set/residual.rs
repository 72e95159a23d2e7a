//! The test of a whole pattern, for events that have one of its anchors.

use super::folded::with_normal_values;
use super::objects::{Objects, Roots};
use crate::matching::compile::Compiled;
use crate::matching::instant::Interval;
use crate::matching::plan::Plan;
use crate::matching::{Error, ErrorKind};
use crate::pattern::{Parser, Pattern, Version};

/// A pattern that one observation decides, compiled.
#[derive(Debug)]
pub(super) struct Residual {
    exact: Compiled,
    /// With values in normal form, if others are written.
    normal: Option<Compiled>,
}

/// What a pattern asks for.
#[derive(Debug)]
pub(super) enum Decided {
    /// One observation decides.
    ByOne(Residual),
    /// It takes several.
    BySeveral,
    /// None does.
    Never,
}

impl Residual {
    pub(super) fn of_pattern(pattern: &Pattern<'_>) -> Result<Decided, Error> {
        let compiled = Compiled::new(pattern)?;
        Ok(match &compiled.plan {
            Plan::Leaf(leaf) if leaf.demand() == 1 => {
                let normal = with_normal_values(pattern).map(|pattern| Compiled::new(&pattern)).transpose()?;
                Decided::ByOne(Self { exact: compiled, normal })
            }
            Plan::Never => Decided::Never,
            _ => Decided::BySeveral,
        })
    }

    /// Compiles the text of a pattern that was compiled before.
    pub(super) fn of_text(text: &str) -> Result<Self, Error> {
        let other = || Error::new(ErrorKind::NeedsObservations);
        let pattern = parse(text).map_err(|_| other())?;
        match Self::of_pattern(&pattern)? {
            Decided::ByOne(residual) => Ok(residual),
            _ => Err(other()),
        }
    }

    /// Whether the pattern holds for the objects of an event at an instant, as they are or with values in normal form.
    /// Without an instant, only patterns hold that are about no time.
    pub(super) fn holds(&self, objects: &Objects, at: Option<i64>) -> bool {
        holds(&self.exact, objects.written(), at)
            || holds(self.normal.as_ref().unwrap_or(&self.exact), objects.normal(), at)
    }
}

fn holds(compiled: &Compiled, objects: &Roots, at: Option<i64>) -> bool {
    let Plan::Leaf(leaf) = &compiled.plan else { return false };
    leaf.alternatives.iter().any(|alternative| {
        let is_in_time = match at {
            Some(at) => !Interval::closed(at.into(), at.into()).and(alternative.window).is_empty(),
            None => alternative.window == Interval::ALWAYS,
        };
        is_in_time && objects.iter().any(|root| compiled.brackets[alternative.brackets].holds(&root))
    })
}

/// Parses a pattern of either version, as indicators of unknown versions are parsed.
pub(super) fn parse(text: &str) -> Result<Pattern<'_>, crate::pattern::Error> {
    let parse = |version| Parser::new().with_version(version).parse(text);
    parse(Version::V21).or_else(|error| parse(Version::V20).map_err(|_| error))
}
