//! From the words of a prompt to the parameters of a scene.
//!
//! Lists of words, not a model: the same prompt always means the same, and people can be shown what
//! was understood. Words that are on no list change nothing but the details that the seed decides.

use super::scene::{CameraMove, Mood, Season, Style, Terrain, TimeOfDay, Weather};
use super::words::{CAMERAS, Entry, MOODS, SEASONS, STYLES, TERRAINS, TIME_LAPSE, TIMES, WEATHERS};

/// What is read of a prompt; the rest changes only the seed.
const PROMPT_CHARS_READ: usize = 2_000;
/// How many times faster than life a time-lapse is.
const TIME_LAPSE_SCALE: u32 = 12;

/// A scene as parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnimaticPlan {
    /// The prompt, its white space tidied.
    pub prompt: String,
    /// Decides all that the words don't.
    pub seed: u64,
    /// What is seen.
    pub terrain: Terrain,
    /// The light.
    pub time: TimeOfDay,
    /// The air.
    pub weather: Weather,
    /// What grows.
    pub season: Season,
    /// The feeling.
    pub mood: Mood,
    /// The movement.
    pub camera: CameraMove,
    /// The finish.
    pub style: Style,
    /// How many times faster than life clouds and water move.
    pub time_scale: u32,
    notes: Vec<PlanNote>,
}

/// One parameter of a plan for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanNote {
    /// Which parameter: "terrain", "time of day"….
    pub parameter: &'static str,
    /// Its value in words.
    pub value: &'static str,
    /// The words of the prompt that chose it; nothing when it is the default.
    pub words: Option<String>,
}

impl AnimaticPlan {
    /// Reads a scene from `prompt`. Never fails: a prompt without a known word is an abstract scene
    /// that shows the prompt as its title.
    pub fn parse(prompt: &str, seed: u64) -> Self {
        let words = split_words(prompt);
        let time = find(&words, TIMES);
        let weather = find(&words, WEATHERS);
        let season = find(&words, SEASONS);
        let terrain = find(&words, TERRAINS)
            .or_else(|| place_of(time.as_ref(), weather.as_ref(), season.as_ref()));
        let mut notes = Notes::default();
        let terrain = notes.choose("terrain", terrain, Terrain::Abstract, Terrain::as_str);
        let usual = Usual::of(terrain);
        Self {
            prompt: prompt.split_whitespace().collect::<Vec<_>>().join(" "),
            seed,
            terrain,
            time: notes.choose("time of day", time, usual.time, TimeOfDay::as_str),
            weather: notes.choose("weather", weather, usual.weather, Weather::as_str),
            season: notes.choose("season", season, Season::Summer, Season::as_str),
            mood: notes.choose("mood", find(&words, MOODS), Mood::Neutral, Mood::as_str),
            camera: {
                let camera = find(&words, CAMERAS);
                notes.choose("camera", camera, usual.camera, CameraMove::as_str)
            },
            style: notes.choose("style", find(&words, STYLES), Style::Natural, Style::as_str),
            time_scale: if find(&words, TIME_LAPSE).is_some() {
                TIME_LAPSE_SCALE
            } else {
                1
            },
            notes: notes.0,
        }
    }

    /// What was understood, for people: every parameter with its value and the words that chose it.
    pub fn describe(&self) -> &[PlanNote] {
        &self.notes
    }

    /// Whether the prompt says how the camera moves.
    pub(super) fn names_camera(&self) -> bool {
        self.names("camera")
    }

    /// Whether the prompt says where the light comes from.
    pub(super) fn names_time(&self) -> bool {
        self.names("time of day")
    }

    fn names(&self, parameter: &str) -> bool {
        let mut notes = self.notes.iter();
        notes.any(|note| note.parameter == parameter && note.words.is_some())
    }

    /// The plan's randomness: the prompt's words and the seed together.
    pub(super) fn world_seed(&self) -> u64 {
        // FNV-1a, 64 bit.
        self.prompt
            .bytes()
            .chain(self.seed.to_le_bytes())
            .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            })
    }
}

/// A place for a prompt that names none but says something of light or weather.
fn place_of(
    time: Option<&Found<TimeOfDay>>,
    weather: Option<&Found<Weather>>,
    season: Option<&Found<Season>>,
) -> Option<Found<Terrain>> {
    if let Some(found) = weather {
        let terrain = match found.value {
            Weather::Aurora => Terrain::NightSky,
            Weather::Snow => Terrain::Mountains,
            Weather::Rain | Weather::Storm => Terrain::Sea,
            Weather::Fog => Terrain::Forest,
            Weather::Clear | Weather::Cloudy | Weather::Overcast => Terrain::Hills,
        };
        return Some(found.with(terrain));
    }
    if let Some(found) = time {
        let terrain = match found.value {
            TimeOfDay::Night => Terrain::NightSky,
            TimeOfDay::Sunset | TimeOfDay::Dawn | TimeOfDay::BlueHour => Terrain::Sea,
            TimeOfDay::GoldenHour => Terrain::Hills,
            // "A day at the office" says nothing of a place.
            TimeOfDay::Day => return None,
        };
        return Some(found.with(terrain));
    }
    let found = season?;
    let terrain = match found.value {
        Season::Winter => Terrain::Mountains,
        Season::Autumn => Terrain::Forest,
        Season::Spring | Season::Summer => Terrain::Hills,
    };
    Some(found.with(terrain))
}

/// A value and the words that chose it.
struct Found<T> {
    value: T,
    words: String,
}

impl<T> Found<T> {
    fn with<U>(&self, value: U) -> Found<U> {
        Found {
            value,
            words: self.words.clone(),
        }
    }
}

