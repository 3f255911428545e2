//! Where the notes of people are built: in a large file by several threads, batch by batch, beside the one that cuts.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::Scope;

use super::builder::{Batch, Builder, Built};
use super::complaints::Complaints;
use crate::read::{Crowd, Demand};
use crate::source::Source;

/// Batches that may wait for each builder.
const WAITING: usize = 2;

/// Takes batches, and gives the crowd in the order of the file.
pub(super) struct Workshop<'s> {
    way: Way<'s>,
    /// The number of the next batch.
    next: u64,
    crowd: Crowd,
    complaints: Complaints,
    /// How many batches the crowd holds.
    taken: u64,
    /// Batches that were built before one that comes before them.
    early: BTreeMap<u64, Built>,
}

enum Way<'s> {
    /// At once.
    Here(Builder<'s>),
    /// By other threads.
    There { work: SyncSender<Job>, built: Receiver<(u64, Built)> },
}

/// A batch, its number, and a crowd to put its notes into.
type Job = (u64, Batch, Crowd);

impl<'s> Workshop<'s> {
    /// One that builds at once.
    pub(super) fn here(source: &'s Source, demand: &'s Demand) -> Self {
        Self::new(source, Way::Here(Builder::new(source, demand)))
    }

    /// One with as many builders as there are processors.
    pub(super) fn there<'scope>(scope: &'scope Scope<'scope, '_>, source: &'s Source, demand: &'s Demand) -> Self
    where
        's: 'scope,
    {
        let builders = std::thread::available_parallelism().map_or(1, usize::from);
        let (work, jobs) = sync_channel::<Job>(WAITING * builders);
        let (done, built) = channel();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..builders {
            let (jobs, done, builder) = (Arc::clone(&jobs), done.clone(), Builder::new(source, demand));
            scope.spawn(move || serve(&jobs, &done, builder));
        }
        Self::new(source, Way::There { work, built })
    }

    fn new(source: &Source, way: Way<'s>) -> Self {
        Self {
            way,
            next: 0,
            crowd: Crowd::new(source.id),
            complaints: Complaints::default(),
            taken: 0,
            early: BTreeMap::new(),
        }
    }

    /// Hands over a batch.
    pub(super) fn take(&mut self, batch: Batch) {
        let (number, crowd) = (self.next, self.crowd.beside());
        self.next += 1;
        match &mut self.way {
            Way::Here(builder) => {
                let built = builder.build(&batch, crowd);
                self.put(number, built);
            }
            Way::There { work, built } => {
                // The other threads end after this one.
                let _ = work.send((number, batch, crowd));
                while let Ok((number, built)) = built.try_recv() {
                    self.early.insert(number, built);
                }
                self.catch_up();
            }
        }
    }

    /// Waits for what is being built.
    pub(super) fn finish(self) -> (Crowd, Complaints) {
        let Self { way, mut crowd, mut complaints, mut early, .. } = self;
        if let Way::There { work, built } = way {
            drop(work);
            early.extend(built);
            for built in early.into_values() {
                crowd.append(built.crowd);
                complaints.add_all(built.complaints);
            }
        }
        (crowd, complaints)
    }

    fn catch_up(&mut self) {
        while let Some(built) = self.early.remove(&self.taken) {
            self.put(self.taken, built);
        }
    }

    fn put(&mut self, number: u64, built: Built) {
        self.crowd.append(built.crowd);
        self.complaints.add_all(built.complaints);
        self.taken = number + 1;
    }
}

fn serve(jobs: &Mutex<Receiver<Job>>, done: &Sender<(u64, Built)>, mut builder: Builder<'_>) {
    loop {
        let job = jobs.lock().ok().and_then(|jobs| jobs.recv().ok());
        let Some((number, batch, crowd)) = job else { return };
        if done.send((number, builder.build(&batch, crowd))).is_err() {
            return;
        }
    }
}
