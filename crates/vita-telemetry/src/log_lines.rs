//! The way of a line of the log from where it is written to where it goes.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
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

/// Takes lines and never waits.
#[derive(Clone)]
pub(crate) struct LogLines {
    queue: SyncSender<Message>,
    dropped: Arc<AtomicU64>,
}

/// The thread that writes.
#[derive(Debug)]
pub(crate) struct LogThread {
    queue: SyncSender<Message>,
}

impl LogLines {
    pub(crate) fn start(out: impl Write + Send + 'static) -> io::Result<(Self, LogThread)> {
        let (queue, messages) = sync_channel(LINES_MAX);
        let dropped = Arc::new(AtomicU64::new(0));
        let lines = Self {
            queue: queue.clone(),
            dropped: Arc::clone(&dropped),
        };
        std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write_lines(&messages, out, &dropped))?;
        Ok((lines, LogThread { queue }))
    }
}

impl Write for LogLines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut kept = line[..line.len().min(LINE_BYTES_MAX)].to_vec();
        if kept.len() < line.len() {
            kept.extend_from_slice("…\n".as_bytes());
        }
        if self.queue.try_send(Message::Line(kept)).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
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

fn write_lines(messages: &Receiver<Message>, mut out: impl Write, dropped: &AtomicU64) {
    for message in messages {
        // When the log cannot be written there is nowhere left to say so.
        let _ = match message {
            Message::Line(line) => out.write_all(&line),
            Message::Flush(answer) => {
                let flushed = out.flush();
                let _ = answer.try_send(());
                flushed
            }
        };
        let lost = dropped.swap(0, Ordering::Relaxed);
        if lost > 0 {
            let _ = writeln!(out, "{lost} lines of the log were dropped here");
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
        let (log, thread) = LogLines::start(Stuck { let_go, written }).unwrap();
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
        let written: Vec<_> = lines.try_iter().collect();
        assert_eq!(written[0], b"0\n");
        let told: String = written
            .iter()
            .map(|line| String::from_utf8_lossy(line))
            .collect();
        assert!(told.contains("lines of the log were dropped here"));
        let kept = told.lines().filter(|line| line.parse::<usize>().is_ok());
        assert!((LINES_MAX..sent).contains(&kept.count()));
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
