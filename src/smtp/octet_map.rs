//! A value for every IPv4 address, kept as a decision diagram over the four octets: `[*.*.*.1]` is 16.8 million ranges of
//! addresses, but four nodes.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::Arc;

use super::host_entry::Octet;

/// A value for every IPv4 address.
///
/// The diagram is kept small, not unique: [`OctetMap::same`] compares what two of them say.
#[derive(Debug, Clone)]
pub struct OctetMap<V> {
    root: Node<V>,
}

/// The addresses that four octets can form, each from its range.
pub type Block = [Octet; 4];

#[derive(Debug, Clone)]
enum Node<V> {
    /// All addresses below have this value.
    All(V),
    /// The last octet of each run and what lies below it; the runs cover 0 to 255 in order.
    Runs(Arc<[(u8, Node<V>)]>),
}

impl<V: Copy + PartialEq> Node<V> {
    /// The runs as one node, with equal neighbours as one run.
    fn of(runs: Vec<(u8, Self)>) -> Self {
        let mut merged: Vec<(u8, Self)> = Vec::with_capacity(runs.len());
        for (last, node) in runs {
            match merged.last_mut() {
                Some((end, before)) if before.same(&node) => *end = last,
                _ => merged.push((last, node)),
            }
        }
        match merged.as_slice() {
            // Only a value may stand for a whole level; what depends on later octets stays below this one.
            [(_, Self::All(value))] => Self::All(*value),
            _ => Self::Runs(merged.into()),
        }
    }

    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All(a), Self::All(b)) => a == b,
            (Self::Runs(a), Self::Runs(b)) => {
                Arc::ptr_eq(a, b)
                    || (a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.0 == b.0 && a.1.same(&b.1)))
            }
            _ => false,
        }
    }

    fn zip<W: Copy + PartialEq, X: Copy + PartialEq>(&self, other: &Node<W>, both: &impl Fn(V, W) -> X) -> Node<X> {
        match (self, other) {
            (Self::All(a), Node::All(b)) => Node::All(both(*a, *b)),
            (Self::All(_), Node::Runs(runs)) => {
                Node::of(runs.iter().map(|(last, node)| (*last, self.zip(node, both))).collect())
            }
            (Self::Runs(runs), Node::All(_)) => {
                Node::of(runs.iter().map(|(last, node)| (*last, node.zip(other, both))).collect())
            }
            (Self::Runs(left), Node::Runs(right)) => {
                let mut runs = Vec::with_capacity(left.len() + right.len());
                let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
                while let (Some((a_end, a)), Some((b_end, b))) = (left.peek(), right.peek()) {
                    runs.push((*a_end.min(b_end), a.zip(b, both)));
                    match a_end.cmp(b_end) {
                        std::cmp::Ordering::Less => drop(left.next()),
                        std::cmp::Ordering::Greater => drop(right.next()),
                        std::cmp::Ordering::Equal => {
                            left.next();
                            right.next();
                        }
                    }
                }
                Node::of(runs)
            }
        }
    }
}

impl<V: Copy + PartialEq + Default> OctetMap<V> {
    /// The same value for every address.
    #[must_use]
    pub fn all(value: V) -> Self {
        Self { root: Node::All(value) }
    }

    /// `none` for every address, then the values of the blocks that contain it put together by `join`, in their order.
    ///
    /// `join` must not care how often a value is put in: `join(join(x, v), v)` is `join(x, v)`. Time grows with the number
    /// of blocks and with how many of them cross each other in the leading octets; no more than 256 to the power of four
    /// cells exist.
    #[must_use]
    pub fn build(none: V, blocks: &[(Block, V)], join: &impl Fn(V, V) -> V) -> Self {
        let all: Vec<&(Block, V)> = blocks.iter().collect();
        Self { root: Self::level(none, &all, 0, join) }
    }

