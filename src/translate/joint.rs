//! Several observations: what a query for them has to ask.

use super::field_map::Table;
use super::tree::Tree;

/// Observations of one scope that have to be made together.
#[derive(Clone, Debug)]
pub(super) struct Joint<'m> {
    /// The name of the scope, which all tables of the elements have.
    pub(super) scope: &'m str,
    pub(super) elements: Vec<Element<'m>>,
    /// Pairs of elements of which the first is not later than the second.
    pub(super) orders: Vec<(usize, usize)>,
    pub(super) windows: Vec<Window>,
}

/// Observations that one `[…]` describes.
#[derive(Clone, Debug)]
pub(super) struct Element<'m> {
    /// Where they are: one source or more, each with another table.
    pub(super) sources: Vec<Source<'m>>,
    /// How many of them are needed, at least 1.
    pub(super) times: u64,
}

/// Rows of a table.
#[derive(Clone, Debug)]
pub(super) struct Source<'m> {
    pub(super) table: &'m Table,
    pub(super) condition: Tree<'m>,
}

/// Elements between whose first and last instant less than so many seconds pass.
#[derive(Clone, Debug)]
pub(super) struct Window {
    pub(super) elements: Vec<usize>,
    pub(super) seconds: u64,
}

impl<'m> Element<'m> {
    /// Whether one row may be an observation of both elements.
    pub(super) fn may_share(&self, other: &Self) -> bool {
        self.sources.iter().any(|own| other.sources.iter().any(|theirs| own.table.name == theirs.table.name))
    }
}

impl<'m> Joint<'m> {
    /// The names of the tables, each once, with commas.
    pub(super) fn tables(&self) -> String {
        let mut names: Vec<&str> = Vec::new();
        for source in self.elements.iter().flat_map(|element| &element.sources) {
            if !names.contains(&&*source.table.name) {
                names.push(&source.table.name);
            }
        }
        names.join(",")
    }

    /// The pairs of elements that one row might satisfy alone, the later one first.
    pub(super) fn rivals(&self) -> impl Iterator<Item = (usize, usize)> {
        let is_once = |element: &&Element<'_>| element.times == 1;
        self.elements.iter().enumerate().filter(move |(_, own)| is_once(own)).flat_map(move |(index, own)| {
            let others = self.elements[..index].iter().enumerate();
            let others = others.filter(move |(_, other)| is_once(other) && own.may_share(other));
            others.map(move |(other, _)| (index, other))
        })
    }

    /// The pairs of elements of a window whose distance it limits, the first and the last one, both
    /// ways. An element of several observations is a pair with itself.
    pub(super) fn within<'w>(&'w self, window: &'w Window) -> impl Iterator<Item = (usize, usize)> {
        let elements = window.elements.iter().copied();
        let pairs = elements.clone().flat_map(move |first| elements.clone().map(move |last| (first, last)));
        pairs.filter(|(first, last)| first != last || self.elements[*first].times > 1)
    }
}

impl<'m> Source<'m> {
    /// The column of the scope.
    pub(super) fn scope(&self, scope: &str) -> &'m str {
        self.table.scopes.get(scope).map_or("", |column| column)
    }
}
