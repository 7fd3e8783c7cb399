//! Clips joined to one film.
//!
//! Every clip becomes a segment of the same size, rate and codec, then the segments are copied
//! behind each other. At most two clips are open at a time, however many the film has; a filter
//! graph over 200 inputs would hold 200 decoders. A cross-fade belongs to the segment of the later
//! clip: it begins with the end of the clip before.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use vita_model::{FRAMES_PER_SECOND, FrameSize};

use crate::MediaError;
use crate::probe::ProbedClip;
use crate::run::{InputFormats, Runner, ToolPlan};

/// The most clips of a film: one for each scene of the largest project.
pub const FILM_CLIPS_MAX: usize = 200;
/// The longest cross-fade.
pub const CROSSFADE_MAX: Duration = Duration::from_secs(5);

/// Samples a second of a film's sound, and how many of them sound while a frame is shown.
const SAMPLE_RATE: u32 = 48_000;
const SAMPLES_PER_FRAME: u64 = (SAMPLE_RATE / FRAMES_PER_SECOND) as u64;
/// The share of the work until all segments are there.
const SEGMENTS_SHARE: f64 = 0.97;

/// What film to make.
#[derive(Clone, Copy, Debug)]
pub struct FilmRequest<'a> {
    /// The clips, in order; 1 to [`FILM_CLIPS_MAX`].
    pub clips: &'a [ProbedClip],
    /// Size of the film. Clips of another shape get bars.
    pub target: FrameSize,
    /// How long a clip fades into the next; at most half of the shorter of the two.
    pub crossfade: Option<Duration>,
    /// An existing folder for the segments, which need about as much room as the film.
    pub work_dir: &'a Path,
    /// The film.
    pub out: &'a Path,
    /// Threads of the encoder.
    pub threads: usize,
}

/// How a film is made: one run a clip, then one that joins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilmPlan {
    /// The runs that make the segments, in order.
    pub segments: Vec<ToolPlan>,
    /// The file that lists the segments, and what it holds.
    pub list: (PathBuf, String),
    /// The run that makes the film of them.
    pub join: ToolPlan,
    /// Frames of each segment.
    pub segment_frames: Vec<u64>,
    /// How long the film plays.
    pub duration: Duration,
}

/// Plans a film.
///
/// # Errors
/// [`MediaError::Unplannable`] for no clips, too many, an odd or zero size, or a cross-fade over
/// [`CROSSFADE_MAX`].
pub fn film_plan(request: &FilmRequest<'_>) -> Result<FilmPlan, MediaError> {
    check(request)?;
    let parts = cut(request.clips, request.crossfade);
    let has_sound = request.clips.iter().any(|clip| clip.audio_codec.is_some());
    let mut list = String::from("ffconcat version 1.0\n");
    let mut segments = Vec::with_capacity(parts.len());
    for (index, part) in parts.iter().enumerate() {
        let name = format!("segment-{index:03}.mov");
        // Writing to a string can't fail.
        // The container rounds its own duration to milliseconds, which would add up over 200 clips.
        let seconds = frames_duration(part.shown()).as_secs_f64();
        let _ = writeln!(list, "file {name}\nduration {seconds:.6}");
        let previous = index
            .checked_sub(1)
            .map(|before| (&request.clips[before], parts[before]));
        let segment = Segment {
            clip: &request.clips[index],
            part: *part,
            previous: previous.filter(|_| part.fade_in > 0),
            target: request.target,
            has_sound,
        };
        segments.push(segment.plan(&request.work_dir.join(name), request.threads));
    }
    let segment_frames: Vec<u64> = parts.iter().map(Part::shown).collect();
    let list_path = request.work_dir.join("segments.txt");
    Ok(FilmPlan {
        join: join_plan(&list_path, request.out, has_sound),
        list: (list_path, list),
        segments,
        duration: frames_duration(segment_frames.iter().sum()),
        segment_frames,
    })
}

