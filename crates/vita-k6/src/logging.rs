//! Lines for people: what scripts print, and what is said about them.

use std::fmt::Write as _;

/// How grave a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// `console.debug`
    Debug,
    /// `console.log` and `console.info`
    Info,
    /// `console.warn`, and what may be a mistake.
    Warning,
    /// `console.error`, and what has failed.
    Error,
}

impl Level {
    /// Its name in a line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A line, without its time.
#[derive(Debug, Clone)]
pub struct LogLine<'a> {
    /// How grave it is.
    pub level: Level,
    /// Its text.
    pub message: &'a str,
    /// Further fields, in order: `source` is `console` for what scripts print.
    pub fields: &'a [(&'a str, &'a str)],
}

impl LogLine<'_> {
    /// Whether a script printed it.
    pub fn is_console(&self) -> bool {
        self.fields.contains(&("source", "console"))
    }

    /// The line as k6 writes it: `time="…" level=info msg="…" source=console`.
    pub fn to_logfmt(&self, time: &str) -> String {
        let mut line = format!(
            "time={} level={} msg=",
            quoted(time, true),
            self.level.as_str()
        );
        line.push_str(&quoted(self.message, false));
        for (key, value) in self.fields {
            let _ = write!(line, " {key}={}", quoted(value, false));
        }
        line
    }
}

/// Takes lines; called from all workers.
pub trait LogSink: Send + Sync + 'static {
    /// Takes a line. It must not wait.
    fn log(&self, line: &LogLine<'_>);
}

/// A text in quotes when it needs them, with escapes.
fn quoted(text: &str, always: bool) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._/@^+".contains(c);
    if !always && !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\x{:02x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_written_as_k6_does() {
        let line = LogLine {
            level: Level::Info,
            message: "say \"hi\"\nplease",
            fields: &[("source", "console")],
        };
        assert_eq!(
            line.to_logfmt("2026-01-02T03:04:05Z"),
            r#"time="2026-01-02T03:04:05Z" level=info msg="say \"hi\"\nplease" source=console"#
        );
    }
}
