//! From a prompt to a clip and its poster.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use vita_model::{ClipSpec, FrameSize, Stage};

use crate::MediaError;
use crate::animatic::{Animatic, AnimaticPlan, RenderPool, plate_size};
use crate::image::{ImageLimits, Picture, load_cover};
use crate::run::{FrameSender, NICENESS, RunProgress, Runner, ToolPlan, frame_feed};

/// What an animatic says of itself in its file.
pub const ANIMATIC_COMMENT: &str = "animatic, procedural";
/// The clip's name in its folder.
pub const CLIP_FILE: &str = "clip.mp4";
/// The poster's name in its folder.
pub const POSTER_FILE: &str = "poster.jpg";

/// A poster is one frame.
const POSTER_WALL_MAX: Duration = Duration::from_mins(1);
/// Of the encoding stage, the share until the clip's file is whole; the rest is the poster.
const CLIP_SHARE_OF_ENCODING: f64 = 0.7;

/// What to make.
#[derive(Clone, Debug)]
pub struct AnimaticRequest {
    /// The words.
    pub prompt: String,
    /// Decides what the words leave open.
    pub seed: u64,
    /// Size and length.
    pub spec: ClipSpec,
    /// Pictures to move over instead of drawing a scene: JPEG, PNG or WebP files, in order.
    pub reference_images: Vec<PathBuf>,
    /// Where the files go; it must exist. Two requests at a time need two folders.
    pub out_dir: PathBuf,
}

/// A clip that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeClip {
    /// The clip: MP4, H.264, yuv420p, BT.709, faststart, no sound.
    pub video: PathBuf,
    /// A JPEG of its most telling frame, of the same size.
    pub poster: PathBuf,
    /// The clip's size.
    pub size_bytes: u64,
    /// The poster's size.
    pub poster_bytes: u64,
    /// The clip's length.
    pub duration: Duration,
    /// Its frames.
    pub frame_size: FrameSize,
    /// How many.
    pub frame_count: u32,
    /// What was understood of the prompt.
    pub plan: AnimaticPlan,
}

/// Makes the animatic of a prompt: draws its frames and encodes them while they come.
///
/// `on_progress` gets the stage and the share of it that is done, 0 to 1, as often as a frame is
/// done. The last stage that it gets is [`Stage::Encoding`].
///
/// Cancel safe: when the future is dropped or `cancel` fires, ffmpeg is killed, the renderer stops
/// within a frame and no file is left.
///
/// # Errors
/// Every [`MediaError`] of [`Runner::run_fed`].
pub async fn make_animatic(
    runner: &Runner,
    pool: &RenderPool,
    request: AnimaticRequest,
    cancel: &CancellationToken,
    mut on_progress: impl FnMut(Stage, f64) + Send,
) -> Result<MadeClip, MediaError> {
    let AnimaticRequest {
        prompt,
        seed,
        spec,
        reference_images,
        out_dir,
    } = request;
    on_progress(Stage::AnalyzingPrompt, 0.0);
    let plan = AnimaticPlan::parse(&prompt, seed);
    on_progress(Stage::AnalyzingPrompt, 1.0);
    let admitted = tokio::select! {
        biased;
        () = cancel.cancelled() => return Err(MediaError::Cancelled),
        admitted = pool.admit() => admitted,
    };
    let pictures = load_plates(pool, reference_images, spec).await?;
    on_progress(Stage::GeneratingFrames, 0.0);

    let (frames, feed) = frame_feed();
    // It also fires when this future is dropped.
    let stop = cancel.child_token();
    let _stop_on_drop = stop.clone().drop_guard();
    let scene = Scene {
        plan: plan.clone(),
        spec,
        pictures,
    };
    let poster_frame = start_renderer(pool, scene, frames, &stop)?;
    let video = out_dir.join(CLIP_FILE);
    let encode = clip_plan(spec.frame_size(), pool.thread_count(), &video);
    let frame_count = spec.frame_count();
    let made = runner
        .run_fed(&encode, feed, cancel, |progress| {
            let (stage, fraction) = stage_of(progress, frame_count);
            on_progress(stage, fraction);
        })
        .await?;
    drop(admitted);

    on_progress(Stage::Encoding, CLIP_SHARE_OF_ENCODING);
    let poster = out_dir.join(POSTER_FILE);
    let made_poster = make_poster(runner, spec.frame_size(), poster_frame, &poster, cancel);
    let poster_bytes = made_poster.await.inspect_err(|_| {
        // A clip without its poster is not made.
        drop(std::fs::remove_file(&video));
    })?;
    on_progress(Stage::Encoding, 1.0);
    Ok(MadeClip {
        video,
        poster,
        size_bytes: made.output_bytes,
        poster_bytes,
        duration: Duration::from_secs(spec.duration.get().into()),
        frame_size: spec.frame_size(),
        frame_count,
        plan,
    })
}

fn stage_of(progress: RunProgress, frame_count: u32) -> (Stage, f64) {
    let total = f64::from(frame_count.max(1));
    if progress.is_fed {
        let encoded = progress.frames_encoded as f64 / total;
        (Stage::Encoding, encoded.min(1.0) * CLIP_SHARE_OF_ENCODING)
    } else {
        (Stage::GeneratingFrames, progress.frames_fed as f64 / total)
    }
}

/// What is drawn.
struct Scene {
    plan: AnimaticPlan,
    spec: ClipSpec,
    /// Empty for a scene that is drawn from the words.
    pictures: Vec<Picture>,
}

