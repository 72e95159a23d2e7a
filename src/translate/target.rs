//! Where a query is to run.

use std::sync::Arc;

use super::field_map::FieldMap;
use super::language::Language;
use super::named;
use super::policy::Policy;

/// A query language with the tables that queries are about, and what may be lost.
///
/// Make it once, and use it for all patterns: [`named`](Self::named) reads a map.
#[derive(Clone, Debug)]
pub struct Target {
    language: Language,
    map: Arc<FieldMap>,
    policy: Policy,
    scope: Option<Box<str>>,
}

impl Target {
    /// Creates a target with a map of your own.
    pub fn new(language: Language, map: FieldMap) -> Self {
        Self { language, map: Arc::new(map), policy: Policy::default(), scope: None }
    }

    /// Returns the target with this name, or `None` if there is none. [`names`](Self::names) lists them.
    pub fn named(name: &str) -> Option<Self> {
        named::target(name).map(|(language, map)| Self::new(language, map))
    }

    /// Returns the names of the ready targets, each with what it is for.
    pub fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
        named::NAMES.iter().map(|named| (named.name, named.purpose))
    }

    /// Sets what may be lost. The default is [`Policy::AllowWider`].
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets the scope by which several observations belong together, such as `host` or `user`.
    ///
    /// Patterns do not name one, and without any, events that have nothing to do with each other would match.
    pub fn with_scope(mut self, scope: impl Into<Box<str>>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Returns the language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Returns the field map.
    pub fn map(&self) -> &FieldMap {
        &self.map
    }

    /// Returns what may be lost.
    pub fn policy(&self) -> Policy {
        self.policy
    }

    /// Returns the scope of several observations.
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }
}
