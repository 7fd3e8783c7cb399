//! Lines for the user, in k6's forms, written by a thread of its own: a slow terminal slows no
//! virtual user.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use indicatif::MultiProgress;
use serde_json::{Map, Value};
use vita_k6::{Level, LogLine, LogSink};
use vita_model::{Clock, SystemClock};

/// Lines that wait to be written; what comes when it is full is left out and counted.
const WAITING_LINES_MAX: usize = 16_384;

/// Characters that a message is filled up to in a terminal, so that fields stand in a column.
const MESSAGE_CHARS: usize = 44;

/// How a line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LogForm {
    /// `INFO[0003] message`
    Terminal {
        colors: bool,
    },
    /// `time="…" level=info msg=message`
    Logfmt,
    Json,
    /// The message alone.
    Raw,
}

/// Where lines go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LogTarget {
    Stderr,
    Stdout,
    File(PathBuf),
    Nowhere,
}

impl LogTarget {
    /// Reads `--log-output`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "" | "stderr" => Ok(Self::Stderr),
            "stdout" => Ok(Self::Stdout),
            "none" => Ok(Self::Nowhere),
            _ => match text.strip_prefix("file=") {
                Some(path) if !path.is_empty() => {
                    let path = path.split(",level=").next().unwrap_or(path);
                    Ok(Self::File(path.into()))
                }
                _ => Err(format!(
                    "`--log-output`: `{text}` is not supported: use `stderr`, `stdout`, `none` or `file=PATH`"
                )),
            },
        }
    }

    fn open(&self) -> io::Result<Option<Box<dyn Write + Send>>> {
        Ok(match self {
            Self::Stderr => Some(Box::new(io::stderr())),
            Self::Stdout => Some(Box::new(io::stdout())),
            Self::File(path) => Some(Box::new(
                File::options().create(true).append(true).open(path)?,
            )),
            Self::Nowhere => None,
        })
    }
}

/// What a logger is made with.
pub(super) struct LogSetup {
    pub(super) target: LogTarget,
    pub(super) form: LogForm,
    /// Where what scripts print goes instead.
    pub(super) console: Option<PathBuf>,
    pub(super) level: Level,
    /// What is drawn in the terminal, and has to step aside.
    pub(super) bars: MultiProgress,
}

impl LogForm {
    /// Reads `--log-format`.
    pub(super) fn parse(text: &str, target: &LogTarget, no_color: bool) -> Result<Self, String> {
        match text {
            "" | "text" => {
                let is_terminal = match target {
                    LogTarget::Stderr => io::stderr().is_terminal(),
                    LogTarget::Stdout => io::stdout().is_terminal(),
                    LogTarget::File(_) | LogTarget::Nowhere => false,
                };
                let colors = !no_color;
                Ok(if is_terminal {
                    Self::Terminal { colors }
                } else {
                    Self::Logfmt
                })
            }
            "json" => Ok(Self::Json),
            "raw" => Ok(Self::Raw),
            _ => Err(format!(
                "`--log-format`: `{text}` is none of text, json and raw"
            )),
        }
    }

    fn write(self, line: &LogLine<'_>, started: Instant) -> String {
        match self {
            Self::Terminal { colors } => terminal_line(line, started.elapsed(), colors),
            Self::Logfmt => line.to_logfmt(&now()),
            Self::Json => {
                let mut object = Map::new();
                for (key, value) in line.fields {
                    object.insert((*key).to_owned(), Value::from(*value));
                }
                object.insert("level".to_owned(), Value::from(line.level.as_str()));
                object.insert("msg".to_owned(), Value::from(line.message));
                object.insert("time".to_owned(), Value::from(now()));
                Value::Object(object).to_string()
            }
            Self::Raw => line.message.to_owned(),
        }
    }
}

/// The time of a line, in whole seconds.
fn now() -> String {
    let text = SystemClock.now().to_string();
    match text.split_once('.') {
        Some((seconds, _)) => format!("{seconds}Z"),
        None => text,
    }
}

