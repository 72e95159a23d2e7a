//! Nodes: one for each identifier, whether or not its object is there.

use std::collections::HashMap;

use super::adjacency::{NONE, count};
use super::hasher::IdHash;
use crate::id::Identifier;
use crate::object::Object;

/// The nodes of a graph. They have copies of the identifiers: comparing with those in objects takes
/// several times as long, because objects are spread over memory.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    numbers: HashMap<Identifier, u32, IdHash>,
    ids: Vec<Identifier>,
}

impl Nodes {
    pub(super) fn with_capacity(objects: usize) -> Self {
        Self {
            numbers: HashMap::with_capacity_and_hasher(objects, IdHash::default()),
            ids: Vec::with_capacity(objects),
        }
    }

    /// The node of an identifier, which is made if there is none.
    #[inline]
    pub(super) fn number(&mut self, id: &Identifier) -> u32 {
        match self.numbers.get(id) {
            Some(number) => *number,
            None => self.add(id),
        }
    }

    fn add(&mut self, id: &Identifier) -> u32 {
        let number = count(self.ids.len());
        self.ids.push(id.clone());
        self.numbers.insert(id.clone(), number);
        number
    }

    pub(super) fn find(&self, id: &Identifier) -> Option<u32> {
        self.numbers.get(id).copied()
    }

    pub(super) fn id(&self, node: u32) -> &Identifier {
        &self.ids[node as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }
}

/// The versions of each node's object.
#[derive(Debug, Default)]
pub(super) struct Versions {
    /// The place of the newest version, or [`NONE`].
    newest: Vec<u32>,
    /// Where each node's places begin in `places`.
    starts: Vec<u32>,
    /// Places of objects by node, from the oldest version to the newest; of equal ones the last in
    /// the input comes last.
    places: Vec<u32>,
}

impl Versions {
    /// Sorts objects by their nodes and versions. `node_of` has the node of each object; the other
    /// nodes, of `nodes`, have no object.
    pub(super) fn new(objects: &[&Object], node_of: &[u32], nodes: usize) -> Self {
        let mut starts = vec![0u32; nodes + 1];
        node_of.iter().for_each(|node| starts[*node as usize + 1] += 1);
        (0..nodes).for_each(|at| starts[at + 1] += starts[at]);
        let mut next = starts.clone();
        let mut places = vec![0; objects.len()];
        for (place, node) in (0..).zip(node_of) {
            places[next[*node as usize] as usize] = place;
            next[*node as usize] += 1;
        }
        let mut newest = vec![NONE; nodes];
        for node in 0..nodes {
            let own = &mut places[starts[node] as usize..starts[node + 1] as usize];
            if own.len() > 1 {
                own.sort_by_key(|place| objects[*place as usize].common().version());
            }
            newest[node] = own.last().copied().unwrap_or(NONE);
        }
        Self { newest, starts, places }
    }

    /// The place of the newest version.
    pub(super) fn newest(&self, node: u32) -> Option<u32> {
        self.newest.get(node as usize).copied().filter(|place| *place != NONE)
    }

    /// The places of all versions, from the oldest to the newest.
    pub(super) fn all(&self, node: u32) -> &[u32] {
        let at = node as usize;
        let range = self.starts.get(at).zip(self.starts.get(at + 1));
        range.map_or(&[], |(start, end)| &self.places[*start as usize..*end as usize])
    }
}
