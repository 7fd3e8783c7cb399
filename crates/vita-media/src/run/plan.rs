use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use vita_model::{FRAMES_PER_SECOND, FrameSize};

/// A program that a plan may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tool {
    /// Makes media.
    Ffmpeg,
    /// Describes media.
    Ffprobe,
}

impl Tool {
    /// The program's usual name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ffmpeg => "ffmpeg",
            Self::Ffprobe => "ffprobe",
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The demuxers that an input may be opened with.
///
/// Playlist formats are in none of the lists that people's files are opened with: a playlist named
/// `clip.mp4` could otherwise read any file of this machine or make requests from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InputFormats {
    /// Video files.
    Video,
    /// A run of JPEG pictures.
    Jpeg,
    /// A list of segments that this crate wrote itself.
    OwnSegments,
}

impl InputFormats {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Video => "mov,matroska,webm,mpegts,avi,flv,ogg,mpeg,m4v,h264,hevc,ivf,asf",
            Self::Jpeg => "jpeg_pipe,mjpeg,image2",
            Self::OwnSegments => "concat,mov",
        }
    }
}

/// What the tool reads from its standard input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StdinUse {
    /// Nothing.
    Null,
    /// What the run is fed with: raw frames or pictures.
    Fed,
}

/// What is done with the tool's standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StdoutUse {
    /// Read as ffmpeg's `-progress` lines.
    Progress,
    /// Kept for the report; more than `bytes_max` fails the run.
    Captured {
        /// The most bytes that are kept.
        bytes_max: usize,
    },
}

/// A run of a tool as a value: nothing happens until a [`Runner`](super::Runner) gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolPlan {
    /// What to run.
    pub tool: Tool,
    /// Its arguments, one element an argument.
    pub args: Vec<OsString>,
    /// The files that it reads, to name the one that can't be read.
    pub inputs: Vec<PathBuf>,
    /// The files that exist when it succeeded. The arguments name their [`part_path`]s.
    pub outputs: Vec<PathBuf>,
    /// What it reads from its standard input.
    pub stdin: StdinUse,
    /// What its standard output is for.
    pub stdout: StdoutUse,
    /// How long it may run, when that is less than the runner's limit.
    pub wall_max: Option<Duration>,
}

/// Only files and pipes: no network, no `concat:` and its kind.
const PROTOCOLS: &str = "file,pipe";

impl ToolPlan {
    /// A plan of ffmpeg with what every run begins with. `-nostdin` keeps it from taking frames for
    /// keys that somebody pressed.
    pub(crate) fn ffmpeg() -> Self {
        Self::new(Tool::Ffmpeg).args(["-hide_banner", "-nostdin", "-loglevel", "error", "-y"])
    }

    /// A plan of ffprobe with what every run begins with.
    pub(crate) fn ffprobe(stdout_bytes_max: usize) -> Self {
        let mut plan = Self::new(Tool::Ffprobe).args(["-hide_banner", "-loglevel", "error"]);
        plan.stdout = StdoutUse::Captured {
            bytes_max: stdout_bytes_max,
        };
        plan
    }

    fn new(tool: Tool) -> Self {
        Self {
            tool,
            args: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            stdin: StdinUse::Null,
            stdout: StdoutUse::Captured { bytes_max: 0 },
            wall_max: None,
        }
    }

    pub(crate) fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    pub(crate) fn args<const N: usize>(mut self, args: [&str; N]) -> Self {
        self.args.extend(args.iter().map(OsString::from));
        self
    }

    /// Asks ffmpeg for progress lines on its standard output.
    pub(crate) fn report_progress(mut self) -> Self {
        self.stdout = StdoutUse::Progress;
        self.args(["-progress", "pipe:1", "-stats_period", "0.2", "-nostats"])
    }

    pub(crate) fn capture(mut self, bytes_max: usize) -> Self {
        self.stdout = StdoutUse::Captured { bytes_max };
        self
    }

    pub(crate) fn within(mut self, wall_max: Duration) -> Self {
        self.wall_max = Some(wall_max);
        self
    }

    /// Reads the file `path`, as one of `formats` or not at all.
    pub(crate) fn input(mut self, path: &Path, formats: InputFormats) -> Self {
        self.inputs.push(path.to_owned());
        self.args(["-protocol_whitelist", PROTOCOLS])
            .args(["-format_whitelist", formats.as_str()])
            .arg("-i")
            .arg(file_url(path))
    }

    /// Reads raw yuv420p frames of `size` from its standard input.
    pub(crate) fn frames_input(mut self, size: FrameSize) -> Self {
        self.stdin = StdinUse::Fed;
        self.args(["-protocol_whitelist", PROTOCOLS, "-f", "rawvideo"])
            .args(["-pixel_format", "yuv420p", "-color_range", "tv"])
            .args(["-colorspace", "bt709", "-video_size"])
            .arg(format!("{}x{}", size.width, size.height))
            .arg("-framerate")
            .arg(FRAMES_PER_SECOND.to_string())
            .args(["-i", "pipe:0"])
    }

    /// Reads what it is fed as `demuxer`.
    pub(crate) fn fed_input(mut self, demuxer: &str) -> Self {
        self.stdin = StdinUse::Fed;
        self.args(["-protocol_whitelist", PROTOCOLS, "-f", demuxer])
            .args(["-i", "pipe:0"])
    }

    /// Writes `path` with `muxer`, under its temporary name until the run succeeded.
    pub(crate) fn output(mut self, path: &Path, muxer: &str) -> Self {
        let part = file_url(&part_path(path));
        self.outputs.push(path.to_owned());
        self.args(["-f", muxer]).arg(part)
    }
}

/// The name that an output has until the run that makes it succeeded.
pub(crate) fn part_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// `path` as an address, so that no path can look like an option or another protocol.
fn file_url(path: &Path) -> OsString {
    let mut url = OsString::from("file:");
    url.push(path);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_look_like_options_or_addresses_stay_paths() {
        let plan = ToolPlan::ffmpeg()
            .input(Path::new("-i http://x/"), InputFormats::Video)
            .output(Path::new("concat:a|b"), "mp4");
        assert!(plan.args.contains(&OsString::from("file:-i http://x/")));
        assert!(plan.args.contains(&OsString::from("file:concat:a|b.part")));
    }
}
