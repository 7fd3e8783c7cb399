//! The way of a line of the log from where it is written to where it goes.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

use crate::metric;

/// Most lines that wait to be written.
const LINES_MAX: usize = 2_048;

/// Longest line; what is longer is cut, so that the queue has a bound in bytes, too.
const LINE_BYTES_MAX: usize = 16 * 1024;

/// How long the end of the process waits for the last lines.
const FLUSH_WAIT_MAX: Duration = Duration::from_secs(1);

enum Message {
    Line(Vec<u8>),
    /// Answered when everything before it is written.
    Flush(SyncSender<()>),
}

/// Says in the log's own form how many lines were dropped.
pub(crate) type DropNotice = fn(u64) -> String;

/// Takes lines and never waits.
#[derive(Clone)]
pub(crate) struct LogLines {
    queue: SyncSender<Message>,
    counts: Arc<Counts>,
}

/// The thread that writes.
#[derive(Debug)]
pub(crate) struct LogThread {
    queue: SyncSender<Message>,
}

#[derive(Default)]
struct Counts {
    waiting: AtomicUsize,
    dropped: AtomicU64,
}

impl LogLines {
    pub(crate) fn start(
        out: impl Write + Send + 'static,
        notice: DropNotice,
    ) -> io::Result<(Self, LogThread)> {
        // Lines are counted apart, so that there is always room for the one flush.
        let (queue, messages) = sync_channel(LINES_MAX + 1);
        let counts = Arc::new(Counts::default());
        let lines = Self {
            queue: queue.clone(),
            counts: Arc::clone(&counts),
        };
        std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write_lines(&messages, out, &counts, notice))?;
        Ok((lines, LogThread { queue }))
    }

    fn add(&self, line: Vec<u8>) -> bool {
        if self.counts.waiting.fetch_add(1, Ordering::Relaxed) < LINES_MAX
            && self.queue.try_send(Message::Line(line)).is_ok()
        {
            return true;
        }
        self.counts.waiting.fetch_sub(1, Ordering::Relaxed);
        false
    }
}

impl Write for LogLines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut kept = line[..line.len().min(LINE_BYTES_MAX)].to_vec();
        if kept.len() < line.len() {
            kept.extend_from_slice("…\n".as_bytes());
        }
        if !self.add(kept) {
            self.counts.dropped.fetch_add(1, Ordering::Relaxed);
            metric::LOG_LINES_DROPPED.add(1, []);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for LogLines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Drop for LogThread {
    fn drop(&mut self) {
        let (answer, answered) = sync_channel(1);
        if self.queue.try_send(Message::Flush(answer)).is_ok() {
            // Nobody reads on the other side, when this runs out; the process has to end anyway.
            let _ = answered.recv_timeout(FLUSH_WAIT_MAX);
        }
    }
}

fn write_lines(
    messages: &Receiver<Message>,
    mut out: impl Write,
    counts: &Counts,
    notice: DropNotice,
) {
    for message in messages {
        // When the log cannot be written there is nowhere left to say so.
        let _ = match message {
            Message::Line(line) => {
                counts.waiting.fetch_sub(1, Ordering::Relaxed);
                out.write_all(&line)
            }
            Message::Flush(answer) => {
                let flushed = out.flush();
                let _ = answer.try_send(());
                flushed
            }
        };
        let dropped = counts.dropped.swap(0, Ordering::Relaxed);
        if dropped > 0 {
            let _ = out.write_all(notice(dropped).as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands on what is written, and stands still until it is let go.
    struct Stuck {
        let_go: Receiver<()>,
        written: SyncSender<Vec<u8>>,
    }

    impl Write for Stuck {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            let _ = self.let_go.recv();
            let _ = self.written.try_send(line.to_vec());
            Ok(line.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn stuck() -> (LogLines, LogThread, SyncSender<()>, Receiver<Vec<u8>>) {
        let (go, let_go) = sync_channel(LINES_MAX * 2);
        let (written, lines) = sync_channel(LINES_MAX * 2);
        let (log, thread) =
            LogLines::start(Stuck { let_go, written }, |lost| format!("lost {lost}\n")).unwrap();
        (log, thread, go, lines)
    }

    #[test]
    fn a_reader_that_stands_still_holds_up_nobody_and_is_told_what_it_missed() {
        let (mut log, thread, go, lines) = stuck();
        let sent = LINES_MAX + 100;
        for number in 0..sent {
            log.write_all(format!("{number}\n").as_bytes()).unwrap();
        }
        drop(go);
        drop(thread);
        drop(log);
        let written: Vec<_> = lines.iter().collect();
        assert_eq!(written[0], b"0\n");
        let told: String = written
            .iter()
            .map(|line| String::from_utf8_lossy(line))
            .collect();
        let kept = told.lines().filter(|line| line.parse::<usize>().is_ok());
        let lost = told.lines().filter_map(|line| line.strip_prefix("lost "));
        let lost: usize = lost.map(|count| count.parse::<usize>().unwrap()).sum();
        assert_eq!(kept.count() + lost, sent);
        // The thread may have taken one line before it got stuck.
        assert!((99..=100).contains(&lost), "{lost}");
    }

    #[test]
    fn a_long_line_is_cut() {
        let (mut log, thread, go, lines) = stuck();
        log.write_all(&vec![b'x'; LINE_BYTES_MAX * 3]).unwrap();
        drop(go);
        drop(thread);
        let line = lines.recv().unwrap();
        assert_eq!(line.len(), LINE_BYTES_MAX + "…\n".len());
    }
}
