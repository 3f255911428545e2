//! Documents by keys, where there may be very many: eight bytes each.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::directory::DocumentId;

/// Numbers of documents in the order of a hash of their keys. Two keys may have one hash, so whoever finds a document
/// compares it.
#[derive(Debug, Default)]
pub(super) struct Index(Vec<(u32, DocumentId)>);

impl Index {
    /// Documents with the same key stay in their order.
    pub(super) fn new<K: Hash>(keys: impl Iterator<Item = (K, DocumentId)>) -> Self {
        Self::of(keys.map(|(key, id)| (Self::hash(&key), id)).collect())
    }

    /// The same from the hashes of the keys.
    pub(super) fn of(mut hashes: Vec<(u32, DocumentId)>) -> Self {
        hashes.sort_by_key(|(hash, _)| *hash);
        hashes.shrink_to_fit();
        Self(hashes)
    }

    /// Documents that may have the key of that hash.
    pub(super) fn get(&self, hash: u32) -> impl Iterator<Item = DocumentId> {
        let start = self.0.partition_point(|(known, _)| *known < hash);
        self.0.iter().skip(start).take_while(move |(known, _)| *known == hash).map(|(_, id)| *id)
    }

    /// Documents that may have a key in common: the hash, in the order of hashes, and who they are.
    pub(super) fn repeated(&self) -> impl Iterator<Item = (u32, impl Iterator<Item = DocumentId>)> {
        self.0.chunk_by(|(one, _), (other, _)| one == other).filter_map(|run| {
            let (hash, first) = *run.first()?;
            run.iter().any(|(_, id)| *id != first).then(|| (hash, run.iter().map(|(_, id)| *id)))
        })
    }

    /// The hash of a key.
    pub(super) fn hash(key: &impl Hash) -> u32 {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let [a, b, c, d, ..] = hasher.finish().to_le_bytes();
        u32::from_le_bytes([a, b, c, d])
    }
}
