//! Every sample on its way from a worker to the outputs' thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use tokio::time::Instant;

use crate::metric::{MetricId, TagSet, TagSetId};

/// Samples that a worker collects before it hands them on.
const BATCH_SAMPLES: usize = 1_024;

/// Batches waiting for the outputs: half a million samples, some 30 MB. When the outputs don't
/// keep up, what doesn't fit is left out, counted, and said at the end.
const BATCHES_MAX: usize = 512;

/// A sample as it was taken.
#[derive(Clone, Debug)]
pub(crate) struct RawSample {
    pub(crate) metric: MetricId,
    pub(crate) value: f64,
    pub(crate) tags: TagSetId,
    pub(crate) time: Instant,
    pub(crate) metadata: Option<Arc<TagSet>>,
}

/// Takes batches of samples, never waiting.
#[derive(Clone, Debug)]
pub(crate) struct RawSender {
    batches: SyncSender<Vec<RawSample>>,
    left_out: Arc<AtomicU64>,
}

impl RawSender {
    /// A bounded channel to the outputs' thread.
    pub(crate) fn channel() -> (Self, Receiver<Vec<RawSample>>) {
        let (batches, receiver) = sync_channel(BATCHES_MAX);
        (
            Self {
                batches,
                left_out: Arc::default(),
            },
            receiver,
        )
    }

    /// The samples that did not fit.
    pub(crate) fn left_out(&self) -> Arc<AtomicU64> {
        self.left_out.clone()
    }
}

/// A worker's samples until there are enough of them to hand on.
#[derive(Debug)]
pub(crate) struct RawBuffer {
    samples: Vec<RawSample>,
    sender: RawSender,
}

impl RawBuffer {
    pub(crate) fn new(sender: RawSender) -> Self {
        Self {
            samples: Vec::with_capacity(BATCH_SAMPLES),
            sender,
        }
    }

    pub(crate) fn push(&mut self, sample: RawSample) {
        self.samples.push(sample);
        if self.samples.len() >= BATCH_SAMPLES {
            self.flush();
        }
    }

    pub(crate) fn flush(&mut self) {
        if self.samples.is_empty() {
            return;
        }
        let batch = std::mem::replace(&mut self.samples, Vec::with_capacity(BATCH_SAMPLES));
        let count = batch.len() as u64;
        if self.sender.batches.try_send(batch).is_err() {
            self.sender.left_out.fetch_add(count, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::builtin;

    #[test]
    fn what_outputs_cannot_take_is_counted() {
        let (sender, receiver) = RawSender::channel();
        let left_out = sender.left_out();
        let mut buffer = RawBuffer::new(sender);
        let sample = RawSample {
            metric: builtin::VUS,
            value: 1.0,
            tags: TagSetId::EMPTY,
            time: Instant::now(),
            metadata: None,
        };
        for _ in 0..BATCHES_MAX * BATCH_SAMPLES {
            buffer.push(sample.clone());
        }
        assert_eq!(left_out.load(Ordering::Relaxed), 0);
        (0..10).for_each(|_| buffer.push(sample.clone()));
        buffer.flush();
        assert_eq!(left_out.load(Ordering::Relaxed), 10);
        assert_eq!(
            receiver.try_iter().map(|batch| batch.len()).sum::<usize>(),
            BATCHES_MAX * BATCH_SAMPLES
        );
    }
}
