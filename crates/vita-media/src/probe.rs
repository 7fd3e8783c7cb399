//! What a media file is.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use tokio_util::sync::CancellationToken;
use vita_model::FrameSize;

use crate::MediaError;
use crate::run::{InputFormats, Runner, ToolPlan};

/// ffprobe's answer about a video has some kilobytes.
const ANSWER_BYTES_MAX: usize = 256 * 1024;
/// Reading a header takes milliseconds; a file that takes longer is built to.
const PROBE_WALL_MAX: Duration = Duration::from_secs(20);
/// The longest side of a frame that is decoded: 8K.
const SIDE_PIXELS_MAX: u32 = 8_192;
/// The longest video that is taken: a day.
const DURATION_MAX: Duration = Duration::from_hours(24);

/// A video file and what it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbedClip {
    /// The file.
    pub path: PathBuf,
    /// The container, in ffmpeg's words ("mov,mp4,m4a,3gp,3g2,mj2").
    pub format: String,
    /// How long it plays.
    pub duration: Duration,
    /// Size of the file.
    pub size_bytes: u64,
    /// Pixels of a frame, as they are stored.
    pub frame_size: FrameSize,
    /// Frames a second, on average.
    pub frame_rate: f64,
    /// Frames in all, where the file says so.
    pub frame_count: Option<u64>,
    /// The video codec ("h264").
    pub video_codec: String,
    /// How pixels are stored ("yuv420p").
    pub pixel_format: Option<String>,
    /// The sound's codec ("aac"); nothing when there is no sound.
    pub audio_codec: Option<String>,
    /// The file's comment.
    pub comment: Option<String>,
}

/// The plan that describes the video file `path` as JSON.
pub fn probe_plan(path: &Path) -> ToolPlan {
    ToolPlan::ffprobe(ANSWER_BYTES_MAX)
        .args(["-of", "json", "-show_entries"])
        .arg(concat!(
            "format=format_name,duration,size:format_tags=comment:",
            "stream=codec_type,codec_name,width,height,avg_frame_rate,nb_frames,pix_fmt,duration",
        ))
        .input(path, InputFormats::Video)
        .within(PROBE_WALL_MAX)
}

/// Finds out what the video file `path` is.
///
/// # Errors
/// [`MediaError::InputUnreadable`] when it is no video that can be read: empty, cut off, a playlist,
/// without pictures, or larger than this crate works with.
pub async fn probe(
    runner: &Runner,
    path: &Path,
    cancel: &CancellationToken,
) -> Result<ProbedClip, MediaError> {
    let report = runner.run(&probe_plan(path), cancel, |_| {}).await?;
    read_answer(path, &report.stdout)
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    streams: Vec<Stream>,
    format: Option<Format>,
}

#[derive(Deserialize)]
struct Stream {
    codec_type: Option<String>,
    codec_name: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
    avg_frame_rate: Option<String>,
    nb_frames: Option<String>,
    pix_fmt: Option<String>,
    duration: Option<String>,
}

#[derive(Deserialize)]
struct Format {
    #[serde(rename = "format_name")]
    name: Option<String>,
    duration: Option<String>,
    size: Option<String>,
    #[serde(default)]
    tags: Tags,
}

#[derive(Default, Deserialize)]
struct Tags {
    comment: Option<String>,
}

fn read_answer(path: &Path, json: &[u8]) -> Result<ProbedClip, MediaError> {
    let unreadable = |reason: &str| MediaError::InputUnreadable {
        path: path.to_owned(),
        reason: reason.to_owned(),
    };
    let answer: Answer =
        serde_json::from_slice(json).map_err(|_| unreadable("ffprobe's answer is no JSON"))?;
    let format = answer.format.ok_or_else(|| unreadable("no container"))?;
    let kind = |wanted: &str| {
        let is_kind = |stream: &&Stream| stream.codec_type.as_deref() == Some(wanted);
        answer.streams.iter().find(is_kind)
    };
    let video = kind("video").ok_or_else(|| unreadable("no video stream"))?;
    let (Some(width), Some(height)) = (video.width, video.height) else {
        return Err(unreadable("frames without a size"));
    };
    if width == 0 || height == 0 || width > SIDE_PIXELS_MAX || height > SIDE_PIXELS_MAX {
        return Err(unreadable(&format!(
            "frames of {width}×{height} pixels; up to {SIDE_PIXELS_MAX} on a side work"
        )));
    }
    let duration = [&format.duration, &video.duration]
        .into_iter()
        .find_map(|seconds| parse_duration(seconds.as_deref()?))
        .ok_or_else(|| unreadable("no duration"))?;
    if duration.is_zero() || duration > DURATION_MAX {
        return Err(unreadable("a duration of nothing, or of more than a day"));
    }
    Ok(ProbedClip {
        path: path.to_owned(),
        format: format.name.unwrap_or_default(),
        duration,
        size_bytes: format.size.and_then(|size| size.parse().ok()).unwrap_or(0),
        frame_size: FrameSize { width, height },
        frame_rate: parse_ratio(video.avg_frame_rate.as_deref()).unwrap_or(0.0),
        frame_count: video
            .nb_frames
            .as_ref()
            .and_then(|count| count.parse().ok()),
        video_codec: video.codec_name.clone().unwrap_or_default(),
        pixel_format: video.pix_fmt.clone(),
        audio_codec: kind("audio").map(|audio| audio.codec_name.clone().unwrap_or_default()),
        comment: format.tags.comment,
    })
}

fn parse_duration(seconds: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds.parse().ok()?).ok()
}

fn parse_ratio(ratio: Option<&str>) -> Option<f64> {
    let (over, under) = ratio?.split_once('/')?;
    let (over, under): (f64, f64) = (over.parse().ok()?, under.parse().ok()?);
    (under > 0.0).then_some(over / under)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(json: &str) -> String {
        match read_answer(Path::new("x.mp4"), json.as_bytes()) {
            Err(MediaError::InputUnreadable { reason, .. }) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn answers_that_make_no_sense_are_unreadable_inputs() {
        let video = r#"{"codec_type":"video","width":W,"height":8}"#;
        let of = |width: &str, duration: &str| {
            let stream = video.replace('W', width);
            format!(r#"{{"streams":[{stream}],"format":{{"duration":"{duration}"}}}}"#)
        };
        assert_eq!(reason("{"), "ffprobe's answer is no JSON");
        assert_eq!(reason("{}"), "no container");
        assert_eq!(reason(r#"{"format":{}}"#), "no video stream");
        assert!(reason(&of("0", "1")).contains("0×8"));
        assert!(reason(&of("99999", "1")).contains("99999×8"));
        assert_eq!(reason(&of("8", "-3")), "no duration");
        assert_eq!(reason(&of("8", "NaN")), "no duration");
        assert!(reason(&of("8", "1e9")).contains("more than a day"));
        assert!(read_answer(Path::new("x"), of("8", "1.5").as_bytes()).is_ok());
    }
}
