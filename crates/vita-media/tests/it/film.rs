use std::path::Path;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use vita_fixtures::ClipRecipe;
use vita_media::film::{FilmRequest, film_plan, make_film};
use vita_media::probe::ProbedClip;
use vita_media::run::Runner;
use vita_model::FrameSize;

use super::{probe_clip, runner};

async fn clips_of(runner: &Runner, folder: &Path, recipes: &[ClipRecipe]) -> Vec<ProbedClip> {
    let mut clips = Vec::new();
    for (index, recipe) in recipes.iter().enumerate() {
        let path = folder.join(format!("clip-{index}.mp4"));
        let path = vita_fixtures::make_clip(&path, *recipe);
        clips.push(probe_clip(runner, &path).await.unwrap());
    }
    clips
}

/// Makes the film and returns what it is, with the progress that was seen.
async fn film(recipes: &[ClipRecipe], crossfade: Option<f64>) -> (ProbedClip, Vec<f64>) {
    let folder = tempfile::tempdir().unwrap();
    let runner = runner();
    let clips = clips_of(&runner, folder.path(), recipes).await;
    let out = folder.path().join("film.mp4");
    let plan = film_plan(&FilmRequest {
        clips: &clips,
        target: FrameSize {
            width: 640,
            height: 360,
        },
        crossfade: crossfade.map(Duration::from_secs_f64),
        work_dir: folder.path(),
        out: &out,
        threads: 2,
    })
    .unwrap();
    let mut seen = Vec::new();
    let cancel = CancellationToken::new();
    let made = make_film(&runner, &plan, &cancel, |share| seen.push(share))
        .await
        .unwrap();
    let probed = probe_clip(&runner, &made.video).await.unwrap();
    let difference = probed.duration.as_secs_f64() - made.duration.as_secs_f64();
    assert!(
        difference.abs() < 0.06,
        "{:?} {:?}",
        probed.duration,
        made.duration
    );
    (probed, seen)
}

const WIDE: ClipRecipe = ClipRecipe {
    size: (320, 180),
    rate: 24,
    frames: 24,
    color: "navy",
    has_sound: false,
};
const TALL: ClipRecipe = ClipRecipe {
    size: (180, 320),
    rate: 30,
    frames: 45,
    color: "olive",
    has_sound: true,
};
const SHORT: ClipRecipe = ClipRecipe {
    size: (128, 128),
    rate: 12,
    frames: 6,
    color: "maroon",
    has_sound: false,
};

#[tokio::test]
async fn clips_of_different_sizes_rates_and_sound_become_one_film() {
    if !vita_fixtures::has_ffmpeg() {
        return;
    }
    let (film, seen) = film(&[WIDE, TALL, SHORT], None).await;
    assert_eq!((film.frame_size.width, film.frame_size.height), (640, 360));
    assert_eq!(film.frame_count, Some(24 + 36 + 12));
    assert!((film.frame_rate - 24.0).abs() < 0.01);
    assert_eq!(film.audio_codec.as_deref(), Some("aac"));
    assert!(seen.is_sorted() && seen.last() == Some(&1.0), "{seen:?}");
}

#[tokio::test]
async fn crossfades_shorten_the_film_and_fit_short_clips() {
    if !vita_fixtures::has_ffmpeg() {
        return;
    }
    // 12 frames between the first two; six between the last two, half of the shorter one.
    let (film, _) = film(&[WIDE, TALL, SHORT], Some(0.5)).await;
    assert_eq!(film.frame_count, Some(24 + 36 + 12 - 12 - 6));
    assert_eq!(film.audio_codec.as_deref(), Some("aac"));
}

#[tokio::test]
async fn a_film_of_silent_clips_has_no_sound() {
    if !vita_fixtures::has_ffmpeg() {
        return;
    }
    let (film, _) = film(&[WIDE, SHORT], Some(0.2)).await;
    assert_eq!(film.audio_codec, None);
    let (film, _) = self::film(&[SHORT], None).await;
    assert_eq!(film.frame_count, Some(12));
}

/// Enough for offsets that add up to show.
const CLIPS: usize = 12;

#[tokio::test]
async fn a_film_of_many_clips_has_every_frame_in_order() {
    if !vita_fixtures::has_ffmpeg() {
        return;
    }
    let recipes = [WIDE, SHORT, TALL].map(|recipe| ClipRecipe {
        frames: 12,
        ..recipe
    });
    let recipes: Vec<ClipRecipe> = recipes.into_iter().cycle().take(CLIPS).collect();
    let frames =
        |recipe: &ClipRecipe| u64::from((recipe.frames * 24 + recipe.rate / 2) / recipe.rate);
    let whole: u64 = recipes.iter().map(frames).sum();
    // Two frames of each clip blend with the next.
    let (film, _) = film(&recipes, Some(2.0 / 24.0)).await;
    assert_eq!(film.frame_count, Some(whole - 2 * (CLIPS as u64 - 1)));
}
