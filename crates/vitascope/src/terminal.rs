//! What people and scripts see: standard output is for answers, standard error for all else.

use std::fmt::Display;
use std::io::{self, Write as _};

/// Writes one line of an answer. A reader that went away is no failure: `vitascope … | head`.
pub(crate) fn answer(line: impl Display) {
    let mut out = io::stdout().lock();
    drop(writeln!(out, "{line}").and_then(|()| out.flush()));
}

/// Writes one line for a person beside the answer.
pub(crate) fn note(line: impl Display) {
    drop(writeln!(io::stderr().lock(), "{line}"));
}

/// Writes why a command failed, with what caused it.
pub(crate) fn complain(error: &anyhow::Error) {
    let mut text = format!("error: {error}");
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        // Some libraries repeat their cause in their own words.
        if !text.contains(&cause) {
            text.push_str("\n  because ");
            text.push_str(&cause);
        }
    }
    note(text);
}
