use tokio::sync::mpsc;

use crate::MediaError;

/// How many frames may wait between the renderer and the encoder. At 1080p a frame is 3.1 MB.
const FRAMES_WAITING_MAX: usize = 2;

/// Makes a bounded way for frames from a renderer's thread to a run's standard input.
///
/// Buffers travel back, so that a clip needs a handful of them and not one a frame.
pub fn frame_feed() -> (FrameSender, FrameFeed) {
    let (frames, feed) = mpsc::channel(FRAMES_WAITING_MAX);
    let (returned, reuse) = mpsc::channel(FRAMES_WAITING_MAX + 2);
    (FrameSender { frames, reuse }, FrameFeed { feed, returned })
}

/// The renderer's end.
#[derive(Debug)]
pub struct FrameSender {
    frames: mpsc::Sender<Item>,
    reuse: mpsc::Receiver<Vec<u8>>,
}

#[derive(Debug)]
enum Item {
    Bytes(Vec<u8>),
    End,
    Failed(MediaError),
}

impl FrameSender {
    /// An empty buffer, one that was sent before if there is one.
    pub fn buffer(&mut self) -> Vec<u8> {
        let mut buffer = self.reuse.try_recv().unwrap_or_default();
        buffer.clear();
        buffer
    }

    /// Sends bytes from a thread outside of the async runtime; waits while the encoder is busy.
    /// False when nobody reads any more.
    pub fn blocking_send(&self, bytes: Vec<u8>) -> bool {
        self.frames.blocking_send(Item::Bytes(bytes)).is_ok()
    }

    /// Sends bytes from an async task; waits while the tool is busy. False when nobody reads any
    /// more.
    pub async fn send(&self, bytes: Vec<u8>) -> bool {
        self.frames.send(Item::Bytes(bytes)).await.is_ok()
    }

    /// Says that all was sent. Without it, the run fails: a renderer that stopped half-way must not
    /// leave a short clip that looks whole.
    pub fn blocking_finish(self, outcome: Result<(), MediaError>) {
        drop(self.frames.blocking_send(end_item(outcome)));
    }

    /// [`Self::blocking_finish`] from an async task.
    pub async fn finish(self, outcome: Result<(), MediaError>) {
        drop(self.frames.send(end_item(outcome)).await);
    }
}

fn end_item(outcome: Result<(), MediaError>) -> Item {
    match outcome {
        Ok(()) => Item::End,
        Err(error) => Item::Failed(error),
    }
}

/// The run's end of a feed.
#[derive(Debug)]
pub struct FrameFeed {
    feed: mpsc::Receiver<Item>,
    returned: mpsc::Sender<Vec<u8>>,
}

impl FrameFeed {
    /// The next bytes; nothing at the end.
    ///
    /// # Errors
    /// What the sender failed with, or [`MediaError::RendererStopped`] when it vanished.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<u8>>, MediaError> {
        match self.feed.recv().await {
            Some(Item::Bytes(bytes)) => Ok(Some(bytes)),
            Some(Item::End) => Ok(None),
            Some(Item::Failed(error)) => Err(error),
            None => Err(MediaError::RendererStopped),
        }
    }

    /// Gives a buffer back for the next frame.
    pub(super) fn give_back(&self, buffer: Vec<u8>) {
        drop(self.returned.try_send(buffer));
    }
}