fn check(request: &FilmRequest<'_>) -> Result<(), MediaError> {
    let unplannable = |reason: String| Err(MediaError::Unplannable { reason });
    let count = request.clips.len();
    if count == 0 || count > FILM_CLIPS_MAX {
        return unplannable(format!("{count} clips; a film has 1 to {FILM_CLIPS_MAX}"));
    }
    let FrameSize { width, height } = request.target;
    if width == 0 || height == 0 || width % 2 != 0 || height % 2 != 0 {
        return unplannable(format!("a film of {width}×{height} pixels"));
    }
    if request.crossfade.is_some_and(|fade| fade > CROSSFADE_MAX) {
        let seconds = CROSSFADE_MAX.as_secs();
        return unplannable(format!("a cross-fade of more than {seconds} s"));
    }
    Ok(())
}

/// The frames of a clip in the film.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    /// Its frames at the film's rate.
    frames: u64,
    /// Of them, how many blend with the clip before, and with the one after.
    fade_in: u64,
    fade_out: u64,
}

impl Part {
    /// Frames of its segment: all but those that the next segment begins with.
    fn shown(&self) -> u64 {
        self.frames - self.fade_out
    }
}

fn cut(clips: &[ProbedClip], crossfade: Option<Duration>) -> Vec<Part> {
    let mut parts: Vec<Part> = clips
        .iter()
        .map(|clip| Part {
            frames: duration_frames(clip.duration).max(1),
            fade_in: 0,
            fade_out: 0,
        })
        .collect();
    let wanted = crossfade.map_or(0, duration_frames);
    for index in 1..parts.len() {
        let (before, after) = (parts[index - 1].frames, parts[index].frames);
        // A clip has room for a fade at each end.
        let fade = wanted.min(before / 2).min(after / 2);
        parts[index - 1].fade_out = fade;
        parts[index].fade_in = fade;
    }
    parts
}

fn duration_frames(duration: Duration) -> u64 {
    (duration.as_secs_f64() * f64::from(FRAMES_PER_SECOND)).round() as u64
}

fn frames_duration(frames: u64) -> Duration {
    Duration::from_secs_f64(frames as f64 / f64::from(FRAMES_PER_SECOND))
}

/// One run: a clip, with the end of the one before it when they fade.
struct Segment<'a> {
    clip: &'a ProbedClip,
    part: Part,
    previous: Option<(&'a ProbedClip, Part)>,
    target: FrameSize,
    has_sound: bool,
}

