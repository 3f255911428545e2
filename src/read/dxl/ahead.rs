//! The stream in blocks. A large file is fetched by one thread while another cuts documents out of it.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Scope;

/// Bytes of a block.
const SIZE: usize = 1 << 19;

/// Blocks that may wait.
const WAITING: usize = 4;

/// Free bytes before the stream's own, for what remains of the block before.
pub(super) const HEADROOM: usize = 256;

/// A part of the stream behind [`HEADROOM`] free bytes.
pub(super) type Block = Vec<u8>;

/// Where blocks come from.
pub(super) trait Blocks {
    /// The next block; `None` at the end. A block that is not needed any more is used again.
    fn next(&mut self, used: Block) -> io::Result<Option<Block>>;
}

/// Fills a block from a stream, unless that ends before.
fn fill(stream: &mut impl Read, block: &mut Block) -> io::Result<()> {
    block.resize(HEADROOM + SIZE, 0);
    let mut filled = HEADROOM;
    let result = loop {
        match stream.read(block.get_mut(filled..).unwrap_or(&mut [])) {
            Ok(0) => break Ok(()),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => break Err(error),
        }
    };
    block.truncate(filled);
    result
}

/// The blocks of a stream, each fetched when it is wanted.
pub(super) struct AsWanted<R> {
    stream: R,
    /// What went wrong behind the last block.
    failed: Option<io::Error>,
}

impl<R> AsWanted<R> {
    pub(super) fn new(stream: R) -> Self {
        Self { stream, failed: None }
    }
}

impl<R: Read> Blocks for AsWanted<R> {
    fn next(&mut self, used: Block) -> io::Result<Option<Block>> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let mut block = used;
        self.failed = fill(&mut self.stream, &mut block).err();
        match self.failed.take() {
            Some(error) if block.len() <= HEADROOM => Err(error),
            failed => {
                self.failed = failed;
                Ok((block.len() > HEADROOM).then_some(block))
            }
        }
    }
}

/// Blocks that have been fetched.
pub(super) struct Ahead {
    blocks: Receiver<io::Result<Block>>,
    used: SyncSender<Block>,
}

/// Fetches a stream ahead of its reader.
pub(super) fn ahead<'scope, 'env>(scope: &'scope Scope<'scope, 'env>, stream: impl Read + Send + 'scope) -> Ahead {
    let (fetched, blocks) = sync_channel(WAITING);
    let (used, free) = sync_channel::<Block>(WAITING + 2);
    scope.spawn(move || {
        let mut stream = AsWanted::new(stream);
        loop {
            let block = stream.next(free.try_recv().unwrap_or_default()).transpose();
            let ended = !matches!(block, Some(Ok(_)));
            // Nobody wants more once the reader has gone.
            if block.is_some_and(|block| fetched.send(block).is_err()) || ended {
                return;
            }
        }
    });
    Ahead { blocks, used }
}

impl Blocks for Ahead {
    fn next(&mut self, used: Block) -> io::Result<Option<Block>> {
        let _ = self.used.try_send(used);
        self.blocks.recv().ok().transpose()
    }
}