/// Reads the pictures that a clip moves over, each within the limits of uploaded ones, one after the
/// other on the threads that draw.
async fn load_plates(
    pool: &RenderPool,
    paths: Vec<PathBuf>,
    spec: ClipSpec,
) -> Result<Vec<Picture>, MediaError> {
    let size = plate_size(spec.frame_size());
    let limits = ImageLimits::default();
    let mut pictures = Vec::with_capacity(paths.len());
    for path in paths {
        let loaded = pool.run_later(move || {
            let bytes = std::fs::read(&path).map_err(MediaError::io("read", &path))?;
            load_cover(&bytes, size, &limits).map_err(|error| MediaError::InputUnreadable {
                path,
                reason: error.to_string(),
            })
        });
        pictures.push(loaded.await.ok_or(MediaError::RendererStopped)??);
    }
    Ok(pictures)
}

/// Starts the thread that draws one clip. It sends the frames to `frames`, and in the end the best
/// one for a poster to the returned channel.
fn start_renderer(
    pool: &RenderPool,
    scene: Scene,
    frames: FrameSender,
    stop: &CancellationToken,
) -> Result<Receiver<Vec<u8>>, MediaError> {
    let (poster_to, poster) = sync_channel(1);
    let (pool, stop) = (pool.clone(), stop.clone());
    thread::Builder::new()
        .name("vita-animatic".to_owned())
        .spawn(move || draw_clip(&pool, scene, frames, &poster_to, &stop))
        .map_err(MediaError::io(
            "start a thread for",
            Path::new("the renderer"),
        ))?;
    Ok(poster)
}

fn draw_clip(
    pool: &RenderPool,
    scene: Scene,
    mut frames: FrameSender,
    poster: &SyncSender<Vec<u8>>,
    stop: &CancellationToken,
) {
    // What this thread does itself is copying; but that, too, comes after people's requests.
    let _ = rustix::process::setpriority_process(None, NICENESS);
    let Scene {
        plan,
        spec,
        pictures,
    } = scene;
    let mut animatic = pool.run(|| Animatic::prepare_over(&plan, spec, pictures));
    let mut best = PosterChoice::default();
    for index in 0..animatic.frame_count() {
        if stop.is_cancelled() {
            return frames.blocking_finish(Err(MediaError::Cancelled));
        }
        let mut frame = frames.buffer();
        pool.run(|| animatic.draw(index, &mut frame));
        best.consider(index, &frame, &animatic);
        if !frames.blocking_send(frame) {
            return;
        }
    }
    drop(poster.try_send(best.frame));
    frames.blocking_finish(Ok(()));
}

/// Frames that are looked at for the poster.
const POSTER_CANDIDATES: u32 = 5;

/// The frame with the richest picture so far.
#[derive(Default)]
struct PosterChoice {
    frame: Vec<u8>,
    score: f64,
}

impl PosterChoice {
    fn consider(&mut self, index: u32, frame: &[u8], animatic: &Animatic) {
        let spacing = (animatic.frame_count() / POSTER_CANDIDATES).max(1);
        if index % spacing != spacing / 2 {
            return;
        }
        let size = animatic.frame_size();
        let luma = &frame[..(size.width * size.height) as usize];
        let score = 1.0 + contrast(luma);
        if score > self.score {
            self.score = score;
            self.frame.clear();
            self.frame.extend_from_slice(frame);
        }
    }
}

/// The standard deviation of a sample of the pixels.
fn contrast(luma: &[u8]) -> f64 {
    let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for value in luma.iter().step_by(97) {
        let value = f64::from(*value);
        count += 1.0;
        sum += value;
        squares += value * value;
    }
    let mean = sum / f64::max(count, 1.0);
    (squares / f64::max(count, 1.0) - mean * mean)
        .max(0.0)
        .sqrt()
}

/// The plan that encodes raw frames of `size` into the clip `video`.
pub fn clip_plan(size: FrameSize, threads: usize, video: &Path) -> ToolPlan {
    ToolPlan::ffmpeg()
        .report_progress()
        .frames_input(size)
        .args([
            "-an", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20",
        ])
        .args([
            "-pix_fmt",
            "yuv420p",
            "-profile:v",
            "high",
            "-g",
            "48",
            "-threads",
        ])
        .arg(threads.clamp(1, 16).to_string())
        .args(["-color_range", "tv", "-colorspace", "bt709"])
        .args(["-color_primaries", "bt709", "-color_trc", "bt709"])
        .args(["-movflags", "+faststart", "-metadata"])
        .arg(format!("comment={ANIMATIC_COMMENT}"))
        .output(video, "mp4")
}

/// The plan that makes the JPEG `poster` of one raw frame.
pub fn poster_plan(size: FrameSize, poster: &Path) -> ToolPlan {
    ToolPlan::ffmpeg()
        .frames_input(size)
        // JPEG files are full range and after BT.601.
        .args(["-vf", "scale=in_color_matrix=bt709:in_range=limited:out_color_matrix=bt601:out_range=full,format=yuvj420p"])
        .args(["-frames:v", "1", "-c:v", "mjpeg", "-q:v", "3", "-update", "1"])
        .output(poster, "image2")
        .within(POSTER_WALL_MAX)
}

async fn make_poster(
    runner: &Runner,
    size: FrameSize,
    picture: Receiver<Vec<u8>>,
    poster: &Path,
    cancel: &CancellationToken,
) -> Result<u64, MediaError> {
    let picture = picture.into_iter().next();
    let picture = picture.ok_or(MediaError::RendererStopped)?;
    let (frames, feed) = frame_feed();
    let send = async {
        frames.send(picture).await;
        frames.finish(Ok(())).await;
    };
    let plan = poster_plan(size, poster);
    let ((), made) = tokio::join!(send, runner.run_fed(&plan, feed, cancel, |_| {}));
    Ok(made?.output_bytes)
}