/// What a terrain is shown with when the prompt says nothing of it.
struct Usual {
    time: TimeOfDay,
    weather: Weather,
    camera: CameraMove,
}

impl Usual {
    fn of(terrain: Terrain) -> Self {
        Self {
            time: match terrain {
                Terrain::City => TimeOfDay::BlueHour,
                Terrain::NightSky | Terrain::Space => TimeOfDay::Night,
                _ => TimeOfDay::Day,
            },
            weather: match terrain {
                Terrain::NightSky | Terrain::Space | Terrain::Desert => Weather::Clear,
                _ => Weather::Cloudy,
            },
            camera: match terrain {
                Terrain::Canyon | Terrain::Forest => CameraMove::FlyThrough,
                Terrain::Space | Terrain::Abstract => CameraMove::ZoomIn,
                _ => CameraMove::Pan,
            },
        }
    }
}

/// The notes for people, collected while values are chosen.
#[derive(Default)]
struct Notes(Vec<PlanNote>);

impl Notes {
    fn choose<T: Copy>(
        &mut self,
        parameter: &'static str,
        found: Option<Found<T>>,
        usual: T,
        as_str: fn(T) -> &'static str,
    ) -> T {
        let value = found.as_ref().map_or(usual, |found| found.value);
        self.0.push(PlanNote {
            parameter,
            value: as_str(value),
            words: found.map(|found| found.words),
        });
        value
    }
}

fn split_words(prompt: &str) -> Vec<String> {
    let read: String = prompt.chars().take(PROMPT_CHARS_READ).collect();
    read.to_lowercase()
        .split(|c: char| !(c.is_alphanumeric() || c == '-'))
        .map(|word| word.trim_matches('-').to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// The first entry of the list that matches, with the words that matched.
fn find<T: Copy>(words: &[String], list: &[Entry<T>]) -> Option<Found<T>> {
    list.iter().find_map(|(value, patterns)| {
        let matched = patterns
            .split(", ")
            .find_map(|pattern| matches_in_row(words, pattern))?;
        Some(Found {
            value: *value,
            words: matched,
        })
    })
}

fn matches_in_row(words: &[String], pattern: &str) -> Option<String> {
    let parts: Vec<&str> = pattern.split(' ').collect();
    words
        .windows(parts.len())
        .find(|row| {
            row.iter()
                .zip(&parts)
                .all(|(word, part)| matches(word, part))
        })
        .map(|row| row.join(" "))
}

fn matches(word: &str, part: &str) -> bool {
    match part.strip_suffix('*') {
        Some(stem) => word.starts_with(stem),
        None => word == part,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(prompt: &str, expect: &str) {
        let plan = AnimaticPlan::parse(prompt, 1);
        let values: Vec<&str> = plan.describe().iter().map(|note| note.value).collect();
        assert_eq!(values.join(", "), expect, "for `{prompt}`");
    }

    #[test]
    fn the_story_of_the_readme_is_understood() {
        check(
            "a serene mountain landscape at golden hour",
            "mountains, golden hour, cloudy, summer, calm, pan, natural",
        );
    }

    #[test]
    fn what_fills_the_picture_most_wins() {
        check(
            "Drone shot of a city by the sea, rainy night, cinematic",
            "city, night, rain, summer, neutral, fly-through, cinematic",
        );
        check(
            "autumn forest in the fog",
            "forest, day, fog, autumn, neutral, fly-through, natural",
        );
        check(
            "zoom out from a planet in outer space",
            "space, night, clear, summer, neutral, zoom out, natural",
        );
    }

    #[test]
    fn words_match_whole_or_by_stem_only() {
        // "terrain" holds "rain", "seaside" begins with "sea", "Marsha" with "mars".
        check(
            "Marsha explains terrain at the seaside",
            "abstract, day, cloudy, summer, neutral, zoom in, natural",
        );
    }

    #[test]
    fn a_prompt_without_a_place_gets_one_from_its_light() {
        check(
            "sunset",
            "sea, sunset, cloudy, summer, neutral, pan, natural",
        );
        check(
            "first snow",
            "mountains, day, snow, winter, neutral, pan, natural",
        );
    }

    #[test]
    fn unknown_and_hostile_prompts_are_abstract_scenes() {
        for prompt in ["", "   ", "quarterly report", "\u{0}\u{202e}🎬", "---", "ﷺ"] {
            assert_eq!(AnimaticPlan::parse(prompt, 1).terrain, Terrain::Abstract);
        }
        let long = "mountain ".repeat(100_000);
        assert_eq!(AnimaticPlan::parse(&long, 1).terrain, Terrain::Mountains);
    }

    #[test]
    fn the_words_that_chose_a_value_are_kept_for_people() {
        let plan = AnimaticPlan::parse("The Alps in the GOLDEN hour", 1);
        let note = |parameter| {
            let found = plan
                .describe()
                .iter()
                .find(|note| note.parameter == parameter);
            found.unwrap().words.clone()
        };
        assert_eq!(note("terrain").as_deref(), Some("alps"));
        assert_eq!(note("time of day").as_deref(), Some("golden hour"));
        assert_eq!(note("camera"), None);
    }

    #[test]
    fn prompt_and_seed_both_decide_the_details() {
        let seed = |prompt, seed| AnimaticPlan::parse(prompt, seed).world_seed();
        assert_ne!(seed("hills", 1), seed("hills", 2));
        assert_ne!(seed("hills", 1), seed("green hills", 1));
        assert_eq!(seed("hills", 1), seed(" hills ", 1));
    }
}
