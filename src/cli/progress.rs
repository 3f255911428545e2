//! How far a long check is: on a terminal, after a second, on standard error.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Shorter checks show nothing.
const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(120);

/// A line on the terminal, taken away when it is dropped.
pub(super) struct Progress {
    done: Arc<AtomicUsize>,
    shown: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Starts to count environments.
    pub(super) fn start(total: usize) -> Self {
        let done = Arc::new(AtomicUsize::new(0));
        let shown = std::io::stderr().is_terminal().then(|| {
            let (stop, stopped) = channel();
            let done = Arc::clone(&done);
            let line = std::thread::spawn(move || {
                if stopped.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
                let bar = ProgressBar::new_spinner();
                bar.set_style(ProgressStyle::default_spinner());
                while stopped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                    bar.set_message(if total > 1 {
                        format!("checked {} of {total} environments", done.load(Ordering::Relaxed))
                    } else {
                        "reading and checking".to_owned()
                    });
                    bar.tick();
                }
                bar.finish_and_clear();
            });
            (stop, line)
        });
        Self { done, shown }
    }

    /// One more is done.
    pub(super) fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((stop, line)) = self.shown.take() {
            drop(stop);
            let _ = line.join();
        }
    }
}
