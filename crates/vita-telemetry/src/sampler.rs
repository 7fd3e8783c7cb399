use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::metric;
use crate::{Exporter, ProcessUse, disk_free_bytes};

/// How often the process is looked at.
const SAMPLE_PAUSE: Duration = Duration::from_secs(5);

/// A thread that looks at the process every five seconds and puts the metrics in order. It ends
/// when this is dropped.
#[derive(Debug)]
pub struct Sampler {
    stop: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sampler {
    /// Starts the thread. `data_folder` is on the disk whose free space is told.
    ///
    /// # Errors
    /// What the system says when it gives no thread.
    pub fn start(exporter: Exporter, data_folder: PathBuf) -> io::Result<Self> {
        let (stop, stopped) = sync_channel(0);
        let thread = std::thread::Builder::new()
            .name("sampler".to_owned())
            .spawn(move || {
                loop {
                    sample(&data_folder);
                    exporter.keep_up();
                    match stopped.recv_timeout(SAMPLE_PAUSE) {
                        Err(RecvTimeoutError::Timeout) => {}
                        Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
                    }
                }
            })?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Sampler {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // It has nothing to say, and a panic has been told already.
            let _ = thread.join();
        }
    }
}

fn sample(data_folder: &Path) {
    match ProcessUse::read() {
        Ok(used) => {
            metric::PROCESS_RSS.set(used.resident_bytes as f64, []);
            metric::PROCESS_THREADS.set(used.threads as f64, []);
            metric::PROCESS_OPEN_FILES.set(used.open_files as f64, []);
            metric::PROCESS_CPU.set(used.cpu_time.as_secs_f64(), []);
            if let Some(files_max) = used.files_max {
                metric::PROCESS_FILES_MAX.set(files_max as f64, []);
            }
        }
        Err(error) => tracing::debug!(%error, "failed to look at the process"),
    }
    match disk_free_bytes(data_folder) {
        Ok(free) => metric::DISK_FREE.set(free as f64, []),
        Err(error) => tracing::debug!(%error, "failed to look at the disk"),
    }
}
