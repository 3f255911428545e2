//! A large file is fetched by one thread while another cuts documents out of it.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Scope;

/// Bytes of a block, and how many blocks may wait.
const BLOCK: usize = 1 << 20;
const WAITING: usize = 4;

/// What has been fetched.
pub(super) struct Ahead {
    blocks: Receiver<io::Result<Vec<u8>>>,
    used: SyncSender<Vec<u8>>,
    block: Vec<u8>,
    at: usize,
}

/// Fetches a stream ahead of its reader.
pub(super) fn ahead<'scope, 'env>(scope: &'scope Scope<'scope, 'env>, mut stream: impl Read + Send + 'scope) -> Ahead {
    let (fetched, blocks) = sync_channel(WAITING);
    let (used, free) = sync_channel::<Vec<u8>>(WAITING + 2);
    scope.spawn(move || {
        loop {
            let mut block = free.try_recv().unwrap_or_default();
            block.resize(BLOCK, 0);
            let mut filled = 0;
            let result = loop {
                match stream.read(block.get_mut(filled..).unwrap_or(&mut [])) {
                    Ok(0) => break Ok(()),
                    Ok(count) => filled += count,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => break Err(error),
                }
            };
            block.truncate(filled);
            let ended = filled < BLOCK;
            // Nobody wants more once the reader has gone.
            if filled > 0 && fetched.send(Ok(block)).is_err() {
                return;
            }
            if let Err(error) = result {
                let _ = fetched.send(Err(error));
                return;
            }
            if ended {
                return;
            }
        }
    });
    Ahead { blocks, used, block: Vec::new(), at: 0 }
}

impl Read for Ahead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.block.len() {
            let Ok(block) = self.blocks.recv() else { return Ok(0) };
            let _ = self.used.try_send(std::mem::replace(&mut self.block, block?));
            self.at = 0;
        }
        let count = self.block.get(self.at..).unwrap_or(&[]).read(buffer)?;
        self.at += count;
        Ok(count)
    }
}