impl Segment<'_> {
    fn plan(&self, out: &Path, threads: usize) -> ToolPlan {
        let mut plan = ToolPlan::ffmpeg().report_progress();
        plan = plan.input(&self.clip.path, InputFormats::Video);
        if let Some((previous, _)) = self.previous {
            plan = plan.input(&previous.path, InputFormats::Video);
        }
        plan = plan
            .arg("-filter_complex")
            .arg(self.graph())
            .args(["-map", "[v]"]);
        if self.has_sound {
            plan = plan.args(["-map", "[a]", "-c:a", "pcm_s16le"]);
        }
        let threads = threads.clamp(1, 16).to_string();
        plan.args(["-c:v", "libx264", "-preset", "veryfast", "-crf", "19"])
            .args([
                "-pix_fmt",
                "yuv420p",
                "-profile:v",
                "high",
                "-g",
                "48",
                "-threads",
            ])
            .arg(threads)
            .args(["-color_range", "tv", "-colorspace", "bt709"])
            .args(["-color_primaries", "bt709", "-color_trc", "bt709"])
            .args(["-video_track_timescale", "24000", "-map_metadata", "-1"])
            .output(out, "mov")
    }

    fn graph(&self) -> String {
        let Part {
            frames, fade_in, ..
        } = self.part;
        let shown = self.part.shown();
        let pictures = |input: usize, frames: u64, from: u64, to: u64| {
            let even = self.even_pictures(input, frames);
            format!("{even},trim=start_frame={from}:end_frame={to},setpts=PTS-STARTPTS")
        };
        let sound = |clip: &ProbedClip, input: usize, from: u64, to: u64| {
            let source = if clip.audio_codec.is_some() {
                format!("[{input}:a:0]asetpts=PTS-STARTPTS,aresample={SAMPLE_RATE},apad")
            } else {
                format!("anullsrc=r={SAMPLE_RATE}:cl=stereo")
            };
            let (from, to) = (from * SAMPLES_PER_FRAME, to * SAMPLES_PER_FRAME);
            format!(
                "{source},aformat=sample_fmts=fltp:channel_layouts=stereo,\
                 atrim=start_sample={from}:end_sample={to},asetpts=PTS-STARTPTS"
            )
        };
        let own = pictures(0, frames, 0, shown);
        let own_sound = self.has_sound.then(|| sound(self.clip, 0, 0, shown));
        let Some((previous, before)) = self.previous else {
            let mut graph = format!("{own}[v]");
            if let Some(own_sound) = own_sound {
                let _ = write!(graph, ";{own_sound}[a]");
            }
            return graph;
        };
        let (from, to) = (before.frames - fade_in, before.frames);
        let seconds = fade_in as f64 / f64::from(FRAMES_PER_SECOND);
        let old = pictures(1, before.frames, from, to);
        let mut graph = format!(
            "{own}[new];{old}[old];\
             [old][new]xfade=transition=fade:duration={seconds:.6}:offset=0,format=yuv420p[v]"
        );
        if let Some(own_sound) = own_sound {
            let old_sound = sound(previous, 1, from, to);
            let _ = write!(
                graph,
                ";{own_sound},afade=t=in:d={seconds:.6}[newa];\
                 {old_sound},afade=t=out:d={seconds:.6}[olda];\
                 [olda][newa]amix=inputs=2:duration=longest:normalize=0[a]"
            );
        }
        graph
    }

    /// An input's pictures at the film's rate and size, exactly `frames` of them: the last one is
    /// held where the clip is a frame short.
    fn even_pictures(&self, input: usize, frames: u64) -> String {
        let FrameSize { width, height } = self.target;
        format!(
            "[{input}:v:0]setpts=PTS-STARTPTS,fps={FRAMES_PER_SECOND},\
             scale={width}:{height}:force_original_aspect_ratio=decrease:\
             force_divisible_by=2:flags=bicubic:out_color_matrix=bt709:out_range=limited,\
             pad={width}:{height}:(ow-iw)/2:(oh-ih)/2:black,setsar=1,format=yuv420p,\
             tpad=stop=-1:stop_mode=clone,trim=end_frame={frames}"
        )
    }
}

fn join_plan(list: &Path, out: &Path, has_sound: bool) -> ToolPlan {
    let mut plan = ToolPlan::ffmpeg()
        .report_progress()
        .args(["-f", "concat", "-safe", "0"])
        .input(list, InputFormats::OwnSegments)
        .args(["-map", "0:v:0", "-c:v", "copy"]);
    if has_sound {
        plan = plan.args(["-map", "0:a:0", "-c:a", "aac", "-b:a", "160k"]);
    }
    plan.args(["-video_track_timescale", "24000", "-movflags", "+faststart"])
        .output(out, "mp4")
}

/// A film that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeFilm {
    /// The film: MP4, H.264, yuv420p, 24 fps, faststart; AAC when a clip has sound.
    pub video: PathBuf,
    /// Its size.
    pub size_bytes: u64,
    /// How long it plays.
    pub duration: Duration,
}

