//! What a tool's exit status and words mean.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};

use super::pipes::Ended;
use super::plan::ToolPlan;
use crate::MediaError;

/// What ffmpeg says about an input that is at fault itself.
const UNREADABLE_WORDS: [&str; 8] = [
    "Invalid data found when processing input",
    "moov atom not found",
    "Format not on whitelist",
    "not on whitelist",
    "Not yet implemented in FFmpeg",
    "does not contain any stream",
    "matches no streams",
    "could not find codec parameters",
];

/// Of the tool's words, in the message for people.
const REASON_CHARS_MAX: usize = 300;

/// The signal for a file over the size limit.
const SIGXFSZ: i32 = 25;

pub(super) fn judge(
    plan: &ToolPlan,
    ended: &Ended,
    output_bytes_max: u64,
) -> Result<(), MediaError> {
    let output = || plan.outputs.first().cloned().unwrap_or_default();
    // ffmpeg ends with success after some failed writes: its words count, too.
    if ended.stderr.contains("No space left on device") {
        return Err(MediaError::DiskFull { path: output() });
    }
    if ended.status.signal() == Some(SIGXFSZ) || ended.stderr.contains("File too large") {
        return Err(MediaError::OutputTooLarge {
            path: output(),
            limit_bytes: output_bytes_max,
        });
    }
    if ended.status.success() {
        return Ok(());
    }
    if let Some(reason) = unreadable_reason(&ended.stderr) {
        return Err(MediaError::InputUnreadable {
            path: input_at_fault(plan, &ended.stderr),
            reason,
        });
    }
    Err(MediaError::Failed {
        tool: plan.tool,
        status: ended.status.to_string(),
        stderr: ended.stderr.clone(),
    })
}

fn unreadable_reason(stderr: &str) -> Option<String> {
    let line = stderr
        .lines()
        .find(|line| UNREADABLE_WORDS.iter().any(|words| line.contains(words)))?;
    Some(line.chars().take(REASON_CHARS_MAX).collect())
}

fn input_at_fault(plan: &ToolPlan, stderr: &str) -> PathBuf {
    let is_named = |input: &&PathBuf| stderr.contains(&*input.to_string_lossy());
    plan.inputs
        .iter()
        .find(is_named)
        .or(plan.inputs.first())
        .map_or_else(|| Path::new("standard input").to_owned(), Clone::clone)
}
