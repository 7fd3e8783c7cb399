//! A project's scenes on one sheet: strips of film with numbered frames, their words and their time.

mod layout;
mod sheet;

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use vita_model::FrameSize;

use crate::MediaError;
use crate::animatic::RenderPool;
use crate::run::{InputFormats, Runner, ToolPlan, frame_feed};
use layout::Layout;
use sheet::Sheet;

/// The most frames of a sheet: one for each scene of the largest project.
pub const STORYBOARD_FRAMES_MAX: usize = 200;

/// A small picture is made in a fraction of a second.
const THUMBNAIL_WALL_MAX: Duration = Duration::from_secs(30);
/// Of the work, the share until all small pictures are there.
const THUMBNAILS_SHARE: f64 = 0.8;

/// What sheet to make.
#[derive(Clone, Debug)]
pub struct StoryboardRequest {
    /// The project's title.
    pub title: String,
    /// The scenes in order; 1 to [`STORYBOARD_FRAMES_MAX`].
    pub frames: Vec<StoryboardFrame>,
    /// The shape of the pictures.
    pub aspect: FrameSize,
    /// The sheet, a JPEG.
    pub out: PathBuf,
}

/// One scene of a sheet.
#[derive(Clone, Debug)]
pub struct StoryboardFrame {
    /// Its poster, a JPEG; an empty frame stands for a scene without a clip.
    pub picture: Option<PathBuf>,
    /// Its words, of which two lines are shown.
    pub caption: String,
    /// How long it plays.
    pub duration: Duration,
}

/// A sheet that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeStoryboard {
    /// The JPEG.
    pub picture: PathBuf,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Its size in pixels.
    pub frame_size: FrameSize,
}

/// A scene that is ready to be drawn.
#[derive(Debug)]
struct Panel {
    /// Red, green, blue, row by row, of the layout's picture size.
    pixels: Option<Vec<u8>>,
    caption: String,
    starts_at: Duration,
    duration: Duration,
}

/// Makes a storyboard sheet. `on_progress` gets the share that is done, 0 to 1.
///
/// A poster that can't be read leaves its frame empty: one bad file does not cost the sheet.
///
/// # Errors
/// [`MediaError::Unplannable`] for no frames, too many, or an impossible shape; else those of
/// [`Runner::run`].
pub async fn make_storyboard(
    runner: &Runner,
    pool: &RenderPool,
    request: StoryboardRequest,
    cancel: &CancellationToken,
    mut on_progress: impl FnMut(f64) + Send,
) -> Result<MadeStoryboard, MediaError> {
    let StoryboardRequest {
        title,
        frames,
        aspect,
        out,
    } = request;
    let layout = Layout::of(frames.len(), aspect)?;
    let count = frames.len() as f64;
    let mut panels = Vec::with_capacity(frames.len());
    let mut starts_at = Duration::ZERO;
    for frame in frames {
        let pixels = match &frame.picture {
            Some(path) => read_picture(runner, path, layout.picture, cancel).await?,
            None => None,
        };
        panels.push(Panel {
            pixels,
            caption: frame.caption,
            starts_at,
            duration: frame.duration,
        });
        starts_at = starts_at.saturating_add(frame.duration);
        on_progress(THUMBNAILS_SHARE * panels.len() as f64 / count);
    }
    let size = layout.sheet;
    let drawn = pool
        .run_later(move || Sheet::draw(&layout, &title, &panels).into_bytes())
        .await
        .ok_or(MediaError::RendererStopped)?;
    on_progress(0.9);
    let (feeder, feed) = frame_feed();
    let send = async {
        feeder.send(drawn).await;
        feeder.finish(Ok(())).await;
    };
    let plan = sheet_plan(size, &out);
    let ((), made) = tokio::join!(send, runner.run_fed(&plan, feed, cancel, |_| {}));
    let size_bytes = made?.output_bytes;
    on_progress(1.0);
    Ok(MadeStoryboard {
        picture: out,
        size_bytes,
        frame_size: size,
    })
}

/// The plan that makes the small picture of a poster: raw RGB on the standard output.
pub fn thumbnail_plan(picture: &Path, size: FrameSize) -> ToolPlan {
    let FrameSize { width, height } = size;
    ToolPlan::ffmpeg()
        .input(picture, InputFormats::Jpeg)
        .args(["-frames:v", "1", "-vf"])
        .arg(format!(
            "scale={width}:{height}:force_original_aspect_ratio=decrease:flags=area,\
             pad={width}:{height}:(ow-iw)/2:(oh-ih)/2:black,format=rgb24"
        ))
        .args(["-f", "rawvideo", "pipe:1"])
        .capture(rgb_bytes(size))
        .within(THUMBNAIL_WALL_MAX)
}

/// The plan that makes the JPEG `out` of raw RGB pixels.
pub fn sheet_plan(size: FrameSize, out: &Path) -> ToolPlan {
    ToolPlan::ffmpeg()
        .args(["-pixel_format", "rgb24", "-video_size"])
        .arg(format!("{}x{}", size.width, size.height))
        .fed_input("rawvideo")
        .args(["-frames:v", "1", "-c:v", "mjpeg", "-pix_fmt", "yuvj444p"])
        .args(["-q:v", "2", "-update", "1"])
        .output(out, "image2")
        .within(THUMBNAIL_WALL_MAX)
}

fn rgb_bytes(size: FrameSize) -> usize {
    size.width as usize * size.height as usize * 3
}

async fn read_picture(
    runner: &Runner,
    path: &Path,
    size: FrameSize,
    cancel: &CancellationToken,
) -> Result<Option<Vec<u8>>, MediaError> {
    match runner
        .run(&thumbnail_plan(path, size), cancel, |_| {})
        .await
    {
        Ok(report) if report.stdout.len() == rgb_bytes(size) => Ok(Some(report.stdout)),
        Ok(_) => Ok(None),
        Err(MediaError::InputUnreadable { .. } | MediaError::Failed { .. }) => {
            tracing::warn!(poster = %path.display(), "left an unreadable poster out of a storyboard");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