/// Makes a film. `on_progress` gets the share that is done, 0 to 1.
///
/// Cancel safe like [`Runner::run`]; the segments are removed in every case.
///
/// # Errors
/// Those of [`Runner::run`]; an unreadable clip is named.
pub async fn make_film(
    runner: &Runner,
    plan: &FilmPlan,
    cancel: &CancellationToken,
    mut on_progress: impl FnMut(f64) + Send,
) -> Result<MadeFilm, MediaError> {
    let _segments = Leftovers(plan);
    let (list, text) = &plan.list;
    fs::write(list, text).map_err(MediaError::io("write", list))?;
    let total = plan.segment_frames.iter().sum::<u64>().max(1) as f64;
    let mut frames_before = 0;
    for (segment, frames) in plan.segments.iter().zip(&plan.segment_frames) {
        runner
            .run(segment, cancel, |progress| {
                let frames_done = frames_before + progress.frames_encoded.min(*frames);
                on_progress(SEGMENTS_SHARE * frames_done as f64 / total);
            })
            .await?;
        frames_before += frames;
        on_progress(SEGMENTS_SHARE * frames_before as f64 / total);
    }
    let report = runner.run(&plan.join, cancel, |_| {}).await?;
    on_progress(1.0);
    Ok(MadeFilm {
        video: plan.join.outputs.first().cloned().unwrap_or_default(),
        size_bytes: report.output_bytes,
        duration: plan.duration,
    })
}

/// Removes a film's segments when dropped.
struct Leftovers<'a>(&'a FilmPlan);

impl Drop for Leftovers<'_> {
    fn drop(&mut self) {
        let segments = self.0.segments.iter().flat_map(|plan| &plan.outputs);
        for path in segments.chain([&self.0.list.0]) {
            drop(fs::remove_file(path));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clip(seconds: f64, audio: bool) -> ProbedClip {
        ProbedClip {
            path: PathBuf::from("/media/clip.mp4"),
            format: "mp4".to_owned(),
            duration: Duration::from_secs_f64(seconds),
            size_bytes: 1,
            frame_size: FrameSize {
                width: 640,
                height: 360,
            },
            frame_rate: 24.0,
            frame_count: None,
            video_codec: "h264".to_owned(),
            pixel_format: None,
            audio_codec: audio.then(|| "aac".to_owned()),
            comment: None,
        }
    }

    fn plan(clips: &[ProbedClip], crossfade: Option<f64>) -> Result<FilmPlan, MediaError> {
        film_plan(&FilmRequest {
            clips,
            target: FrameSize {
                width: 1280,
                height: 720,
            },
            crossfade: crossfade.map(Duration::from_secs_f64),
            work_dir: Path::new("/film-in-the-making"),
            out: Path::new("/out/film.mp4"),
            threads: 2,
        })
    }

    #[test]
    fn a_film_is_as_long_as_its_clips_less_its_fades() {
        let clips = [clip(5.0, false), clip(2.0, false), clip(0.5, false)];
        let seconds = |crossfade| plan(&clips, crossfade).unwrap().duration.as_secs_f64();
        assert!((seconds(None) - 7.5).abs() < 1e-6);
        // A second between the first two; a quarter between the last two, half of the shorter one.
        assert!((seconds(Some(1.0)) - 6.25).abs() < 1e-6);
        assert!((seconds(Some(0.0)) - 7.5).abs() < 1e-6);
    }

    #[test]
    fn fades_never_overlap_within_a_clip() {
        for part in cut(&vec![clip(0.1, false); 9], Some(Duration::from_secs(3))) {
            assert!(part.fade_in + part.fade_out <= part.frames, "{part:?}");
            assert!(part.shown() > 0, "{part:?}");
        }
    }

    #[test]
    fn films_that_make_no_sense_are_refused() {
        assert!(plan(&[], None).is_err());
        assert!(plan(&vec![clip(1.0, false); FILM_CLIPS_MAX + 1], None).is_err());
        assert!(plan(&vec![clip(1.0, false); FILM_CLIPS_MAX], None).is_ok());
        assert!(plan(&[clip(1.0, false)], Some(60.0)).is_err());
    }

    #[test]
    fn silence_is_added_only_where_another_clip_has_sound() {
        let graph = |clips: &[ProbedClip]| {
            let plan = plan(clips, None).unwrap();
            format!("{:?}", plan.segments)
        };
        assert!(!graph(&[clip(1.0, false), clip(1.0, false)]).contains("anullsrc"));
        assert!(graph(&[clip(1.0, false), clip(1.0, true)]).contains("anullsrc"));
    }
}
