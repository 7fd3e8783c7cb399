//! What tests of several crates need: small media, made by the machine's own ffmpeg when a test needs
//! them, child processes to be killed, and PostgreSQL.
//!
//! Nothing is committed and nothing is fetched. A test that needs ffmpeg asks [`has_ffmpeg`] first
//! and says so when it is missing, one that needs PostgreSQL [`postgres::has_postgres`]; it is never
//! silently green.

mod child;
mod picture;
pub mod postgres;

pub use child::{ChildTest, folder_of_child};
pub use picture::png_picture;

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// A small clip: what differs between the clips that tests need.
#[derive(Clone, Copy, Debug)]
pub struct ClipRecipe {
    /// Pixels across and down; even.
    pub size: (u32, u32),
    /// Frames a second.
    pub rate: u32,
    /// Its length in frames.
    pub frames: u32,
    /// An ffmpeg colour word.
    pub color: &'static str,
    /// With a tone, too.
    pub has_sound: bool,
}

impl Default for ClipRecipe {
    fn default() -> Self {
        Self {
            size: (320, 180),
            rate: 24,
            frames: 24,
            color: "teal",
            has_sound: false,
        }
    }
}

/// True when ffmpeg and ffprobe are installed; otherwise prints that a test is skipped.
pub fn has_ffmpeg() -> bool {
    static FOUND: OnceLock<bool> = OnceLock::new();
    let found = *FOUND.get_or_init(|| {
        ["ffmpeg", "ffprobe"].iter().all(|tool| {
            tool_command(tool)
                .arg("-version")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success())
        })
    });
    if !found {
        say_skipped("ffmpeg is not installed");
    }
    found
}

/// Says on the real standard error that the test on this thread is skipped, past cargo's capture.
fn say_skipped(reason: &str) {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("a test");
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(std::io::stderr(), "skipped: {name}: {reason}");
}

/// Makes an H.264 clip in MP4 at `path`.
///
/// # Panics
/// When ffmpeg can't make it: the test can't go on.
pub fn make_clip(path: &Path, recipe: ClipRecipe) -> PathBuf {
    let ClipRecipe {
        size: (width, height),
        rate,
        frames,
        color,
        has_sound,
    } = recipe;
    let seconds = f64::from(frames) / f64::from(rate);
    let picture = format!("color=c={color}:s={width}x{height}:r={rate}:d={seconds}");
    let mut args = vec![
        "-f".to_owned(),
        "lavfi".to_owned(),
        "-i".to_owned(),
        picture,
    ];
    if has_sound {
        let tone = format!("sine=f=440:d={seconds}");
        args.extend(["-f", "lavfi", "-i", &tone, "-c:a", "aac"].map(str::to_owned));
    }
    args.extend(
        [
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-pix_fmt",
            "yuv420p",
        ]
        .map(str::to_owned),
    );
    args.extend(["-frames:v".to_owned(), frames.to_string()]);
    args.extend(["-movflags", "+faststart", "-f", "mp4"].map(str::to_owned));
    run_ffmpeg(args.iter().map(OsStr::new).chain([path.as_os_str()]));
    path.to_owned()
}

/// Makes a JPEG of one colour at `path`.
///
/// # Panics
/// When ffmpeg can't make it: the test can't go on.
pub fn make_picture(path: &Path, (width, height): (u32, u32), color: &str) -> PathBuf {
    let picture = format!("color=c={color}:s={width}x{height}");
    let args = [
        "-f",
        "lavfi",
        "-i",
        &picture,
        "-frames:v",
        "1",
        "-update",
        "1",
        "-f",
        "image2",
    ];
    run_ffmpeg(args.map(OsStr::new).into_iter().chain([path.as_os_str()]));
    path.to_owned()
}

/// Writes the first `share` (0 to 1) of the file `whole` to `path`: a cut-off upload.
///
/// # Panics
/// When a file can't be read or written.
pub fn cut_off(whole: &Path, path: &Path, share: f64) -> PathBuf {
    let bytes = std::fs::read(whole).expect("the whole file is readable");
    let kept = (bytes.len() as f64 * share) as usize;
    std::fs::write(path, &bytes[..kept]).expect("the folder is writable");
    path.to_owned()
}

/// Writes an HLS playlist that names `secret` to `path`, whatever the path's ending says.
///
/// # Panics
/// When the file can't be written.
pub fn make_disguised_playlist(path: &Path, secret: &Path) -> PathBuf {
    let playlist = format!(
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{}\n#EXT-X-ENDLIST\n",
        secret.display()
    );
    std::fs::write(path, playlist).expect("the folder is writable");
    path.to_owned()
}

fn run_ffmpeg<'a>(args: impl Iterator<Item = &'a OsStr>) {
    let status = tool_command("ffmpeg")
        .args(["-v", "error", "-nostdin", "-y"])
        .args(args)
        .status()
        .expect("ffmpeg starts");
    assert!(status.success(), "ffmpeg ended with {status}");
}

#[expect(
    clippy::disallowed_methods,
    reason = "fixtures are made without the runner that they are there to test"
)]
fn tool_command(tool: &str) -> Command {
    Command::new(tool)
}