    fn level(start: V, blocks: &[&(Block, V)], level: usize, join: &impl Fn(V, V) -> V) -> Node<V> {
        // Blocks that cover everything from here on need no further look, and what adds nothing to them neither.
        let whole = |block: &Block| block.iter().skip(level).all(|octet| *octet == Octet::ANY);
        let start =
            blocks.iter().filter(|(block, _)| whole(block)).fold(start, |value, (_, added)| join(value, *added));
        let rest: Vec<&(Block, V)> =
            blocks.iter().copied().filter(|(block, value)| !whole(block) && join(start, *value) != start).collect();
        if rest.is_empty() {
            return Node::All(start);
        }
        let octet = |block: &Block| block.get(level).copied().unwrap_or(Octet::ANY);
        let mut rest = rest;
        rest.sort_by_key(|(block, _)| octet(block).low);
        let mut ends: BTreeSet<u8> = BTreeSet::from([u8::MAX]);
        for (block, _) in &rest {
            let range = octet(block);
            ends.extend(range.low.checked_sub(1));
            ends.insert(range.high);
        }
        let mut coming = rest.into_iter().peekable();
        let mut runs = Vec::with_capacity(ends.len());
        let mut open: Vec<&(Block, V)> = Vec::new();
        let mut first = 0_u8;
        for last in ends {
            open.retain(|block| octet(&block.0).high >= first);
            while let Some(block) = coming.next_if(|block| octet(&block.0).low <= first) {
                open.push(block);
            }
            runs.push((last, Self::level(start, &open, level + 1, join)));
            first = last.saturating_add(1);
        }
        Node::of(runs)
    }

    /// The value of an address.
    #[must_use]
    pub fn get(&self, address: Ipv4Addr) -> V {
        let mut node = &self.root;
        let mut octets = address.octets().into_iter();
        loop {
            match node {
                Node::All(value) => return *value,
                Node::Runs(runs) => {
                    let octet = octets.next().unwrap_or(0);
                    let at = runs.partition_point(|(last, _)| *last < octet);
                    match runs.get(at).or(runs.last()) {
                        Some((_, next)) => node = next,
                        // Runs always reach 255.
                        None => return V::default(),
                    }
                }
            }
        }
    }

    /// A value for every address from the values of two maps.
    #[must_use]
    pub fn zip<W: Copy + PartialEq, X: Copy + PartialEq>(
        &self,
        other: &OctetMap<W>,
        both: &impl Fn(V, W) -> X,
    ) -> OctetMap<X> {
        OctetMap { root: self.root.zip(&other.root, both) }
    }

    /// Whether two maps give every address the same value.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        self.root.same(&other.root)
    }

    /// Calls `seen` for every block of the diagram with its value. Blocks do not overlap; a value may come often.
    pub fn for_each(&self, seen: &mut impl FnMut(Block, V)) {
        fn walk<V: Copy>(node: &Node<V>, block: &mut Block, level: usize, seen: &mut impl FnMut(Block, V)) {
            match node {
                Node::All(value) => seen(*block, *value),
                Node::Runs(runs) => {
                    let mut low = 0;
                    for (high, below) in runs.iter() {
                        if let Some(octet) = block.get_mut(level) {
                            *octet = Octet { low, high: *high };
                        }
                        walk(below, block, level + 1, seen);
                        low = high.saturating_add(1);
                    }
                    if let Some(octet) = block.get_mut(level) {
                        *octet = Octet::ANY;
                    }
                }
            }
        }
        walk(&self.root, &mut [Octet::ANY; 4], 0, seen);
    }
}

/// How many addresses a block has.
#[must_use]
pub fn block_size(block: Block) -> u64 {
    block.iter().map(|octet| u64::from(octet.high - octet.low) + 1).product()
}

/// The first address of a block.
#[must_use]
pub fn block_first(block: Block) -> Ipv4Addr {
    Ipv4Addr::from(block.map(|octet| octet.low))
}
