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
    /// Sorts the edges of so many nodes. Edges that are alike in everything become one. Those alike
    /// in all but their statements come in the order of these.
    pub(super) fn new(edges: &[RawEdge], nodes: usize) -> Self {
        let labels = edges.iter().map(|edge| edge.label as usize + 1).max().unwrap_or_default();
        // By what counts least first, since each sorting keeps the order of what is alike in it.
        let order = sort(edges, nodes, None, |edge| edge.target).places;
        let order = sort(edges, labels, Some(&order), |edge| edge.label).places;
        let Sorted { mut starts, places: order } = sort(edges, nodes, Some(&order), |edge| edge.source);
        let mut sorted: Vec<RawEdge> = Vec::with_capacity(edges.len());
        sorted.extend(order.iter().map(|place| edges[*place as usize]));
        if sorted.windows(2).any(|two| two[0] == two[1]) {
            sorted.dedup();
            starts = sort(&sorted, nodes, None, |edge| edge.source).starts;
            sorted.shrink_to_fit();
        }
        // The order of sources is kept.
        let by_label = sort(&sorted, labels, None, |edge| edge.label).places;
        let incoming = sort(&sorted, nodes, Some(&by_label), |edge| edge.target);
        Self { edges: sorted, outgoing: starts, order: incoming.places, incoming: incoming.starts }
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

/// Places of edges, sorted by a number.
struct Sorted {
    /// Where the places for each number begin, and the end of the last.
    starts: Vec<u32>,
    places: Vec<u32>,
}

/// Sorts the places of edges, which come in the order given or else in that of the edges, by a
/// number below `numbers`. It counts, so that it takes linear time.
fn sort(edges: &[RawEdge], numbers: usize, order: Option<&[u32]>, number: impl Fn(&RawEdge) -> u32) -> Sorted {
    let mut starts = vec![0; numbers + 1];
    for edge in edges {
        starts[number(edge) as usize + 1] += 1;
    }
    for at in 0..numbers {
        starts[at + 1] += starts[at];
    }
    let mut next = starts.clone();
    let mut places = vec![0; edges.len()];
    let mut put = |place: u32, edge: &RawEdge| {
        let next = &mut next[number(edge) as usize];
        places[*next as usize] = place;
        *next += 1;
    };
    match order {
        Some(order) => order.iter().for_each(|place| put(*place, &edges[*place as usize])),
        None => (0..).zip(edges).for_each(|(place, edge)| put(place, edge)),
    }
    Sorted { starts, places }
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
            [edge(0, 0, 2, NONE), edge(0, 1, 1, 5), edge(0, 1, 2, 7), edge(0, 1, 2, 6), edge(1, 1, 1, 4), edges[0]];
        assert_eq!(adjacency.edges(), sorted);
        assert_eq!([0, 1, 2].map(|node| adjacency.leaving(node)), [(0, 4), (4, 5), (5, 6)]);
        assert_eq!([0, 1, 2].map(|node| adjacency.arriving(node)), [(0, 0), (0, 3), (3, 6)]);
        let arriving: Vec<_> = (0..6).map(|at| adjacency.edge(adjacency.incoming_place(at))).collect();
        assert_eq!(arriving, [edges[0], edge(0, 1, 1, 5), edge(1, 1, 1, 4), sorted[0], sorted[2], sorted[3]]);
    }
}
