//! From the notes of which an export has very many to packed documents, on all processors.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Environment;
use super::build::{KindOf, Origin, conflict, document, recognise, undecided};
use super::document::Document;
use super::fields::{Dialect, fields};
use super::packed::{Common, Packed};
use super::vocabulary::Kind;
use crate::read::{Crowd, CrowdPart};
use crate::source::Problem;

/// What a part of a crowd gives.
#[derive(Default)]
struct Made {
    packed: BTreeMap<Kind, Packed>,
    /// Documents that hold more than packed ones can.
    others: Vec<Document>,
    problems: Vec<Problem>,
    gaps: Vec<Arc<str>>,
}

/// Packs the documents of a crowd, part by part, so that it is never in memory twice.
pub(super) fn pack(
    crowd: Crowd,
    origin: &Origin<'_>,
    environment: &mut Environment,
    problems: &mut Vec<Problem>,
) -> Vec<Packed> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let mut parts = crowd.into_parts();
    let mut packed = Vec::new();
    loop {
        let some: Vec<CrowdPart> = parts.by_ref().take(workers).collect();
        if some.is_empty() {
            return packed;
        }
        for made in side_by_side(some, |part| make(&part, origin)) {
            packed.extend(made.packed.into_values());
            problems.extend(made.problems);
            environment.gaps.extend(made.gaps);
            for document in made.others {
                environment.hold(document);
            }
        }
    }
}

/// Does the same for each part, in threads if there are several; the results come in the order of the parts.
fn side_by_side<P: Send, M: Send>(parts: Vec<P>, make: impl Fn(P) -> M + Sync) -> Vec<M> {
    if parts.len() < 2 {
        return parts.into_iter().map(make).collect();
    }
    std::thread::scope(|scope| {
        let make = &make;
        let threads: Vec<_> = parts.into_iter().map(|part| scope.spawn(move || make(part))).collect();
        let joined = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
        joined.map(|made| made.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

fn make(part: &CrowdPart, origin: &Origin<'_>) -> Made {
    let mut made = Made::default();
    for note in part.notes() {
        let (kind, form, dialect) = match recognise(&note, origin.format) {
            KindOf::Known(kind, form, dialect) => (kind, form, dialect),
            KindOf::Undecided(kind) => {
                let (problem, gap) = undecided(kind, &note);
                made.problems.push(problem);
                made.gaps.push(gap);
                continue;
            }
            KindOf::Other => continue,
        };
        if note.origin.conflict {
            made.problems.push(conflict(kind, &note));
            continue;
        }
        let fields = fields(kind, &note, dialect, origin.aliases, &mut made.problems);
        let document = document(&note, kind, form, dialect, fields, origin);
        let packed = made.packed.entry(kind).or_insert_with(|| Packed::new(common(kind, dialect, origin)));
        if !packed.push(&document) {
            made.others.push(document);
        }
    }
    for packed in made.packed.values_mut() {
        packed.close();
    }
    made
}

fn common(kind: Kind, dialect: Dialect, origin: &Origin<'_>) -> Common {
    Common {
        kind,
        file: origin.file,
        directory: origin.directory,
        whole_directory: origin.whole_directory,
        from_items: dialect != Dialect::Native,
        aliases: Arc::clone(origin.aliases),
    }
}