fn terminal_line(line: &LogLine<'_>, after: Duration, colors: bool) -> String {
    let (name, color) = match line.level {
        Level::Debug => ("DEBU", "37"),
        Level::Info => ("INFO", "36"),
        Level::Warning => ("WARN", "33"),
        Level::Error => ("ERRO", "31"),
    };
    let painted = |text: &str| {
        if colors {
            format!("\u{1b}[{color}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    };
    let mut text = format!("{}[{:04}] ", painted(name), after.as_secs());
    if line.fields.is_empty() {
        text.push_str(line.message);
        return text;
    }
    let _ = write!(text, "{:<MESSAGE_CHARS$}", line.message);
    for (key, value) in line.fields {
        let _ = write!(text, " {}={value}", painted(key));
    }
    text
}

enum Order {
    Write {
        line: String,
        is_console: bool,
    },
    /// Says that everything before it is written.
    Flush(SyncSender<()>),
}

/// Takes lines from everywhere.
pub(super) struct Logger {
    orders: SyncSender<Order>,
    form: LogForm,
    level: Level,
    started: Instant,
    left_out: AtomicU64,
}

impl Logger {
    pub(super) fn start(setup: LogSetup) -> io::Result<Arc<Self>> {
        let (orders, waiting) = sync_channel(WAITING_LINES_MAX);
        let target = setup
            .target
            .open()
            .map_err(|error| named("--log-output", &error))?;
        let console: Option<Box<dyn Write + Send>> = match &setup.console {
            Some(path) => Some(Box::new(
                File::create(path).map_err(|error| named("--console-output", &error))?,
            )),
            None => None,
        };
        let bars = setup.bars;
        let write = move || write_lines(&waiting, target, console, &bars);
        std::thread::Builder::new()
            .name("load-log".to_owned())
            .spawn(write)?;
        Ok(Arc::new(Self {
            orders,
            form: setup.form,
            level: setup.level,
            started: Instant::now(),
            left_out: AtomicU64::new(0),
        }))
    }

    pub(super) fn say(&self, level: Level, message: &str) {
        let fields = &[];
        self.log(&LogLine {
            level,
            message,
            fields,
        });
    }

    /// Waits until everything is written, and says how much was left out.
    pub(super) fn flush(&self) {
        let (done, written) = sync_channel(1);
        if self.orders.send(Order::Flush(done)).is_ok() {
            let _ = written.recv();
        }
        let left_out = self.left_out.swap(0, Ordering::Relaxed);
        if left_out > 0 {
            self.say(
                Level::Warning,
                &format!(
                    "{left_out} lines were left out: they came faster than they could be written"
                ),
            );
            self.flush();
        }
    }
}

impl LogSink for Logger {
    fn log(&self, line: &LogLine<'_>) {
        if line.level < self.level {
            return;
        }
        let order = Order::Write {
            line: self.form.write(line, self.started),
            is_console: line.is_console(),
        };
        if let Err(TrySendError::Full(_)) = self.orders.try_send(order) {
            self.left_out.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn named(flag: &str, error: &io::Error) -> io::Error {
    io::Error::new(
        error.kind(),
        format!("`{flag}`: failed to open the file: {error}"),
    )
}

fn write_lines(
    waiting: &Receiver<Order>,
    mut target: Option<Box<dyn Write + Send>>,
    mut console: Option<Box<dyn Write + Send>>,
    bars: &MultiProgress,
) {
    while let Ok(order) = waiting.recv() {
        match order {
            Order::Write { line, is_console } => {
                // A reader that went away is no failure of the test.
                match (&mut console, &mut target) {
                    (Some(console), _) if is_console => drop(writeln!(console, "{line}")),
                    (_, Some(target)) => bars.suspend(|| drop(writeln!(target, "{line}"))),
                    _ => {}
                }
            }
            Order::Flush(done) => {
                for writer in console.iter_mut().chain(&mut target) {
                    drop(writer.flush());
                }
                let _ = done.send(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_and_forms_are_read() {
        assert_eq!(LogTarget::parse("none"), Ok(LogTarget::Nowhere));
        assert_eq!(
            LogTarget::parse("file=a.log,level=info"),
            Ok(LogTarget::File("a.log".into()))
        );
        assert!(LogTarget::parse("loki=http://x").is_err());
        let target = LogTarget::Nowhere;
        assert_eq!(LogForm::parse("", &target, false), Ok(LogForm::Logfmt));
        assert!(LogForm::parse("xml", &target, false).is_err());
    }

    #[test]
    fn lines_have_k6s_forms() {
        let line = LogLine {
            level: Level::Warning,
            message: "hm",
            fields: &[("source", "console")],
        };
        let shown = terminal_line(&line, Duration::from_secs(3), false);
        assert_eq!(
            shown,
            format!("WARN[0003] hm{} source=console", " ".repeat(42))
        );
        let json = LogForm::Json.write(&line, Instant::now());
        assert!(json.contains(r#""level":"warning","msg":"hm""#), "{json}");
        assert_eq!(LogForm::Raw.write(&line, Instant::now()), "hm");
    }
}
