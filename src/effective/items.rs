//! The elements of a list: at hand, or made one by one where there may be very many.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::fact::Fact;

/// The elements of a list, in order.
#[derive(Debug, Clone)]
pub enum Items {
    /// They are at hand.
    Held(Arc<[Fact]>),
    /// Each is made when somebody asks for it.
    Made(Arc<Made>),
}

/// Elements that are made when somebody asks for them.
pub struct Made {
    count: usize,
    make: Box<dyn Fn(usize) -> Option<Fact> + Send + Sync>,
    all: OnceLock<Arc<[Fact]>>,
}

impl Items {
    /// So many elements, each made by its position.
    #[must_use]
    pub fn made(count: usize, make: impl Fn(usize) -> Option<Fact> + Send + Sync + 'static) -> Self {
        Self::Made(Arc::new(Made { count, make: Box::new(make), all: OnceLock::new() }))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Held(items) => items.len(),
            Self::Made(made) => made.count,
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at a position, from 0.
    #[must_use]
    pub fn at(&self, index: usize) -> Option<Fact> {
        match self {
            Self::Held(items) => items.get(index).cloned(),
            Self::Made(made) => (made.make)(index),
        }
    }
}

/// All elements at once; those that are made stay.
impl Deref for Items {
    type Target = [Fact];

    fn deref(&self) -> &[Fact] {
        match self {
            Self::Held(items) => items,
            Self::Made(made) => made.all.get_or_init(|| (0..made.count).filter_map(&made.make).collect()),
        }
    }
}

impl Default for Items {
    fn default() -> Self {
        Self::Held(Arc::default())
    }
}

impl From<Vec<Fact>> for Items {
    fn from(items: Vec<Fact>) -> Self {
        Self::Held(items.into())
    }
}

impl From<Arc<[Fact]>> for Items {
    fn from(items: Arc<[Fact]>) -> Self {
        Self::Held(items)
    }
}

impl FromIterator<Fact> for Items {
    fn from_iter<I: IntoIterator<Item = Fact>>(items: I) -> Self {
        Self::Held(items.into_iter().collect())
    }
}

impl fmt::Debug for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Made").field("count", &self.count).finish_non_exhaustive()
    }
}
