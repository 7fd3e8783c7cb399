use std::time::Duration;

use serde::{Deserialize, Serialize};
use vita_model::{AspectRatio, ClipSpec, Credits, DurationSeconds, Resolution, Timestamp};

/// What a model makes a clip from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelKind {
    /// From words alone.
    TextToVideo,
    /// From words and a picture.
    ImageToVideo,
}

impl ModelKind {
    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TextToVideo => "text_to_video",
            Self::ImageToVideo => "image_to_video",
        }
    }
}

/// Where a model's work is done; each class has its own queue and its own number of workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WorkClass {
    /// On this machine's processors: few at once.
    Cpu,
    /// Elsewhere; here it only waits: many at once.
    Remote,
}

impl WorkClass {
    /// The word in the names of queues and in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Remote => "remote",
        }
    }
}

/// What a model can do and what that costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelCard {
    /// The name in requests, such as `local`.
    pub id: String,
    /// The name for people.
    pub title: String,
    /// Who runs it.
    pub provider: String,
    /// What it makes clips from.
    pub kinds: Vec<ModelKind>,
    /// The sizes that it makes, smallest first.
    pub resolutions: Vec<Resolution>,
    /// The lengths that it makes, shortest first.
    pub durations: Vec<DurationSeconds>,
    /// The shapes that it makes.
    pub aspect_ratios: Vec<AspectRatio>,
    /// The price of a second of clip.
    pub credits_per_second: Credits,
    /// When its provider takes it away, if that is known.
    pub retires_on: Option<Timestamp>,
    /// Where its work is done.
    pub work: WorkClass,
    /// Longest time that one attempt may take. Too low: long clips never get made; too high: a
    /// stuck provider keeps a person waiting.
    pub time_limit: Duration,
}

/// A model does not make what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnsupportedSpec {
    /// Not in this size.
    #[error("the model `{model}` has no resolution `{found}`")]
    Resolution {
        /// Which model.
        model: String,
        /// What was asked for.
        found: Resolution,
    },
    /// Not in this shape.
    #[error("the model `{model}` has no aspect ratio `{found}`")]
    AspectRatio {
        /// Which model.
        model: String,
        /// What was asked for.
        found: AspectRatio,
    },
    /// Not in this length.
    #[error("the model `{model}` makes no clips of {found} s")]
    Duration {
        /// Which model.
        model: String,
        /// What was asked for, in seconds.
        found: u32,
    },
}

/// Most reference images of one clip; more than any model that is known here makes use of.
pub const REFERENCE_IMAGES_MAX: usize = 4;

impl UnsupportedSpec {
    /// The name of the field that has to change, as in the request's JSON.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Resolution { .. } => "resolution",
            Self::AspectRatio { .. } => "aspectRatio",
            Self::Duration { .. } => "duration",
        }
    }
}

impl ModelCard {
    /// Every length from `shortest` to `longest`.
    pub fn durations_between(
        shortest: DurationSeconds,
        longest: DurationSeconds,
    ) -> Vec<DurationSeconds> {
        (shortest.get()..=longest.get())
            .filter_map(|seconds| DurationSeconds::new(i64::from(seconds)))
            .collect()
    }

    /// Whether the model begins from pictures, when it is given any.
    pub fn takes_reference_images(&self) -> bool {
        self.kinds.contains(&ModelKind::ImageToVideo)
    }

    /// The price of a clip.
    pub fn cost(&self, spec: &ClipSpec) -> Credits {
        let seconds = i64::from(spec.duration.get());
        Credits(self.credits_per_second.0.saturating_mul(seconds))
    }

    /// Whether the model makes such a clip.
    ///
    /// # Errors
    /// [`UnsupportedSpec`]: the first thing that has to change.
    pub fn check(&self, spec: &ClipSpec) -> Result<(), UnsupportedSpec> {
        let model = || self.id.clone();
        if !self.resolutions.contains(&spec.resolution) {
            let found = spec.resolution;
            return Err(UnsupportedSpec::Resolution {
                model: model(),
                found,
            });
        }
        if !self.aspect_ratios.contains(&spec.aspect_ratio) {
            let found = spec.aspect_ratio;
            return Err(UnsupportedSpec::AspectRatio {
                model: model(),
                found,
            });
        }
        if !self.durations.contains(&spec.duration) {
            let found = spec.duration.get();
            return Err(UnsupportedSpec::Duration {
                model: model(),
                found,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Simulated, VideoModel};

    #[test]
    fn a_card_prices_by_the_second_and_says_which_field_does_not_fit() {
        let mut card = Simulated::default().card().clone();
        card.credits_per_second = Credits(3);
        card.durations = [5, 10]
            .into_iter()
            .filter_map(DurationSeconds::new)
            .collect();
        card.resolutions = vec![Resolution::P720];
        let mut spec = ClipSpec {
            resolution: Resolution::P720,
            aspect_ratio: AspectRatio::Square,
            duration: DurationSeconds::new(10).unwrap(),
        };
        assert_eq!(card.cost(&spec), Credits(30));
        assert_eq!(card.check(&spec), Ok(()));
        spec.duration = DurationSeconds::new(7).unwrap();
        assert_eq!(card.check(&spec).unwrap_err().field(), "duration");
        spec.resolution = Resolution::P1080;
        assert_eq!(card.check(&spec).unwrap_err().field(), "resolution");
    }

    #[test]
    fn lengths_between_hold_both_ends() {
        let all = ModelCard::durations_between(DurationSeconds::MIN, DurationSeconds::MAX);
        assert_eq!(all.len(), 15);
        assert_eq!(all.last(), Some(&DurationSeconds::MAX));
    }
}
