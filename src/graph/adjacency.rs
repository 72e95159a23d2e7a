//! Edges in the order in which they are looked up: compressed sparse rows, both ways.

/// No relationship or sighting: the edge is a property of its source.
pub(super) const NONE: u32 = u32::MAX;

/// One edge: its ends as nodes, its label, and the object that states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RawEdge {
    pub(super) source: u32,
    pub(super) label: u32,
    pub(super) target: u32,
    /// The place of the relationship or sighting, or [`NONE`].
    pub(super) via: u32,
}

/// The edges of a graph. An edge takes 16 bytes, its place among those that come in 4, and a node 8.
#[derive(Debug, Default)]
pub(super) struct Adjacency {
    /// Sorted by source, label, target.
    edges: Vec<RawEdge>,
    /// Where the edges of each source begin, and the end of the last.
    outgoing: Vec<u32>,
    /// Places of edges, sorted by target, label, source.
    order: Vec<u32>,
    /// Where the places for each target begin in `order`, and the end of the last.
    incoming: Vec<u32>,
}

impl Adjacency {
    /// Sorts the edges of so many nodes. Edges that are alike in everything become one.
    pub(super) fn new(edges: &[RawEdge], nodes: usize) -> Self {
        let (starts, order) = group(edges, nodes, |edge| edge.source);
        let mut sorted: Vec<RawEdge> = order.iter().map(|place| edges[*place as usize]).collect();
        drop(order);
        let mut outgoing = vec![0; nodes + 1];
        let mut kept = 0;
        for node in 0..nodes {
            let range = starts[node] as usize..starts[node + 1] as usize;
            sorted[range.clone()].sort_unstable();
            let start = kept;
            for place in range {
                if kept == start || sorted[kept - 1] != sorted[place] {
                    sorted[kept] = sorted[place];
                    kept += 1;
                }
            }
            outgoing[node + 1] = count(kept);
        }
        sorted.truncate(kept);
        sorted.shrink_to_fit();
        let (incoming, mut order) = group(&sorted, nodes, |edge| edge.target);
        for node in 0..nodes {
            let places = &mut order[incoming[node] as usize..incoming[node + 1] as usize];
            places.sort_unstable_by_key(|place| (sorted[*place as usize].label, *place));
        }
        Self { edges: sorted, outgoing, order, incoming }
    }

    pub(super) fn edges(&self) -> &[RawEdge] {
        &self.edges
    }

    pub(super) fn edge(&self, place: u32) -> RawEdge {
        self.edges[place as usize]
    }

    /// The place of the edge that comes in at this place.
    pub(super) fn incoming_place(&self, at: u32) -> u32 {
        self.order[at as usize]
    }

    /// The range of edges that leave a node, for [`edge`](Self::edge).
    pub(super) fn leaving(&self, node: u32) -> (u32, u32) {
        (self.outgoing[node as usize], self.outgoing[node as usize + 1])
    }

    /// The range of edges that lead to a node, for [`incoming_place`](Self::incoming_place).
    pub(super) fn arriving(&self, node: u32) -> (u32, u32) {
        (self.incoming[node as usize], self.incoming[node as usize + 1])
    }

    /// The bytes of memory that the edges take, both ways.
    pub(super) fn bytes(&self) -> usize {
        let numbers = self.outgoing.capacity() + self.order.capacity() + self.incoming.capacity();
        size_of::<RawEdge>() * self.edges.capacity() + size_of::<u32>() * numbers
    }
}

/// Counts edges. More of them than this do not fit into memory.
pub(super) fn count(edges: usize) -> u32 {
    u32::try_from(edges).unwrap_or(u32::MAX)
}

/// Groups the places of edges by a node, in linear time: where each node's places begin, and the
/// places.
fn group(edges: &[RawEdge], nodes: usize, node: impl Fn(&RawEdge) -> u32) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0; nodes + 1];
    for edge in edges {
        starts[node(edge) as usize + 1] += 1;
    }
    for at in 0..nodes {
        starts[at + 1] += starts[at];
    }
    let mut next = starts.clone();
    let mut places = vec![0; edges.len()];
    for (place, edge) in (0..).zip(edges) {
        let next = &mut next[node(edge) as usize];
        places[*next as usize] = place;
        *next += 1;
    }
    (starts, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_sorted_both_ways() {
        let edge = |source, label, target, via| RawEdge { source, label, target, via };
        let edges = [
            edge(2, 0, 1, NONE),
            edge(0, 1, 2, 7),
            edge(0, 0, 2, NONE),
            edge(0, 1, 2, 6),
            edge(0, 1, 1, 5),
            edge(0, 0, 2, NONE),
            edge(1, 1, 1, 4),
        ];
        let adjacency = Adjacency::new(&edges, 3);
        let sorted =
            [edge(0, 0, 2, NONE), edge(0, 1, 1, 5), edge(0, 1, 2, 6), edge(0, 1, 2, 7), edge(1, 1, 1, 4), edges[0]];
        assert_eq!(adjacency.edges(), sorted);
        assert_eq!([0, 1, 2].map(|node| adjacency.leaving(node)), [(0, 4), (4, 5), (5, 6)]);
        assert_eq!([0, 1, 2].map(|node| adjacency.arriving(node)), [(0, 0), (0, 3), (3, 6)]);
        let arriving: Vec<_> = (0..6).map(|at| adjacency.edge(adjacency.incoming_place(at))).collect();
        assert_eq!(arriving, [edges[0], edge(0, 1, 1, 5), edge(1, 1, 1, 4), sorted[0], sorted[2], sorted[3]]);
    }
}
