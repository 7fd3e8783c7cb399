use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Frames a second of every clip that this installation renders itself.
pub const FRAMES_PER_SECOND: u32 = 24;

/// The size of a clip, named by its shorter side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Resolution {
    /// 640×360 at 16:9.
    #[serde(rename = "360p")]
    P360,
    /// 854×480 at 16:9.
    #[serde(rename = "480p")]
    P480,
    /// 1280×720 at 16:9.
    #[serde(rename = "720p")]
    P720,
    /// 1920×1080 at 16:9.
    #[serde(rename = "1080p")]
    P1080,
}

impl Resolution {
    /// Every resolution, smallest first.
    pub const ALL: [Self; 4] = [Self::P360, Self::P480, Self::P720, Self::P1080];

    /// The word in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::P360 => "360p",
            Self::P480 => "480p",
            Self::P720 => "720p",
            Self::P1080 => "1080p",
        }
    }

    /// The shorter side in pixels.
    pub const fn short_side(self) -> u32 {
        match self {
            Self::P360 => 360,
            Self::P480 => 480,
            Self::P720 => 720,
            Self::P1080 => 1080,
        }
    }
}

/// The shape of a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AspectRatio {
    /// Landscape, 16:9.
    #[serde(rename = "16:9")]
    Landscape,
    /// Portrait, 9:16.
    #[serde(rename = "9:16")]
    Portrait,
    /// Square, 1:1.
    #[serde(rename = "1:1")]
    Square,
}

impl AspectRatio {
    /// Every shape.
    pub const ALL: [Self; 3] = [Self::Landscape, Self::Portrait, Self::Square];

    /// The word in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Landscape => "16:9",
            Self::Portrait => "9:16",
            Self::Square => "1:1",
        }
    }
}

macro_rules! word_enum {
    ($type:ty) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $type {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                Self::ALL
                    .into_iter()
                    .find(|value| value.as_str() == text)
                    .ok_or(())
            }
        }
    };
}

word_enum!(Resolution);
word_enum!(AspectRatio);

/// A clip's length in whole seconds, 1 to 15.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct DurationSeconds(u8);

impl DurationSeconds {
    /// The shortest clip.
    pub const MIN: Self = Self(1);
    /// The longest clip: what the longest model in the catalogue makes in one piece.
    pub const MAX: Self = Self(15);

    /// A length of `seconds`, or nothing when it is not 1 to 15.
    pub fn new(seconds: i64) -> Option<Self> {
        let seconds = u8::try_from(seconds).ok()?;
        (Self::MIN.0..=Self::MAX.0)
            .contains(&seconds)
            .then_some(Self(seconds))
    }

    /// The length in seconds.
    pub const fn get(self) -> u32 {
        self.0 as u32
    }
}

impl<'de> Deserialize<'de> for DurationSeconds {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = i64::deserialize(deserializer)?;
        Self::new(seconds)
            .ok_or_else(|| serde::de::Error::custom("a clip lasts 1 to 15 whole seconds"))
    }
}

/// Width and height of a frame in pixels; both even, as 4:2:0 video needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FrameSize {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// What a clip is to be, apart from its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClipSpec {
    /// Shorter side.
    pub resolution: Resolution,
    /// Shape.
    pub aspect_ratio: AspectRatio,
    /// Length.
    pub duration: DurationSeconds,
}

impl ClipSpec {
    /// The frame's size. The longer side is rounded up to an even number (854 for 480p).
    pub fn frame_size(self) -> FrameSize {
        let short = self.resolution.short_side();
        let long = (short * 16).div_ceil(9).next_multiple_of(2);
        match self.aspect_ratio {
            AspectRatio::Landscape => FrameSize {
                width: long,
                height: short,
            },
            AspectRatio::Portrait => FrameSize {
                width: short,
                height: long,
            },
            AspectRatio::Square => FrameSize {
                width: short,
                height: short,
            },
        }
    }

    /// How many frames the clip has at [`FRAMES_PER_SECOND`].
    pub fn frame_count(self) -> u32 {
        self.duration.get() * FRAMES_PER_SECOND
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_have_even_sides_and_the_usual_sizes() {
        let size = |resolution, aspect_ratio| {
            let duration = DurationSeconds::MIN;
            let spec = ClipSpec {
                resolution,
                aspect_ratio,
                duration,
            };
            let FrameSize { width, height } = spec.frame_size();
            (width, height)
        };
        assert_eq!(size(Resolution::P360, AspectRatio::Landscape), (640, 360));
        assert_eq!(size(Resolution::P480, AspectRatio::Landscape), (854, 480));
        assert_eq!(size(Resolution::P720, AspectRatio::Portrait), (720, 1280));
        assert_eq!(size(Resolution::P1080, AspectRatio::Square), (1080, 1080));
    }

    #[test]
    fn lengths_outside_the_range_are_no_durations() {
        assert!(DurationSeconds::new(0).is_none());
        assert!(DurationSeconds::new(16).is_none());
        assert!(DurationSeconds::new(-1).is_none());
        assert!(DurationSeconds::new(257).is_none());
        assert_eq!(DurationSeconds::new(15), Some(DurationSeconds::MAX));
    }
}
