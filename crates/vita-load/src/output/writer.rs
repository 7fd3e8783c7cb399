//! The thread on which samples are written.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::csv::CsvOutput;
use super::json::{JsonOutput, MetricHeader};
use super::raw::{RawSample, RawSender};
use super::remote_write::RemoteWriteOutput;
use super::{OutputError, OutputKind};
use crate::metric::{MetricHub, MetricId};
use crate::run::RunState;

/// Bytes gathered before a file is written to.
const FILE_BUFFER_BYTES: usize = 256 * 1024;

/// How often outputs are told that time passes.
const TICK: Duration = Duration::from_millis(250);

/// Something that takes samples in the order in which workers handed them on.
pub(super) trait Output: Send {
    fn take(&mut self, sample: &RawSample, names: &Names<'_>) -> io::Result<()>;

    /// Called some times a second.
    fn tick(&mut self, names: &Names<'_>) -> io::Result<()>;

    /// Writes what is left.
    fn finish(&mut self, names: &Names<'_>) -> io::Result<()>;
}

/// What samples' numbers stand for.
pub(super) struct Names<'a> {
    pub(super) hub: &'a MetricHub,
    pub(super) state: &'a RunState,
    pub(super) headers: &'a dyn Fn(MetricId) -> MetricHeader,
}

/// What the outputs' thread is made with.
pub(crate) struct OutputSetup {
    pub(crate) hub: Arc<MetricHub>,
    pub(crate) state: Arc<RunState>,
    pub(crate) headers: Box<dyn Fn(MetricId) -> MetricHeader + Send>,
}

/// The outputs of a run, opened.
pub(crate) struct Outputs {
    opened: Vec<(String, Box<dyn Output>)>,
    samples: Receiver<Vec<RawSample>>,
    left_out: Arc<AtomicU64>,
}

/// The outputs' thread.
pub(crate) struct OutputThread {
    thread: JoinHandle<()>,
    ended: Arc<AtomicBool>,
}

impl Outputs {
    /// Opens all outputs; `None` without any.
    pub(crate) fn open(
        kinds: Vec<OutputKind>,
        system_tags: &[String],
    ) -> Result<Option<(RawSender, Self)>, OutputError> {
        if kinds.is_empty() {
            return Ok(None);
        }
        let (sender, samples) = RawSender::channel();
        let mut opened = Vec::new();
        for kind in kinds {
            opened.push(open(kind, system_tags)?);
        }
        let left_out = sender.left_out();
        Ok(Some((
            sender,
            Self {
                opened,
                samples,
                left_out,
            },
        )))
    }

    /// Writes on a thread of its own until [`OutputThread::finish`].
    pub(crate) fn start(self, setup: OutputSetup) -> io::Result<OutputThread> {
        let ended = Arc::new(AtomicBool::new(false));
        let seen = ended.clone();
        let thread = std::thread::Builder::new()
            .name("load-outputs".to_owned())
            .spawn(move || self.write_all(&setup, &seen))?;
        Ok(OutputThread { thread, ended })
    }

    fn write_all(mut self, setup: &OutputSetup, ended: &AtomicBool) {
        let names = Names {
            hub: &setup.hub,
            state: &setup.state,
            headers: &*setup.headers,
        };
        let mut next_tick = Instant::now() + TICK;
        loop {
            let is_ended = ended.load(Ordering::Acquire);
            let batch = if is_ended {
                self.samples
                    .try_recv()
                    .map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                self.samples.recv_timeout(TICK)
            };
            match batch {
                Ok(batch) => {
                    self.each(setup, |output| {
                        batch
                            .iter()
                            .try_for_each(|sample| output.take(sample, &names))
                    });
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if Instant::now() >= next_tick {
                next_tick = Instant::now() + TICK;
                self.each(setup, |output| output.tick(&names));
            }
        }
        self.each(setup, |output| output.finish(&names));
        let left_out = self.left_out.load(Ordering::Relaxed);
        if left_out > 0 {
            setup.state.warn(format!(
                "{left_out} samples are missing from the outputs, which were slower than the test: \
                 write to a faster disk, or take fewer outputs"
            ));
        }
    }

    /// An output that fails is closed and said; the run goes on with the others.
    fn each(
        &mut self,
        setup: &OutputSetup,
        mut act: impl FnMut(&mut dyn Output) -> io::Result<()>,
    ) {
        self.opened
            .retain_mut(|(name, output)| match act(output.as_mut()) {
                Ok(()) => true,
                Err(error) => {
                    setup
                        .state
                        .warn(format!("output `{name}` ends here: {error}"));
                    false
                }
            });
    }
}

impl OutputThread {
    /// Waits until everything is written that workers handed on.
    pub(crate) fn finish(self) {
        self.ended.store(true, Ordering::Release);
        // A panic there would have been said by the panic hook; there is nothing to add.
        drop(self.thread.join());
    }
}

fn open(
    kind: OutputKind,
    system_tags: &[String],
) -> Result<(String, Box<dyn Output>), OutputError> {
    Ok(match kind {
        OutputKind::Json(path) => {
            let name = path.display().to_string();
            let file = create(&path).map_err(|source| OutputError::new(&name, source))?;
            (name, Box::new(JsonOutput::new(file)))
        }
        OutputKind::Csv(path) => {
            let name = path.display().to_string();
            let output = create(&path).and_then(|file| CsvOutput::new(file, system_tags));
            (
                name.clone(),
                Box::new(output.map_err(|source| OutputError::new(&name, source))?),
            )
        }
        OutputKind::RemoteWrite(remote) => {
            let output = RemoteWriteOutput::new(remote).map_err(|error| {
                OutputError::new(
                    "remote write",
                    io::Error::new(io::ErrorKind::InvalidInput, error),
                )
            })?;
            ("remote write".to_owned(), Box::new(output))
        }
    })
}

fn create(path: &Path) -> io::Result<Box<dyn Write + Send>> {
    let file = BufWriter::with_capacity(FILE_BUFFER_BYTES, File::create(path)?);
    let is_compressed = path.extension().is_some_and(|extension| extension == "gz");
    Ok(if is_compressed {
        Box::new(Finished(Some(GzEncoder::new(file, Compression::default()))))
    } else {
        Box::new(file)
    })
}

/// A compressed file whose trailer is written by the first flush: outputs flush once, at the end.
struct Finished<W: Write>(Option<GzEncoder<W>>);

impl<W: Write> Write for Finished<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Some(encoder) => encoder.write(bytes),
            None => Err(io::Error::other("the file is finished")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.take() {
            Some(encoder) => encoder.finish()?.flush(),
            None => Ok(()),
        }
    }
}
